"""A look into any file of the tree."""

from __future__ import annotations

import io
import zipfile

import pytest

from jupyter_artifacts.errors import (
    InvalidAddress,
    InvalidRequest,
    NotFound,
    Unreadable,
)


@pytest.fixture(name="captured")
def _captured(alice, run, tmp_path):
    """Capture bytes as a file of alice's run."""

    def capture(path: str, content: bytes) -> None:
        source = tmp_path / "source"
        source.write_bytes(content)
        at = {"user": "alice", "run": "mnist", "number": 0}
        alice.call("files.capture", **at, path=path, source=source)

    return capture


@pytest.mark.parametrize(
    "address", ["alice:mnist-exp0/a b.txt", "runs/alice/mnist/exp0/files/a b.txt"]
)
def test_a_file_is_looked_into_by_any_of_its_addresses(bob, captured, address):
    captured("a b.txt", b"one\ntwo\n")

    found = bob.call("peeks.get", address=address)

    assert found.address == "alice:mnist-exp0/a b.txt"
    assert (found.kind, found.head, found.size) == ("text", ["one", "two"], 8)


def test_a_short_address_without_a_user_is_ones_own(alice, captured):
    captured("a.txt", b"x")

    assert alice.call("peeks.get", address="mnist-exp0/a.txt").head == ["x"]


def test_a_log_and_a_datastores_file_are_looked_into(alice, run, tmp_path):
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.call("logs.append", **at, stream="output", body=b"started\n")
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "a.csv").write_text("x,y\n")
    alice.call("datastores.create", name="cats", source=str(tmp_path / "cats"))

    log = alice.call("peeks.get", address="runs/alice/mnist/exp0/logs/output")
    table = alice.call("peeks.get", address="datastores/cats/v1/a.csv")

    assert (log.head, table.head) == (["started"], ["x,y"])


def test_an_archive_is_listed_and_nothing_is_written(alice, captured, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../escaped", "x")
    captured("a.zip", file.getvalue())
    before = sorted(tmp_path.rglob("*"))

    (entry,) = alice.call("peeks.get", address="mnist-exp0/a.zip").entries

    assert "a segment '..'" in entry.warning
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_file_is_one_error_with_its_address(alice, captured):
    captured("t.parquet", b"PAR1 nothing")

    with pytest.raises(Unreadable, match="no Parquet file") as error:
        alice.call("peeks.get", address="mnist-exp0/t.parquet")

    assert error.value.address == "alice:mnist-exp0/t.parquet"


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("alice:mnist-exp0", InvalidAddress),
        ("alice:mnist-exp0/missing.txt", NotFound),
        ("carol:mnist-exp0/a.txt", NotFound),
        ("datastores/none/v1/a.txt", NotFound),
        ("alice:mnist-exp0/../a", InvalidRequest),
        ("", InvalidAddress),
    ],
)
def test_what_is_no_file_is_an_error(alice, run, address, error):
    with pytest.raises(error):
        alice.call("peeks.get", address=address)
