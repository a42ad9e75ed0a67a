"""Files of experiments and runs that share a folder are kept apart."""

from jupyter_artifacts.records.states import State


def test_experiments_of_a_sweep_keep_their_files_apart(alice):
    alice.through(
        """
        from pathlib import Path
        import jupyter_artifacts as ja
        with ja.start_run("sweep", params={"model": {"depth": 2}}) as run:
            for lr in (0.1, 0.01, 0.001):
                with run.experiment(params={"lr": lr}) as experiment:
                    experiment.log({"loss": lr}, step=0)
                    run.log({"rate": lr}, step=0)
                    Path("result.txt").write_text(str(lr))
        """
    )
    experiments = alice.run("sweep").experiments
    assert [each.params for each in experiments] == [
        {"model": {"depth": 2}, "lr": lr} for lr in (0.1, 0.01, 0.001)
    ]
    for number, lr in enumerate((0.1, 0.01, 0.001)):
        assert alice.content("sweep", "result.txt", number) == str(lr).encode()
        assert alice.values("sweep", "training.loss", number) == [lr]
        assert alice.values("sweep", "training.rate", number) == [lr]
        assert experiments[number].state is State.COMPLETED


def test_one_error_in_a_sweep_ends_one_experiment(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        with ja.start_run("sweep") as run:
            for lr in (0.1, 0.0):
                try:
                    with run.experiment(params={"lr": lr}):
                        1 / lr
                except ZeroDivisionError:
                    pass
        """
    )
    first, second = alice.run("sweep").experiments
    assert first.state is State.COMPLETED
    assert second.state is State.ERRORED
    assert second.exit_reason.startswith("ZeroDivisionError")
    assert alice.run("sweep").run.state is State.ERRORED


def test_experiments_at_once_in_threads_keep_their_files_apart(alice):
    alice.through(
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path
        import jupyter_artifacts as ja

        together = threading.Barrier(2)

        def train(run, lr):
            with run.experiment(params={"lr": lr}):
                together.wait(20)
                Path(f"result-{lr}.txt").write_text(str(lr))
                together.wait(20)

        with ja.start_run("sweep") as run, ThreadPoolExecutor() as pool:
            list(pool.map(train, [run] * 2, (0.1, 0.01)))
        """
    )
    for experiment in alice.run("sweep").experiments:
        lr = experiment.params["lr"]
        assert set(alice.files("sweep", experiment.number)) == {f"result-{lr}.txt"}
        assert alice.uncaptured("sweep", experiment.number) == {}


TWO = """
    import ctypes, sys, time
    from pathlib import Path
    import jupyter_artifacts as ja

    name = sys.argv[1]
    with ja.start_run(name):
        print("ready", flush=True)
        sys.stdin.readline()
        Path(f"{name}.txt").write_text(name)
        Path("both.txt").write_text(name)
        libc = ctypes.CDLL(None)
        libc.fopen.restype = ctypes.c_void_p
        libc.fclose.argtypes = [ctypes.c_void_p]
        libc.fclose(libc.fopen(f"{name}-by-c.txt".encode(), b"w"))
        print("written", flush=True)
        sys.stdin.readline()
"""


def test_two_runs_at_once_in_one_folder_keep_their_files_apart(alice):
    alice.write("train.py", TWO)
    one = alice.start("train.py", "one", stdin=-1)
    assert one.stdout.readline() == "ready\n"
    two = alice.start("train.py", "two", stdin=-1)
    assert two.stdout.readline() == "ready\n"
    for child in (one, two):
        child.stdin.write("\n")
        child.stdin.flush()
    for child in (one, two):
        assert child.stdout.readline() == "written\n"
    _, said_one = one.communicate("\n", timeout=30)
    _, said_two = two.communicate("\n", timeout=30)
    assert "alice:one captures this folder too" in said_two
    assert "captures this folder too" not in said_one
    assert set(alice.files("one")) == {"one.txt"}
    assert set(alice.files("two")) == {"two.txt"}
    for name in ("one", "two"):
        reasons = alice.uncaptured(name)
        assert "at the same time" in reasons["both.txt"]
        unseen = {path for path in reasons if path.endswith("-by-c.txt")}
        assert unseen == {"one-by-c.txt", "two-by-c.txt"}


def test_a_run_alone_again_takes_everything(alice):
    alice.write("train.py", TWO)
    one = alice.start("train.py", "one", stdin=-1)
    assert one.stdout.readline() == "ready\n"
    two = alice.start("-c", "import jupyter_artifacts as ja; ja.start_run('two')")
    _, err = two.communicate(timeout=30)
    assert "alice:one captures this folder too" in err
    alice.ended("two")
    out, _ = one.communicate("\n\n", timeout=30)
    assert out == "written\n"
    assert set(alice.files("one")) == {"one.txt", "both.txt", "one-by-c.txt"}


def test_of_two_roots_the_inner_one_has_its_files(alice):
    alice.write(
        "outer.py",
        """
        import sys
        from pathlib import Path
        import jupyter_artifacts as ja
        with ja.start_run("outer"):
            print("ready", flush=True)
            sys.stdin.readline()
            Path("outer.txt").write_text("o")
        """,
    )
    outer = alice.start("outer.py", stdin=-1)
    assert outer.stdout.readline() == "ready\n"
    _, err = alice.through(
        """
        from pathlib import Path
        import jupyter_artifacts as ja
        with ja.start_run("inner", capture="inner") as run:
            (run.folder / "inner.txt").write_text("i")
        """,
        "inner.py",
    )
    outer.communicate("\n", timeout=30)
    assert "captures this folder too" not in err
    assert set(alice.files("inner")) == {"inner.txt"}
    assert set(alice.files("outer")) == {"outer.txt", "inner.py"}
