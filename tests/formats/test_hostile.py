"""Whatever the bytes are: an answer or one of our errors, and never much work."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import tarfile
import time
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.peeking import peek
from jupyter_artifacts.formats.source import MOST_BYTES

if TYPE_CHECKING:
    from jupyter_artifacts.records.peeks import Peek

ENDINGS = [
    *("parquet", "safetensors", "npy", "npz", "zip", "tar", "tar.gz"),
    *("pkl", "pt", "joblib", "png", "jpg", "txt", "bin"),
]


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "text" * 100)
        archive.writestr("model/data.pkl", pickle.dumps({"x": np.float64(1)}))
    return file.getvalue()


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        line = tarfile.TarInfo("long" * 60)
        line.size = 5
        archive.addfile(line, io.BytesIO(b"hello"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "../../etc/passwd"
        archive.addfile(link)
    return file.getvalue()


def _arrays() -> tuple[bytes, bytes]:
    one, many = io.BytesIO(), io.BytesIO()
    np.save(one, np.arange(6).reshape(2, 3))
    np.savez_compressed(many, a=np.arange(3), b=np.array([{}], dtype=object))
    return one.getvalue(), many.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", None]}), file)
    return file.getvalue()


SOUND = [
    _zip(),
    _tar(),
    gzip.compress(_tar(), mtime=0),
    *_arrays(),
    _parquet(),
    save({"w": np.zeros((2, 2), np.float32)}, {"by": "me"}),
    pickle.dumps([np.arange(3), {"a"}]),
    pickle.dumps(print, 0),
    b"\x89PNG\r\n\x1a\n" + bytes(20),
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20",
    json.dumps({"a": [1] * 50}, indent=1).encode(),
]


def answer(name: str, content: bytes) -> Peek | None:
    """The answer, or None for an error of ours; anything else is a failure."""
    asked = []

    def read(start: int, length: int):
        assert 0 <= start <= start + length <= len(content)
        asked.append(length)
        yield content[start : start + length]

    try:
        found = peek(read, len(content), name)
    except (Unreadable, TooLarge):
        found = None
    assert sum(asked) <= MOST_BYTES
    return found


names = st.sampled_from(ENDINGS).map("file.{}".format)


@given(names, st.binary(max_size=2000))
@settings(max_examples=400, deadline=None)
def test_random_bytes_are_an_answer_or_an_error_of_ours(name, content):
    answer(name, content)


@given(names, st.sampled_from(SOUND), st.data())
@settings(max_examples=1500, deadline=None)
def test_damaged_files_are_an_answer_or_an_error_of_ours(name, content, data):
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    answer(name, bytes(damaged[: cut or None]))


def test_every_sound_file_is_told():
    found = [answer("file", content) for content in SOUND[:3]]
    assert [each and each.kind for each in found] == ["zip", "tar", "tar"]


def _tensor_of_many_dimensions() -> bytes:
    shape = f"[{','.join(['4611686018427387904'] * 500_000)}]"
    header = f'{{"a":{{"dtype":"?","shape":{shape},"data_offsets":[0,0]}}}}'.encode()
    return struct.pack("<Q", len(header)) + header


def _names_of_nothing() -> bytes:
    """Eight headers of a megabyte each, of the shortest lines that there are."""
    lines = b"4 a\n" * 260_000
    extra = tarfile.TarInfo("extra")
    extra.type, extra.size = tarfile.XHDTYPE, len(lines)
    one = extra.tobuf(tarfile.USTAR_FORMAT) + lines + bytes(-len(lines) % 512)
    return gzip.compress(8 * one + tarfile.TarInfo("f").tobuf() + bytes(1024))


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _footer(fields: bytes) -> bytes:
    return b"PAR1" + fields + b"\0" + struct.pack("<I", len(fields) + 1) + b"PAR1"


def _row_groups_of_nothing() -> bytes:
    root = b"\x48\x01s\x15" + _varint(2 * 500) + b"\0"
    column = b"\x15" + _varint(2) + b"\x38\x01c\0"
    schema = b"\x29\xfc" + _varint(501) + root + 500 * column
    return _footer(schema + b"\x29\xfc" + _varint(300_000) + bytes(300_000))


def _flags_without_end() -> bytes:
    return _footer(b"\x79\xf1" + _varint(15_000_000) + b"\1" * 15_000_000)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.safetensors", _tensor_of_many_dimensions, None),
        ("x.tar.gz", _names_of_nothing, "tar archive of 1 entry"),
        ("x.parquet", _row_groups_of_nothing, "500 columns in 300,000 row groups"),
        ("x.parquet", _flags_without_end, None),
    ],
)
def test_little_that_promises_much_is_told_in_little_time(name, content, said):
    hostile = content()
    began = time.process_time()
    found = answer(name, hostile)
    assert time.process_time() - began < 8
    assert (found and said in found.summary) if said else found is None


def test_statistics_of_too_many_row_groups_are_not_told():
    found = answer("x.parquet", _row_groups_of_nothing())
    assert found
    assert "statistics, of which there are too many" in found.left_out
