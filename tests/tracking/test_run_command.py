"""`jupyter artifacts run`, with real scripts."""

import signal
import subprocess
import sys
import time

import pytest

from jupyter_artifacts.records.states import State

PATIENCE = 60


@pytest.fixture(name="command")
def _command(alice):
    """Start `jupyter artifacts run …`."""

    def command(*arguments, **options):
        program = "import sys; from jupyter_artifacts.cli.main import main; "
        program += "sys.exit(main())"
        return alice.start("-c", program, "run", *arguments, **options)

    return command


def through(child, status=0):
    """Wait for the end; return what was printed."""
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == status, err
    return out, err


def test_a_script_runs_unchanged_and_everything_is_kept(alice, command):
    alice.write("helper.py", "VALUE = 'from beside'\n")
    alice.write(
        "train.py",
        """
        import sys
        import helper
        print(__name__, sys.argv, helper.VALUE, __file__)
        open("out.txt", "w").write("written")
        """,
    )
    out, err = through(command("--name", "mnist", "train.py", "--lr", "0.1", "--fast"))
    printed = "__main__ ['train.py', '--lr', '0.1', '--fast'] from beside "
    assert out == f"{printed}{alice.folder / 'train.py'}\n"
    assert "run alice:mnist-exp0" in err
    experiment = alice.experiment("mnist")
    assert experiment.state is State.COMPLETED
    assert experiment.params == {"lr": 0.1, "fast": True}
    assert alice.content("mnist", "out.txt") == b"written"
    assert alice.log("mnist", "stdout") == out
    run = alice.run("mnist").run
    assert (run.script, run.arguments) == ("train.py", ["--lr", "0.1", "--fast"])
    assert run.source == "run"


def test_stdout_and_stderr_keep_their_exact_order(alice, command):
    alice.write(
        "train.py",
        """
        import sys
        for number in range(500):
            print("out", number)
            print("err", number, file=sys.stderr)
        """,
    )
    out, err = through(command("train.py"))
    lines = [f"{stream} {n}" for n in range(500) for stream in ("out", "err")]
    assert alice.log("train", "output").splitlines() == lines
    assert alice.log("train", "stdout").splitlines() == lines[::2]
    assert alice.log("train", "stderr").splitlines() == lines[1::2]
    assert out.splitlines() == lines[::2]
    assert err.splitlines()[1:-1] == lines[1::2]
    assert err.splitlines()[-1] == "alice:train-exp0 · COMPLETED · 0 files captured"


def test_output_of_children_and_of_long_lines_is_kept(alice, command):
    alice.write(
        "train.py",
        """
        import os, subprocess, sys
        print("x" * 100_000)
        sys.stdout.buffer.write(b"bytes\\n")
        subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
        os.write(2, b"from C\\n")
        """,
    )
    through(command("train.py"))
    assert set(alice.log("train", "stdout").splitlines()) == {
        "x" * 100_000,
        "bytes",
        "from a child",
    }
    assert alice.log("train", "stderr") == "from C\n"


def test_a_failure_is_passed_on_with_its_last_line(alice, command):
    alice.write("train.py", "raise ValueError('bad data')\n")
    _, err = through(command("train.py"), status=1)
    experiment = alice.experiment("train")
    assert experiment.state is State.ERRORED
    assert experiment.exit_reason == "exit status 1: ValueError: bad data"
    assert "runner.py" not in err


def test_an_exit_status_is_passed_on(alice, command):
    alice.write("train.py", "import sys\nsys.exit(3)\n")
    through(command("train.py"), status=3)
    assert alice.experiment("train").exit_reason == "exit status 3"


def test_any_program_runs(alice, command):
    script = alice.write(
        "train.sh", "#!/bin/sh\necho $1 > out.txt; echo said; exit 4\n"
    )
    script.chmod(0o755)
    out, _ = through(command("train.sh", "hello"), status=4)
    assert out == "said\n"
    assert alice.content("train", "out.txt") == b"hello\n"
    assert alice.log("train", "output") == "said\n"


def test_a_program_that_cannot_be_started_ends_as_errored(alice, command):
    script = alice.write("train.sh", "#!/no/such/shell\n")
    script.chmod(0o755)
    _, err = through(command("train.sh"), status=1)
    assert "train.sh: it cannot be started: No such file" in err
    assert alice.ended("train").state is State.ERRORED


def test_start_run_joins_the_experiment_that_is_there(alice, command):
    alice.write(
        "train.py",
        """
        import jupyter_artifacts as ja
        params = {"optim": {"name": "adam"}}
        with ja.start_run("ignored", params=params, tags=["t"]) as run:
            assert run.params["lr"] == 0.1
            run.log({"loss": 0.5}, step=7)
            print(run.address)
        """,
    )
    out, _ = through(command("--name", "mnist", "train.py", "--lr", "0.1"))
    assert out == "alice:mnist\n"
    experiment = alice.experiment("mnist")
    assert experiment.params == {"lr": 0.1, "optim": {"name": "adam"}}
    assert experiment.tags == ["t"]
    assert experiment.summary_metrics["training.loss"].last_step == 7
    assert experiment.state is State.COMPLETED


KILLED = """
    import os, sys
    from pathlib import Path
    import jupyter_artifacts as ja

    run = ja.start_run()
    for step in range(1000):
        run.log({"loss": step}, step=step)
    Path("early.txt").write_text("complete")
    print("last words")
    os.kill(os.getpid(), 9)
"""


def test_a_killed_script_loses_nothing(alice, command):
    alice.write("train.py", KILLED)
    through(command("train.py"), status=128 + signal.SIGKILL)
    experiment = alice.experiment("train")
    assert experiment.state is State.ERRORED
    assert experiment.exit_reason == "killed (SIGKILL), perhaps out of memory"
    assert alice.values("train", "training.loss") == list(range(1000))
    assert alice.content("train", "early.txt") == b"complete"
    assert alice.log("train", "output") == "last words\n"


SLEEPS = """
    import sys, time
    from pathlib import Path
    try:
        print("ready", flush=True)
        time.sleep(60)
    finally:
        Path("cleaned.txt").write_text("up")
"""


def test_ctrl_c_cancels_after_the_script_cleaned_up(alice, command):
    alice.write("train.py", SLEEPS)
    child = command("train.py")
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    through(child, status=130)
    experiment = alice.experiment("train")
    assert experiment.state is State.CANCELED
    assert alice.content("train", "cleaned.txt") == b"up"


def test_its_owner_stops_a_run(alice, command):
    alice.write("train.py", SLEEPS)
    child = command("train.py")
    assert child.stdout.readline() == "ready\n"
    alice.carrier.call("runs.stop", user="alice", run="train")
    child.communicate(timeout=PATIENCE)
    experiment = alice.experiment("train")
    assert experiment.state is State.CANCELED
    assert experiment.exit_reason == "stopped by alice"
    assert alice.content("train", "cleaned.txt") == b"up"


def test_a_script_that_will_not_end_is_killed_when_asked_again(alice, command):
    alice.write(
        "train.py",
        """
        import signal, time
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        print("ready", flush=True)
        time.sleep(60)
        """,
    )
    child = command("train.py")
    assert child.stdout.readline() == "ready\n"
    alice.carrier.call("runs.stop", user="alice", run="train")
    began = time.monotonic()
    while alice.experiment("train").state is State.STOPPING_CANCELED:
        alice.carrier.call("runs.stop", user="alice", run="train")
        time.sleep(0.1)
    child.communicate(timeout=PATIENCE)
    # by itself the companion would kill it after 15 seconds
    assert time.monotonic() - began < 10
    assert alice.ended("train").state is State.CANCELED


def test_a_killed_command_leaves_an_ended_run(alice, command):
    alice.write("train.py", SLEEPS)
    child = command("train.py", start_new_session=True)
    assert child.stdout.readline() == "ready\n"
    child.kill()
    child.communicate(timeout=PATIENCE)
    # the script goes on; what ends it here is that its output leads nowhere
    alice.carrier.call("runs.stop", user="alice", run="train")
    assert alice.ended("train").state is State.CANCELED


def test_a_sweep_makes_one_experiment_for_each_point_in_its_own_copy(alice, command):
    alice.write("data/in.txt", "data")
    alice.write(
        "train.py",
        """
        import argparse, os
        from pathlib import Path
        parser = argparse.ArgumentParser()
        parser.add_argument("--lr", type=float)
        parser.add_argument("--bs", type=int)
        args = parser.parse_args()
        assert Path("data/in.txt").read_text() == "data"
        assert not Path("result.txt").exists()
        Path("result.txt").write_text(f"{args.lr} {args.bs}")
        """,
    )
    grid = ("--sweep", "lr=0.1,0.01", "--sweep", "bs=32,64")
    through(command("--name", "grid", *grid, "train.py", "--bs", "8"))
    experiments = alice.run("grid").experiments
    assert [each.params for each in experiments] == [
        {"lr": lr, "bs": bs} for lr in (0.1, 0.01) for bs in (32, 64)
    ]
    for each in experiments:
        text = f"{each.params['lr']} {each.params['bs']}"
        assert alice.content("grid", "result.txt", each.number).decode() == text
        assert set(alice.files("grid", each.number)) == {"result.txt"}
        assert each.state is State.COMPLETED
    assert {path.name for path in alice.folder.iterdir()} == {"data", "train.py"}
    assert list((alice.settings.spool / "work").iterdir()) == []


def test_experiments_of_a_sweep_run_at_once(alice, command):
    alice.write(
        "train.py",
        f"""
        import sys, time
        from pathlib import Path
        beside = Path({str(alice.folder.parent)!r})
        (beside / sys.argv[-1]).touch()
        while len(list(beside.glob("point-*"))) < 2:
            time.sleep(0.01)
        print(sys.argv[-1])
        """,
    )
    out, _ = through(command("--jobs", "2", "--sweep", "p=point-a,point-b", "train.py"))
    assert sorted(out.splitlines()) == ["exp0 │ point-a", "exp1 │ point-b"]
    assert alice.run("train").run.state is State.COMPLETED


def test_a_run_beside_a_live_one_gets_a_working_copy(alice, command):
    alice.write("sleeps.py", SLEEPS)
    alice.write("train.py", "open('out.txt', 'w').write('mine')\n")
    first = command("sleeps.py")
    assert first.stdout.readline() == "ready\n"
    _, err = through(command("train.py"))
    assert "alice:sleeps captures this folder" in err
    assert set(alice.files("train")) == {"out.txt"}
    assert not (alice.folder / "out.txt").exists()
    first.send_signal(signal.SIGINT)
    through(first, status=130)
    assert set(alice.files("sleeps")) == {"cleaned.txt"}


def test_a_clone_is_started_into_its_queued_run(alice, command):
    alice.write("train.py", "import sys\nprint(sys.argv)\n")
    through(command("--name", "mnist", "train.py", "--lr", "0.1"))
    cloned = alice.carrier.call("runs.clone", user="alice", run="mnist")
    assert alice.run("mnist-1").run.state is State.QUEUED
    words = cloned.command.split(" && ")[1].split()
    assert words[:3] == ["jupyter", "artifacts", "run"]
    out, _ = through(command(*words[3:]))
    assert out == "['train.py', '--lr', '0.1']\n"
    assert alice.experiment("mnist-1").state is State.COMPLETED
    assert alice.experiment("mnist-1").params == {"lr": 0.1}


def test_a_clone_adds_only_its_point_and_links_its_datastores(alice, command, tmp_path):
    """What the code says of its params is no option that the script would know."""
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "cat.txt").write_text("meow")
    alice.carrier.call("datastores.create", name="cats", source=str(tmp_path / "cats"))
    alice.write(
        "train.py",
        """
        import argparse
        import jupyter_artifacts as ja
        parser = argparse.ArgumentParser()
        parser.add_argument("--lr", type=float)
        parser.add_argument("--bs", type=int)
        given = parser.parse_args()
        assert open("datastores/cats/v1/cat.txt").read() == "meow"
        with ja.start_run(params={"depth": 3, "model": "cnn"}):
            print(given.lr, given.bs)
        """,
    )
    options = ("--name", "mnist", "--datastore", "cats", "--sweep", "lr=1,2")
    through(command(*options, "train.py", "--bs", "8"))
    assert alice.experiment("mnist", 1).metadata == {"point": {"lr": "2"}}
    cloned = alice.carrier.call("runs.clone", user="alice", run="mnist")
    words = cloned.command.split(" && ")[1].split()
    out, _ = through(command(*words[3:]))
    assert out == "1.0 8\n2.0 8\n"
    assert alice.run("mnist-1").run.state is State.COMPLETED
    params = {"lr": 2, "bs": 8, "depth": 3, "model": "cnn"}
    assert alice.experiment("mnist-1", 1).params == params


def test_a_clone_asks_for_what_was_hidden(alice, command):
    """A hidden value is never passed on to the script."""
    alice.write("train.py", "import sys\nprint(sys.argv[1:])\n")
    through(command("--name", "mnist", "train.py", "--hf-token", "s3cret"))
    alice.carrier.call("runs.clone", user="alice", run="mnist")
    into = ("--into", "alice:mnist-1", "train.py", "--hf-token")
    _, err = through(command(*into, "***"), status=1)
    assert "the value of --hf-token was hidden" in err
    assert alice.run("mnist-1").run.state is State.QUEUED
    out, _ = through(command(*into, "s3cret"))
    assert out == "['--hf-token', 's3cret']\n"


def test_a_datastore_is_readable_while_the_script_runs(alice, command, tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "cat.txt").write_text("meow")
    alice.carrier.call("datastores.create", name="cats", source=str(tmp_path / "cats"))
    alice.write(
        "train.py",
        """
        print(open("datastores/cats/v1/cat.txt").read())
        """,
    )
    out, _ = through(command("--datastore", "cats", "train.py"))
    assert out == "meow\n"
    assert alice.run("train").run.datastores == ["datastores/cats/v1"]
    assert alice.files("train") == {}
    assert not (alice.folder / "datastores").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.py",), "missing.py: there is no such script"),
        (("data.csv",), "it is no Python script and no program"),
        (("--sweep", "lr", "data.csv"), "it is no Python script"),
        (("--datastore", "dogs", "train.py"), "dogs"),
        (("--into", "bob:mnist", "train.py"), "not yours to start"),
    ],
)
def test_what_cannot_begin_is_said_and_begins_nothing(alice, command, arguments, said):
    alice.write("data.csv", "a,b\n")
    alice.write("train.py", "")
    _, err = through(command(*arguments), status=1)
    assert said in err
    assert alice.carrier.call("runs.of_user", user="alice").items == []


def test_the_runner_shows_what_python_shows(alice):
    script = alice.write(
        "odd.py",
        """
        import sys, inspect
        from dataclasses import dataclass
        @dataclass
        class Point:
            x: int = 1
        names = sorted(k for k in globals() if k.startswith("__"))
        print(names, __spec__, __doc__, sys.path[0], Point(), __package__)
        print(inspect.getsource(Point))
        raise RuntimeError("as it is")
        """,
    )
    plain = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=alice.folder,
    )
    program = (
        "import sys; from jupyter_artifacts.cli.main import main; sys.exit(main())"
    )
    ours = subprocess.run(
        [sys.executable, "-c", program, "run", str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=alice.folder,
        env=alice.environment,
    )
    assert ours.stdout.splitlines() == plain.stdout.splitlines()
    assert ours.stderr.splitlines()[1:-1] == plain.stderr.splitlines()
    assert ours.returncode == plain.returncode == 1
