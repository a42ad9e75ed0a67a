from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture(autouse=True)
def run(alice, made):
    return made(alice)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def test_cat_writes_exactly_the_bytes(process):
    """What a file holds comes out as it is, text or not."""
    ended = process("cat", "alice:mnist-exp0/figures/loss.png")
    assert (ended.status, ended.raw, ended.err) == (0, PNG, "")


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("mnist-exp0/a b%&+#@.txt", "näme\n"),
        ("runs/alice/mnist/exp0/files/metrics.json", '{"loss": 0.5}\n'),
        (
            "runs/alice/mnist/exp0/logs/output",
            "epoch 1\nloss 0.5\nepoch 2\nloss 0.25\n",
        ),
    ],
)
def test_cat_reads_any_file_of_the_tree(ja, address, content):
    """Files, with any name, and logs."""
    assert ja("cat", address).out == content


def test_cat_reads_a_checkpoints_file(alice, run, ja):
    """A checkpoint's file, by its address in the tree."""
    (checkpoint,) = alice.call("checkpoints.list", **run)
    assert ja("cat", f"{checkpoint.address}/weights/model.bin").out == "näme\n"


def test_cat_reads_a_datastores_file(alice, ja, tmp_path):
    """A file of a version of a datastore."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x,y\n")
    alice.call("datastores.create", name="data", source=str(tmp_path / "data"))
    assert ja("cat", "datastores/data/v1/a.csv").out == "x,y\n"


def test_cat_refuses_to_put_binary_on_a_terminal(terminal):
    """A terminal gets no bytes that are no text; it is told what to do."""
    ended = terminal("cat", "alice:mnist-exp0/figures/loss.png")
    assert ended.status == 1
    assert b"PNG\r\n" not in ended.raw
    assert "--binary" in ended.out


def test_cat_puts_binary_on_a_terminal_when_told(terminal):
    """--binary is taken at its word."""
    ended = terminal("cat", "--binary", "alice:mnist-exp0/figures/loss.png")
    assert (ended.status, ended.raw) == (0, PNG)


def test_cat_steers_no_terminal(alice, run, tmp_path, terminal):
    """Control characters deep in a text are shown, not sent."""
    source = tmp_path / "long"
    source.write_bytes(b"text\n" * 4000 + b"\x1b]0;title\x07end\n")
    alice.call("files.capture", **run, path="long.txt", source=source)
    ended = terminal("cat", "alice:mnist-exp0/long.txt")
    assert ended.status == 0
    assert "␛]0;title␇end" in ended.out
    assert b"\x1b]" not in ended.raw


def test_bytes_that_changed_in_the_storage_are_an_error(alice, run, ja, home):
    """What is not what was recorded is said, and the status says it too."""
    record = alice.call("experiments.get", **run)
    (stored,) = Path(home, "storage", "experiments", record.id).rglob("metrics.json")
    stored.chmod(0o660)
    stored.write_bytes(b'{"loss": 0.0}\n')
    ended = ja("cat", "mnist-exp0/metrics.json")
    assert ended.status == 1
    assert "not those that were recorded" in ended.err


def test_a_missing_file_is_said_with_its_whole_address(ja):
    """Which run, which experiment, which file."""
    ended = ja("cat", "mnist-exp0/metrics.jsn")
    assert ended.status == 1
    assert ended.err == (
        "error: alice:mnist-exp0/metrics.jsn: there is no such file "
        "(did you mean metrics.json?)\n"
    )


def test_a_folder_is_said_to_be_one(alice, run, ja, tmp_path):
    """Of an experiment, a checkpoint and a datastore; with what lists it."""
    (tmp_path / "data/deep").mkdir(parents=True)
    (tmp_path / "data/deep/a.csv").write_text("x,y\n")
    alice.call("datastores.create", name="data", source=str(tmp_path / "data"))
    (checkpoint,) = alice.call("checkpoints.list", **run)
    for address in (
        "alice:mnist-exp0/figures",
        f"{checkpoint.address}/weights",
        "datastores/data/v1/deep",
    ):
        ended = ja("cat", address)
        assert ended.status == 1
        assert ended.err == (
            f"error: {address}: it is a folder "
            f"(list it with `ls {address}`, or `download` it)\n"
        )


def test_a_missing_file_of_a_run_that_is_not_there(ja):
    """What is missing is the run, and that is said."""
    ended = ja("cat", "alice:mnits-exp0/metrics.json")
    assert ended.status == 1
    assert ended.err.startswith("error: alice:mnits")
    assert "file" not in ended.err


def test_peek_tells_what_a_text_holds_without_writing_it_whole(
    alice, run, tmp_path, ja
):
    source = tmp_path / "long"
    source.write_bytes(b"".join(b"line %d\n" % n for n in range(100_000)))
    alice.call("files.capture", **run, path="long.log", source=source)
    ended = ja("cat", "--peek", "mnist-exp0/long.log")
    assert ended.status == 0
    assert ended.lines[0].startswith("alice:mnist-exp0/long.log: text, looked at")
    assert ended.lines[1:3] == ["line 0", "line 1"]
    assert ended.lines[-1] == "line 99999"
    assert ended.err == "not shown: the lines between them, which were not read\n"


def test_peek_marks_what_is_hostile_in_an_archive(alice, run, tmp_path, ja):
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("../up\x1b[2J", "x")
    alice.call("files.capture", **run, path="a.zip", source=source)
    ended = ja("cat", "--peek", "mnist-exp0/a.zip")
    assert "a control character" in ended.out
    assert "␛[2J" in ended.out
    assert "\x1b" not in ended.out


def test_peek_shows_tables_arrays_and_imports(alice, run, tmp_path, ja):
    pq.write_table(pa.table({"n": [1, 2]}), tmp_path / "t.parquet")
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    (tmp_path / "p.pkl").write_bytes(pickle.dumps(Path("x")))
    said = {}
    for name in ("t.parquet", "a.npy", "p.pkl"):
        alice.call("files.capture", **run, path=name, source=tmp_path / name)
        said[name] = ja("cat", "--peek", f"mnist-exp0/{name}").out
    assert "int64" in said["t.parquet"]
    assert "2 x 3" in said["a.npy"]
    assert "  pathlib.PosixPath" in said["p.pkl"]


def test_peek_is_json_when_asked(ja):
    found = ja("cat", "--peek", "--json", "mnist-exp0/metrics.json").json
    assert (found["kind"], found["head"]) == ("text", ['{"loss": 0.5}'])


def test_json_of_a_file_itself_is_wrong_usage(ja):
    ended = ja("cat", "--json", "mnist-exp0/metrics.json")
    assert ended.status == 2
    assert "--json goes with --peek" in ended.err
