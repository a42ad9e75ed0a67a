"""What survives `kill -9`."""

import platform
import signal
import time

import psutil
import pytest

from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.papers import all_papers
from jupyter_artifacts.tracking.recover import recover

TRAIN = """
    import os, sys, time
    from pathlib import Path
    import jupyter_artifacts as ja

    run = ja.start_run("mnist", params={"lr": 0.1})
    Path("early.txt").write_text("complete")
    for step in range(2000):
        run.log({"loss": 1.0 / (step + 1)}, step=step)
    half = open("half.bin", "w")
    half.write("h" * 100_000)
    half.flush()
    Path("beside.txt").write_text("written after half.bin was opened")
    print("ready", flush=True)
    sys.stdin.readline()
    Path("late.txt").write_text("just before the end")
    run.log({"loss": -1.0}, step=2000)
    os.kill(os.getpid(), 9)
"""


def kill_companion(settings):
    """Kill the companion of the one run there is."""
    (papers,) = all_papers(settings)
    (companion,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] or [""])[-1] == str(papers.folder)
    ]
    companion.kill()
    psutil.wait_procs([companion], timeout=10)
    return papers


@pytest.fixture(name="training")
def _training(alice):
    child = alice.start(str(alice.write("train.py", TRAIN)), stdin=-1)
    assert child.stdout.readline() == "ready\n"
    return child


def die(child):
    """Let the script kill itself."""
    child.communicate("\n", timeout=30)
    assert child.returncode == -signal.SIGKILL


def test_no_metric_is_lost_that_log_returned_from(alice, training):
    die(training)
    alice.ended("mnist")
    values = alice.values("mnist", "training.loss")
    assert values == [1.0 / (step + 1) for step in range(2000)] + [-1.0]


def test_files_written_before_the_kill_are_captured(alice, training):
    die(training)
    alice.ended("mnist")
    assert alice.content("mnist", "early.txt") == b"complete"
    assert alice.content("mnist", "late.txt") == b"just before the end"


def test_the_experiment_becomes_errored_and_says_why(alice, training):
    die(training)
    ended = alice.ended("mnist")
    assert ended.state is State.ERRORED
    assert "ended without finishing: killed (SIGKILL)" in ended.exit_reason


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("os.kill(os.getpid(), 15)", "killed (SIGTERM)"),
        ("os.abort()", "killed (SIGABRT)"),
        ("os._exit(3)", "exit status 3"),
    ],
)
def test_any_sudden_end_is_told(alice, end, reason):
    child = alice.start(
        str(
            alice.write(
                "train.py",
                f"""
                import os, sys
                import jupyter_artifacts as ja
                ja.start_run("mnist")
                open("out.txt", "w").write("x")
                print("ready", flush=True)
                sys.stdin.readline()
                {end}
                """,
            )
        ),
        stdin=-1,
    )
    assert child.stdout.readline() == "ready\n"
    alice.wait(lambda: "out.txt" in alice.files("mnist"))
    child.stdin.write("\n")
    child.stdin.flush()
    # nobody has asked for its status yet, so that any kernel can tell
    ended = alice.ended("mnist")
    assert ended.state is State.ERRORED
    assert ended.exit_reason == f"the process ended without finishing: {reason}"


def test_a_file_left_open_by_the_dead_is_captured_with_a_note(alice, training):
    # once this one is captured, the companion has looked at the open one, too
    alice.wait(lambda: "beside.txt" in alice.files("mnist"))
    assert "half.bin" not in alice.files("mnist")
    die(training)
    alice.ended("mnist")
    assert "may be incomplete" in alice.files("mnist")["half.bin"].note


def test_a_good_file_is_not_replaced_by_its_torn_rewrite(alice):
    child = alice.start(
        str(
            alice.write(
                "train.py",
                """
                import os, sys
                from pathlib import Path
                import jupyter_artifacts as ja

                run = ja.start_run("mnist")
                Path("model.bin").write_text("whole")
                print("ready", flush=True)
                sys.stdin.readline()
                model = open("model.bin", "w")
                model.write("tor")
                model.flush()
                Path("beside.txt").write_text("written after it was opened")
                print("torn", flush=True)
                sys.stdin.readline()
                os.kill(os.getpid(), 9)
                """,
            )
        ),
        stdin=-1,
    )
    assert child.stdout.readline() == "ready\n"
    alice.wait(lambda: "model.bin" in alice.files("mnist"))
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.stdout.readline() == "torn\n"
    alice.wait(lambda: "beside.txt" in alice.files("mnist"))
    die(child)
    alice.ended("mnist")
    assert alice.content("mnist", "model.bin") == b"whole"
    assert (
        "open for writing when the process died"
        in (alice.uncaptured("mnist")["model.bin"])
    )


def test_a_killed_companion_and_run_are_finished_by_recover(alice, training):
    kill_companion(alice.settings)
    die(training)
    assert recover(alice.settings) == ["alice:mnist"]
    assert alice.experiment("mnist").state is State.ERRORED
    assert alice.content("mnist", "late.txt") == b"just before the end"
    assert len(alice.values("mnist", "training.loss")) == 2001


def test_recover_gives_a_living_run_a_new_companion(alice, training):
    papers = kill_companion(alice.settings)
    assert recover(alice.settings) == ["alice:mnist"]
    alice.wait(lambda: papers.attended)
    assert alice.experiment("mnist").state is State.RUNNING
    die(training)
    assert alice.ended("mnist").state is State.ERRORED


def test_the_next_start_run_finishes_what_was_left(alice, training):
    kill_companion(alice.settings)
    die(training)
    alice.through("import jupyter_artifacts as ja\nja.start_run('next')", "next.py")
    assert alice.experiment("mnist").state is State.ERRORED
    assert alice.experiment("next").state is State.COMPLETED


def test_nothing_is_left_in_the_spool(alice, training):
    die(training)
    alice.ended("mnist")
    spool = alice.settings.spool
    alice.wait(
        lambda: {path.name for path in spool.rglob("*")} == {"ingest.lock", "papers"}
    )


@pytest.mark.parametrize(
    ("host", "task", "minutes", "state"),
    [
        ("", "dead", 2, State.ERRORED),
        ("", "dead", 0, State.RUNNING),
        ("", "alive", 2, State.RUNNING),
        ("", "slurm-7", 2, State.RUNNING),
        ("elsewhere", "dead", 2, State.RUNNING),
    ],
)
def test_a_run_that_died_before_its_papers_is_ended(alice, host, task, minutes, state):
    """Only where its process is known to be gone, and has had the time."""
    gone = alice.start("-c", "")
    gone.communicate()
    pids = {"dead": str(gone.pid), "alive": "1"}
    carrier = alice.carrier
    started = carrier.call(
        "runs.start",
        name="mnist",
        environment={"host": host or platform.node()},
        task_ids=[pids.get(task, task)],
    )
    with carrier.context.catalog.write() as rows:
        began = time.time() - 60 * minutes
        rows.experiments.change(started.experiments[0].id, started=began)
    recover(alice.settings)
    assert alice.experiment("mnist").state is state
