"""Runs as a script or a notebook starts, logs and ends them."""

import math
import signal
import subprocess

import pytest

from jupyter_artifacts.errors import Conflict, InvalidRequest
from jupyter_artifacts.records.states import State


def test_params_are_kept_nested(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        params = {"lr": 1e-3, "optim": {"name": "adam", "betas": [0.9, 0.999]}}
        with ja.start_run("mnist", params=params) as run:
            assert run.params == params
            assert run.address == "alice:mnist"
        """
    )
    assert alice.experiment("mnist").params == {
        "lr": 1e-3,
        "optim": {"name": "adam", "betas": [0.9, 0.999]},
    }


def test_nan_and_infinities_are_kept(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            for value in (float("nan"), float("inf"), float("-inf"), 0.5):
                run.log({"loss": value}, group="validation")
        """
    )
    values = alice.values("mnist", "validation.loss")
    assert math.isnan(values[0])
    assert values[1:] == [math.inf, -math.inf, 0.5]


def test_numbers_of_numpy_are_numbers(alice):
    alice.through(
        """
        import numpy as np
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            run.log({"a": np.float32(0.5), "b": np.array([2.0]), "c": np.int64(3)})
        """
    )
    summary = alice.experiment("mnist").summary_metrics
    assert [summary[f"training.{name}"].last for name in "abc"] == [0.5, 2.0, 3.0]


def test_steps_are_counted_for_each_group(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            run.log({"loss": 1.0})
            run.log({"loss": 1.0}, step=10)
            run.log({"loss": 1.0})
            run.log({"loss": 1.0}, group="validation")
        """
    )
    summary = alice.experiment("mnist").summary_metrics
    assert summary["training.loss"].last_step == 11
    assert summary["validation.loss"].last_step == 0


def test_an_error_in_the_block_is_the_reason(alice):
    child = alice.script(
        """
        import jupyter_artifacts as ja
        with ja.start_run("mnist"):
            1 / 0
        """
    )
    _, err = child.communicate(timeout=30)
    ended = alice.experiment("mnist")
    assert child.returncode == 1
    assert "ZeroDivisionError" in err
    assert ended.state is State.ERRORED
    assert ended.exit_reason.startswith("ZeroDivisionError: division by zero")
    assert "train.py" in ended.exit_reason


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        ("pass", State.COMPLETED, ""),
        ("raise ValueError('bad data')", State.ERRORED, "ValueError: bad data"),
        ("sys.exit(0)", State.COMPLETED, ""),
        ("sys.exit(3)", State.ERRORED, "exit status 3"),
        ("sys.exit('no data')", State.ERRORED, "no data"),
        ("raise KeyboardInterrupt", State.CANCELED, "KeyboardInterrupt"),
    ],
)
def test_without_a_block_the_process_s_end_is_the_run_s(alice, end, state, reason):
    child = alice.script(
        f"""
        import sys
        import jupyter_artifacts as ja
        run = ja.start_run("mnist")
        {end}
        """
    )
    child.communicate(timeout=30)
    ended = alice.ended("mnist")
    assert ended.state is state
    assert ended.exit_reason.startswith(reason)
    assert bool(ended.exit_reason) == bool(reason)


def test_ctrl_c_cancels(alice):
    child = alice.script(
        """
        import time
        import jupyter_artifacts as ja
        with ja.start_run("mnist"):
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert alice.ended("mnist").state is State.CANCELED


def test_its_owner_stops_a_run(alice):
    child = alice.script(
        """
        import time
        import jupyter_artifacts as ja
        with ja.start_run("mnist"):
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    assert child.stdout.readline() == "ready\n"
    alice.carrier.call("runs.stop", user="alice", run="mnist")
    _, err = child.communicate(timeout=30)
    assert "KeyboardInterrupt" in err
    ended = alice.ended("mnist")
    assert ended.state is State.CANCELED
    assert ended.exit_reason == "stopped by alice"


def test_a_taken_name_gets_a_number_and_says_so(alice):
    code = """
        import jupyter_artifacts as ja
        with ja.start_run("mnist") as run:
            print(run.address)
    """
    alice.through(code)
    out, err = alice.through(code)
    assert out == "alice:mnist-1\n"
    assert "mnist is taken; this run is mnist-1" in err
    assert alice.experiment("mnist-1").state is State.COMPLETED


def test_a_run_without_a_name_is_called_as_its_script(alice):
    alice.through("import jupyter_artifacts as ja\nja.start_run()", "my model.py")
    assert alice.experiment("my-model").state is State.COMPLETED


def test_children_of_a_fork_log_too(alice):
    alice.through(
        """
        import multiprocessing
        import jupyter_artifacts as ja

        def work(run, worker):
            for step in range(100):
                run.log({f"loss{worker}": step}, step=step)

        with ja.start_run("mnist") as run:
            run.log({"loss": 1.0})
            fork = multiprocessing.get_context("fork")
            workers = [fork.Process(target=work, args=(run, n)) for n in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
                assert worker.exitcode == 0
            run.log({"loss": 2.0})
        """
    )
    assert alice.values("mnist", "training.loss") == [1.0, 2.0]
    assert alice.values("mnist", "training.loss0") == list(range(100))
    assert alice.values("mnist", "training.loss1") == list(range(100))


def test_a_fork_s_child_has_a_segment_of_its_own(alice):
    out, _ = alice.through(
        """
        import os
        from pathlib import Path
        import jupyter_artifacts as ja

        def segments():
            links = [fd for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]
            paths = [os.readlink(fd) for fd in links if os.path.lexists(fd)]
            return {path for path in paths if path.endswith(".seg")}

        with ja.start_run("mnist", quiet=True) as run:
            run.log({"loss": 1.0})
            mine = segments()
            child = os.fork()
            if not child:
                run.log({"loss": 2.0})
                print(len(mine), len(segments()), len(mine & segments()), flush=True)
                os._exit(0)
            os.waitpid(child, 0)
        """
    )
    assert out == "1 1 0\n"
    assert sorted(alice.values("mnist", "training.loss")) == [1.0, 2.0]


def test_a_fork_s_child_may_outlive_the_run(alice):
    """Its log never fails, and what it logs is read, and summed up at its end."""
    out, _ = alice.through(
        """
        import os, time
        import jupyter_artifacts as ja

        reading, writing = os.pipe()
        with ja.start_run("mnist", quiet=True) as run:
            run.log({"loss": 0.0}, step=0)
            child = os.fork()
            if not child:
                os.read(reading, 1)
                for step in range(1, 51):
                    run.log({"loss": step}, step=step)
                print("logged", flush=True)
                os._exit(0)
        os.write(writing, b"x")
        assert os.waitpid(child, 0)[1] == 0
        """
    )
    assert out == "logged\n"

    def count():
        summary = alice.experiment("mnist").summary_metrics["training.loss"]
        return summary.count == 51

    alice.wait(count, "for the child's metrics")
    assert alice.values("mnist", "training.loss") == list(range(51))
    alice.wait(lambda: not list(alice.settings.spool.glob("*.seg")))


def test_a_fork_s_child_that_logs_on_is_taken_in(alice):
    """One that logged before the run ended, too, with nobody else at work."""
    alice.through(
        """
        import os, time
        import jupyter_artifacts as ja

        reading, writing = os.pipe()
        ready, go = os.pipe()
        with ja.start_run("mnist", quiet=True) as run:
            child = os.fork()
            if not child:
                run.log({"loss": 0.0}, step=0)
                os.write(go, b"x")
                os.read(reading, 1)
                run.log({"loss": 1.0}, step=1)
                os._exit(0)
            os.read(ready, 1)
        os.write(writing, b"x")
        os.waitpid(child, 0)
        """
    )
    alice.wait(lambda: not list(alice.settings.spool.glob("*.seg")))
    assert alice.experiment("mnist").summary_metrics["training.loss"].count == 2


def test_papers_that_cannot_be_read_stop_nobody(alice):
    """They are put aside, and said once."""
    broken = alice.settings.spool / "papers" / "01KAAAAAAAAAAAAAAAAAAAAAAA"
    broken.mkdir(parents=True)
    (broken / "paper.json").write_bytes(b"")
    code = "import jupyter_artifacts as ja\nja.start_run('mnist', quiet=True).finish()"
    _, err = alice.through(code)
    assert err.count("the papers of a run cannot be read") == 1
    assert "cannot be read" not in alice.through(code)[1]
    assert (broken.parent / f".damaged-{broken.name}" / "paper.json").exists()


def test_a_checkpoint_is_whole_when_save_returns(alice):
    alice.through(
        """
        import os
        from pathlib import Path
        import jupyter_artifacts as ja
        os.makedirs("ckpt/inner")
        Path("ckpt/inner/weights.bin").write_bytes(b"w" * 1000)
        Path("ckpt/state.json").write_text("{}")
        with ja.start_run("mnist") as run:
            saved = run.save_checkpoint("ckpt/", steps_completed=5, metadata={"e": 3})
            assert saved.state == "COMPLETED", saved
            assert saved.resources == {"inner/weights.bin": 1000, "state.json": 2}
            assert saved.metadata == {"e": 3}
        """
    )
    assert alice.experiment("mnist").checkpoint_count == 1


def test_what_the_run_was_started_from_is_noted_without_secrets(alice):
    alice.write("train.py", "")
    remote = "https://me:s3cret@example.org/team/code.git"
    for words in (
        "init -q -b main .",
        "add .",
        "-c user.name=a -c user.email=a@b commit -qm x",
        f"remote add origin {remote}",
    ):
        git = ["git", *words.split()]
        subprocess.run(git, check=True, cwd=alice.folder)
    alice.write(
        "train.py", "import jupyter_artifacts as ja\nja.start_run('mnist')  # changed"
    )
    child = alice.start("train.py", "--api-key", "s3cret", "--lr=0.1")
    _, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    run = alice.run("mnist").run
    assert run.git["branch"] == "main"
    assert len(run.git["commit"]) == 40
    assert run.git["remote"] == "https://example.org/team/code.git"
    assert run.git["dirty"] is True
    assert "# changed" in run.git["diff"]
    assert run.arguments == ["--api-key", "***", "--lr=0.1"]
    assert run.script == "train.py"
    assert "msgspec" in run.environment["packages"]
    assert "s3cret" not in str(run)


class TestInThisProcess:
    """What is refused, as the code that trains sees it."""

    @pytest.fixture(name="run")
    def _run(self, alice, monkeypatch):
        import jupyter_artifacts as ja

        for name, value in alice.environment.items():
            if name.startswith("JUPYTER_ARTIFACTS"):
                monkeypatch.setenv(name, value)
        monkeypatch.chdir(alice.folder)
        run = ja.start_run("mnist", quiet=True)
        yield run
        run.finish()

    @pytest.mark.parametrize("value", ["0.5", None, [1.0], {"a": 1}, 1j])
    def test_what_is_no_number_is_an_error_that_names_the_metric(self, run, value):
        with pytest.raises(InvalidRequest, match=r"the metric 'loss' is a .*no"):
            run.log({"fine": 1.0, "loss": value})

    def test_a_step_must_be_a_whole_number(self, run):
        with pytest.raises(InvalidRequest, match="the step is a float"):
            run.log({"loss": 1.0}, step=0.5)

    @pytest.mark.parametrize(
        "bad",
        [
            {"group": None},
            {"group": 1},
            {"group": ["training"]},
            {"group": ""},
            {"group": "a.b"},
            {"group": "a\nb"},
            {"group": "\udc80"},
            {"group": "g" * 129},
            {"step": 2**63},
            {"step": -(2**63) - 1},
            {"metrics": {"": 1.0}},
            {"metrics": {"n" * 251: 1.0}},
            {"metrics": {"\udc80": 1.0}},
            {"metrics": {1: 1.0}},
            {"metrics": {"huge": 10**400}},
        ],
        ids=ascii,
    )
    def test_what_could_not_be_read_back_is_not_logged(self, alice, run, bad):
        """It is an error at once, and what is logged before and after is there."""
        run.log({"loss": 1.0}, step=-(2**63))
        with pytest.raises(InvalidRequest):
            run.log(bad.pop("metrics", {"x": 1.0}), **bad)
        run.log({"loss": 2.0}, step=2**63 - 1)
        assert alice.values("mnist", "training.loss") == [1.0, 2.0]

    def test_a_dot_in_a_group_is_refused_with_what_to_write(self, run):
        with pytest.raises(InvalidRequest, match=r"write group='val/top5'"):
            run.log({"accuracy": 1.0}, group="val.top5")

    def test_an_ended_run_takes_nothing_more(self, run):
        run.finish()
        with pytest.raises(Conflict, match="it has ended"):
            run.log({"loss": 1.0})

    @pytest.mark.usefixtures("run")
    def test_the_home_folder_is_not_captured(self, monkeypatch, tmp_path):
        import jupyter_artifacts as ja

        monkeypatch.setenv("HOME", str(tmp_path))
        with pytest.raises(InvalidRequest, match="whole home folder"):
            ja.start_run("other", capture=tmp_path)
