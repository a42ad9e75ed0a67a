"""What files hold, by their types; nothing is unpickled unasked."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import pickle
import struct
import zipfile

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from safetensors.numpy import save

from jupyter_artifacts.errors import InvalidRequest, TooLarge, Unavailable, Unreadable
from jupyter_artifacts.team.trusting import Unpickled

DAY = dt.date(2020, 1, 2)


class Evil:
    """What makes a folder where it is loaded."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@pytest.fixture(name="load")
def _load(alice, tmp_path):
    alice.carrier.call("runs.start", name="files")
    at = {"user": "alice", "run": "files", "number": 0}

    def load(name: str, content: bytes, **options):
        source = tmp_path / "source"
        source.write_bytes(content)
        alice.carrier.call("files.capture", **at, path=name, source=source)
        return alice.load(f"files-exp0/{name}", **options)

    return load


def saved(save_, *values, **named) -> bytes:
    file = io.BytesIO()
    save_(file, *values, **named)
    return file.getvalue()


def parquet(**columns) -> bytes:
    return saved(lambda file: pq.write_table(pa.table(columns), file))


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.parquet", parquet(x=[1, 2]), {"x": [1, 2]}),
        ("a.csv", b"x,y\n1,a\n", {"x": [1], "y": ["a"]}),
        ("a.tsv", b"x\ty\n1\ta\n", {"x": [1], "y": ["a"]}),
        ("a.jsonl", b'{"x": 1}\n{"x": 2}\n', {"x": [1, 2]}),
        ("a.csv.gz", gzip.compress(b"x\n7\n", mtime=0), {"x": [7]}),
    ],
)
def test_tables_become_frames(load, name, content, rows):
    assert load(name, content).to_dict("list") == rows


@pytest.mark.parametrize(
    ("name", "content", "held"),
    [
        ("a.json", b'{"x": [1]}', {"x": [1]}),
        ("a.yaml", b"x: !!python/object 1\n", "x: !!python/object 1\n"),
        ("A.TXT", "näme".encode(), "näme"),
    ],
)
def test_texts_are_what_they_say(load, name, content, held):
    assert load(name, content) == held


def test_arrays_come_back(load):
    array = np.arange(6).reshape(2, 3)

    assert (load("a.npy", saved(np.save, array)) == array).all()
    several = load("a.npz", saved(np.savez_compressed, x=array, y=array[0]))
    assert sorted(several) == ["x", "y"]
    assert (several["x"] == array).all()


def test_tensors_come_back_and_may_be_written(load):
    tensors = {"w": np.ones((2, 2), np.float16), "n": np.array([True, False])}

    found = load("m.safetensors", save(tensors))

    assert {name: each.dtype for name, each in found.items()} == {
        "w": np.float16,
        "n": np.bool_,
    }
    found["w"][0, 0] = 5


def test_tensors_that_numpy_has_no_numbers_for_say_what_to_install(load):
    header = json.dumps(
        {"w": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}
    ).encode()
    content = len(header).to_bytes(8, "little") + header + b"\0\0"

    with pytest.raises(Unavailable, match=r"ml_dtypes.*pip install ml_dtypes"):
        load("m.safetensors", content)


def test_images_become_pillows(load):
    content = saved(lambda file: Image.new("RGB", (3, 2)).save(file, "png"))

    assert load("a.png", content).size == (3, 2)


def test_an_image_that_another_program_would_draw_is_not_read(load):
    with pytest.raises(Unreadable, match=r"could not be read as \.png"):
        load("a.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("m.pkl", pickle.dumps),
        ("m.joblib", lambda evil: saved(lambda file: joblib.dump(evil, file))),
        ("m.joblib", lambda evil: saved(lambda f: joblib.dump(evil, f, compress=3))),
        ("m.npy", lambda evil: saved(np.save, np.array([evil]))),
        ("m.npz", lambda evil: saved(np.savez, x=np.array([evil]))),
        ("m.npz", lambda evil: saved(np.savez_compressed, x=np.array([evil]))),
        ("m.pt", lambda evil: zipped("m/data.pkl", pickle.dumps(evil, 2))),
        ("m.bin", lambda evil: zipped("m/data.pkl", pickle.dumps(evil, 2))),
        ("m.pth", lambda evil: pickle.dumps(1, 2) + pickle.dumps(evil, 2)),
    ],
)
def test_what_would_be_unpickled_is_refused_and_says_what_it_imports(
    load, tmp_path, name, make
):
    trap = tmp_path / "trap"

    with pytest.raises(InvalidRequest, match=r"can run any code") as refused:
        load(name, make(Evil(str(trap))))

    assert "posix.mkdir" in refused.value.message
    assert "trust=True" in refused.value.hint
    assert not trap.exists()


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("m.pkl", pickle.dumps(DAY), "datetime.date"),
        ("m.joblib", saved(lambda file: joblib.dump(DAY, file)), "datetime.date"),
        ("m.npy", saved(np.save, np.array(DAY, dtype=object)), "datetime.date"),
    ],
)
def test_what_is_trusted_is_loaded_and_says_what_it_imports(load, name, content, named):
    with pytest.warns(Unpickled, match=named):
        loaded = load(name, content, trust=True)

    assert loaded == DAY


def test_objects_of_an_archive_are_loaded_when_trusted(load):
    content = saved(np.savez, x=np.array([DAY], dtype=object))

    with pytest.warns(Unpickled, match=r"datetime\.date"):
        assert load("m.npz", content, trust=True)["x"].tolist() == [DAY]


def test_a_pickle_that_breaks_is_one_error(load):
    with (
        pytest.warns(Unpickled, match="imports no_such_module"),
        pytest.raises(Unavailable, match="no_such_module"),
    ):
        load("m.pkl", b"\x80\x04cno_such_module\nx\n.", trust=True)


def test_torch_that_is_missing_is_said(load):
    with (
        pytest.warns(Unpickled),
        pytest.raises(Unavailable, match=r"torch.*pip install torch"),
    ):
        load("m.pt", zipped("m/data.pkl", pickle.dumps(1, 2)), trust=True)


@pytest.mark.parametrize("name", ["m.rds", "m.h5", "m.keras", "m.xyz", "m", "a.zip"])
@pytest.mark.parametrize("trust", [True, False])
def test_what_is_not_read_here_says_what_is(load, name, trust):
    with pytest.raises(InvalidRequest, match=r"not read here|no ending"):
        load(name, b"\0\0", trust=trust)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"[" * 100_000),
        ("a.csv", b""),
        ("a.parquet", b"PAR1 nothing PAR1"),
        ("a.npy", saved(np.save, np.arange(3))[:-9]),
        ("a.npz", b"PK\x05\x06"),
        ("a.npy", saved(np.save, np.arange(3)).replace(b"(3,)", b"(9,)")),
        ("a.safetensors", b"\xff" * 9),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.txt", b"\xff\xfe"),
        ("a.csv.gz", b"\x1f\x8b\x08"),
        ("a.jsonl", b"nothing"),
    ],
)
def test_a_damaged_file_is_one_error_with_its_address(load, name, content):
    with pytest.raises(Unreadable) as error:
        load(name, content)

    assert error.value.address == f"files-exp0/{name}"


def test_a_file_that_is_too_large_says_how_to_go_on(load):
    with pytest.raises(TooLarge, match=r"ja\.open.*max_bytes=100"):
        load("a.txt", b"x" * 100, max_bytes=99)
    assert load("a.txt", b"x" * 100, max_bytes=100) == "x" * 100


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(b"x\n" + b"1\n" * 500_000)),
        ("a.npz", saved(np.savez_compressed, x=np.zeros(1_000_000))),
        ("a.parquet", parquet(x=pa.array(np.zeros(2_000_000)))),
        ("a.png", saved(lambda f: Image.new("1", (9000, 9000)).save(f, "png"))),
    ],
)
def test_what_unpacks_to_too_much_is_refused_before(load, name, content):
    assert len(content) < 100_000

    with pytest.raises(TooLarge, match="unpacks to"):
        load(name, content, max_bytes=100_000)


def test_pandas_frames_in_pickles_are_refused_too(load):
    with pytest.raises(InvalidRequest, match=r"pandas\.DataFrame"):
        load("f.pickle", pickle.dumps(pd.DataFrame({"a": [1]})))


def test_an_archive_of_too_many_members_is_refused_before_they_take_memory(load):
    member = b"PK\x01\x02" + bytes(42)
    directory = member * 100_001
    end = struct.pack("<4s4x2H2L2x", b"PK\x05\x06", 1, 1, len(directory), 0)
    with pytest.raises(TooLarge, match="more than 100,000 members"):
        load("a.npz", directory + end)
