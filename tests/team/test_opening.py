"""A file of the team as a file object: only what is read is read."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.formats.peeking import peek
from jupyter_artifacts.team.opening import open_content

SIZE = 5 << 30
AT = "alice:mnist-exp0/big.parquet"


class Counted:
    """A content's bytes, counted as its storage is asked for them."""

    def __init__(self, content):
        self.asked = []
        self._content = content
        self.content = dataclasses.replace(content, read=self._read)

    def _read(self, start, length):
        self.asked.append(length)
        return self._content.read(start, length)


@pytest.fixture(name="big")
def _big(alice, run, tmp_path):
    """A sparse table of 5 GiB: columns at its beginning, the footer at its end."""
    small = tmp_path / "small.parquet"
    table = pa.table({"id": np.arange(1000), "score": np.linspace(0, 1, 1000)})
    pq.write_table(table, small)
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.carrier.call("files.capture", **at, path="big.parquet", source=small)
    content = small.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    stored = alice.content(AT).local_path
    with stored.open("r+b") as file:
        file.truncate(SIZE - footer)
        file.seek(SIZE - footer)
        file.write(content[-footer:])
    return Counted(dataclasses.replace(alice.content(AT), etag=""))


def test_the_footer_of_a_large_table_costs_kilobytes(big):
    assert big.content.size == SIZE

    with open_content(big.content, AT) as file:
        schema = pq.read_schema(file)

    assert schema.names == ["id", "score"]
    assert sum(big.asked) <= 128 << 10


def test_a_look_into_a_large_table_costs_kilobytes(big):
    found = peek(big.content.read, big.content.size, big.content.filename)

    assert found.columns[1].maximum == "1.0"
    assert found.bytes_read == sum(big.asked) <= 128 << 10


def test_one_column_of_a_large_table_is_read_alone(big):
    with open_content(big.content, AT) as file:
        table = pq.read_table(file, columns=["id"])

    assert table.column("id").to_pylist() == list(range(1000))
    assert sum(big.asked) <= 256 << 10


def test_reading_to_the_end_in_order_checks_the_bytes(alice, run):
    stored = alice.content("alice:mnist-exp0/metrics.json").local_path
    stored.chmod(0o600)
    stored.write_bytes(b'{"f1": 0.9}')

    with (
        alice.open("alice:mnist-exp0/metrics.json") as file,
        pytest.raises(ChangedAtSource, match="not those that were recorded"),
    ):
        file.read()


def test_jumping_about_checks_nothing_and_says_nothing(alice, run, tmp_path):
    source = tmp_path / "long"
    source.write_bytes(os.urandom(300_000))
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.carrier.call("files.capture", **at, path="long", source=source)

    with alice.open("alice:mnist-exp0/long") as file:
        for start in (200_000, 0, 100_000, 250_000):
            file.seek(start)
            assert file.read(70_000) == source.read_bytes()[start : start + 70_000]


def test_lines_of_a_file_are_read_as_of_any(alice, run):
    with alice.open("alice:mnist-exp0/metrics.json") as file:
        assert list(file) == [b'{"f1": 0.5}']
        assert file.read() == b""
