"""Which files are captured, when, and which are said not to be."""

import pytest

READY = """
    import sys
    from pathlib import Path
    import jupyter_artifacts as ja

    def wait():
        print("ready", flush=True)
        assert sys.stdin.readline()
"""


def go_on(child):
    child.stdin.write("\n")
    child.stdin.flush()


def ready(child):
    assert child.stdout.readline() == "ready\n", child.stderr.read()


@pytest.fixture(name="begin")
def _begin(alice):
    def begin(code, name="train.py"):
        path = alice.write(name, READY)
        with path.open("a") as file:
            file.write(code)
        child = alice.start(name, stdin=-1)
        ready(child)
        return child

    return begin


def finish(child):
    out, err = child.communicate("\n", timeout=30)
    assert child.returncode == 0, err
    return out


def test_a_file_is_captured_while_the_run_goes_and_again_when_rewritten(alice, begin):
    child = begin(
        """
with ja.start_run("mnist"):
    Path("out.txt").write_text("first")
    wait()
    Path("out.txt").write_text("second")
    wait()
""".replace("    wait()\n    Path", "    wait()\n    Path")
    )
    alice.wait(lambda: "out.txt" in alice.files("mnist"))
    assert alice.content("mnist", "out.txt") == b"first"
    go_on(child)
    ready(child)
    alice.wait(lambda: alice.files("mnist")["out.txt"].revision == 2)
    assert alice.content("mnist", "out.txt") == b"second"
    finish(child)


def test_a_file_is_not_taken_while_it_is_open_for_writing(alice, begin):
    child = begin("""
with ja.start_run("mnist"):
    half = open("half.bin", "w")
    half.write("first half, ")
    half.flush()
    Path("beside.txt").write_text("done")
    wait()
    half.write("second half")
    half.close()
    wait()
""")
    alice.wait(lambda: "beside.txt" in alice.files("mnist"))
    assert "half.bin" not in alice.files("mnist")
    go_on(child)
    ready(child)
    alice.wait(lambda: "half.bin" in alice.files("mnist"))
    assert alice.content("mnist", "half.bin") == b"first half, second half"
    assert alice.files("mnist")["half.bin"].revision == 1
    finish(child)


def test_a_log_that_stays_open_to_the_very_end_is_taken_whole(alice):
    alice.through(
        """
        import jupyter_artifacts as ja
        run = ja.start_run("mnist")
        log = open("training.log", "w")
        log.write("never flushed by hand")
        """
    )
    alice.ended("mnist")
    assert alice.content("mnist", "training.log") == b"never flushed by hand"
    assert alice.files("mnist")["training.log"].note == ""


def test_what_was_there_before_is_no_output(alice):
    alice.write("data.csv", "a,b\n")
    alice.write("package/module.py", "VALUE = 1\n")
    alice.through(
        """
        import jupyter_artifacts as ja
        import package.module
        with ja.start_run("mnist"):
            open("data.csv").read()
            open("new.csv", "w").write("c\\n")
        """
    )
    assert set(alice.files("mnist")) == {"new.csv"}
    assert alice.uncaptured("mnist") == {}


def test_hidden_things_environments_and_downloads_are_never_captured(alice):
    alice.through(
        """
        from pathlib import Path
        import jupyter_artifacts as ja

        def put(path):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text("x")

        with ja.start_run("mnist"):
            put(".cache/x")
            put(".hidden")
            put("venv/lib/x.py")
            put("venv/pyvenv.cfg")
            put("pkg/__pycache__/x.pyc")
            put("front/node_modules/x.js")
            put("datastores/cats/v1/cat.png")
            put("jupyter_artifacts_downloads/bob/x")
            put("figures/loss.png")
        """
    )
    assert set(alice.files("mnist")) == {"figures/loss.png"}


def test_of_a_folder_with_a_download_only_the_download_is_left_out(alice, tmp_path):
    """What the script writes there is captured, also over what was downloaded."""
    cats = tmp_path / "cats"
    cats.mkdir()
    for name in ("kept", "same", "longer", "touched"):
        (cats / name).write_text(f"{name:8}")
    alice.carrier.call("datastores.create", name="cats", source=str(cats))
    alice.through(
        """
        from pathlib import Path
        import jupyter_artifacts as ja

        with ja.start_run("mnist"):
            ja.download("datastores/cats/v1", "data")
            (place,) = Path("data").rglob("kept")
            (place.parent / "same").write_text("xxxxxxxx")
            (place.parent / "longer").write_text("longer than before")
            (place.parent / "touched").touch()
            (place.parent / "new").write_text("mine")
            Path("data/other").mkdir()
            Path("data/other/result").write_text("mine")
        """
    )
    found = {path.rpartition("/")[2] for path in alice.files("mnist")}
    assert found == {"same", "longer", "new", "result"}
    assert alice.uncaptured("mnist") == {}


def test_what_cannot_be_captured_is_listed_with_the_reason(alice, tmp_path):
    (tmp_path / "elsewhere.txt").write_text("not ours")
    alice.through(
        """
        import os, socket
        from pathlib import Path
        import jupyter_artifacts as ja

        with ja.start_run("mnist"):
            Path("back\\\\slash.txt").write_text("x")
            Path("new\\nline.txt").write_text("x")
            Path(os.fsdecode(b"latin-\\xe9.txt")).write_text("x")
            os.symlink("../elsewhere.txt", "outside.txt")
            os.mkfifo("pipe")
            Path("model-3.bin").write_text("three")
            os.symlink("model-3.bin", "latest.bin")
            Path("caf\\u00e9 & 100%#.txt").write_text("fine")
        """
    )
    reasons = alice.uncaptured("mnist")
    assert reasons["back\\slash.txt"] == "it has a backslash"
    assert reasons["new\\nline.txt"] == "it has a control character"
    assert reasons["latin-\\udce9.txt"] == "it is not UTF-8"
    assert "leads outside" in reasons["outside.txt"]
    assert "not a file" in reasons["pipe"]
    assert len(reasons) == 5
    assert set(alice.files("mnist")) == {
        "model-3.bin",
        "latest.bin",
        "café & 100%#.txt",
    }
    assert alice.content("mnist", "latest.bin") == b"three"


def test_what_was_not_captured_is_said_at_the_end(alice):
    _, told = alice.through(
        """
        import os
        import jupyter_artifacts as ja

        with ja.start_run("mnist"):
            os.mkfifo("pipe")
        """
    )
    assert "alice:mnist: not captured: pipe: " in told


def test_another_folder_may_be_captured_instead(alice):
    alice.through(
        """
        from pathlib import Path
        import jupyter_artifacts as ja
        with ja.start_run("mnist", capture="results") as run:
            Path("scratch.txt").write_text("x")
            (run.folder / "kept.txt").write_text("x")
        """
    )
    assert set(alice.files("mnist")) == {"kept.txt"}


def test_files_moved_into_place_are_captured(alice, tmp_path):
    alice.through(
        f"""
        import os
        from pathlib import Path
        import jupyter_artifacts as ja
        with ja.start_run("mnist"):
            Path("model.tmp").write_text("m")
            os.replace("model.tmp", "model.bin")
            made = Path({str(tmp_path / "made")!r})
            made.mkdir()
            (made / "inner.txt").write_text("i")
            os.rename(made, "moved")
        """
    )
    assert set(alice.files("mnist")) == {"model.bin", "moved/inner.txt"}
