"""Who was given bytes of which file or log, in the audit log."""

from __future__ import annotations

import dataclasses

import pytest

from jupyter_artifacts.errors import CatalogBusy
from jupyter_artifacts.operations.readings import Readings, held
from jupyter_artifacts.team import Team

AT = {"user": "alice", "run": "mnist", "number": 0}
ADDRESS = "alice:mnist-exp0/a.txt"
CONTENT = b"x" * 3_000_000


@pytest.fixture(name="log")
def _log(alice):
    """What the log says, oldest first."""

    def read(*fields, **ask):
        lines = alice.call("audit.list", **ask).items[::-1]
        return [tuple(getattr(line, field) for field in fields) for line in lines]

    return read


@pytest.fixture(name="files", autouse=True)
def _files(alice, run, tmp_path):
    source = tmp_path / "made"
    source.write_bytes(CONTENT)
    alice.call("files.capture", **AT, path="a.txt", source=source)
    alice.call("logs.append", **AT, stream="output", body=b"line\n")


@pytest.fixture(name="team")
def _team(bob):
    return Team(bob)


READ = ("user", "action", "address", "bytes", "outcome")
WHOLE = ("bob", "files.read", ADDRESS, len(CONTENT), "done")


def test_a_file_that_is_read_is_one_line(bob, log):
    content = bob.content("files.read", **AT, path="a.txt")
    assert b"".join(content.read(0, content.size)) == CONTENT

    assert log(*READ) == [WHOLE]


def test_a_file_that_is_only_looked_at_is_none(bob, log):
    bob.content("files.read", **AT, path="a.txt")

    assert log(*READ) == []


def test_a_log_is_noted_too(bob, log):
    content = bob.content("logs.read", **AT, stream="output")
    list(content.read(0, content.size))

    address = "runs/alice/mnist/exp0/logs/output"
    assert log(*READ) == [("bob", "logs.read", address, 5, "done")]


def test_files_of_versions_datastores_and_checkpoints_are_noted(
    alice, bob, log, tmp_path
):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_bytes(b"abc")
    alice.call("artifacts.log", name="model", type="model", source=str(folder))
    alice.call("datastores.create", name="cats", source=str(folder))
    begun = alice.call("checkpoints.begin", **AT, steps_completed=1)
    point = {**AT, "uuid": begun.uuid}
    alice.call("checkpoints.capture", **point, path="a", source=folder / "a")
    alice.call("checkpoints.complete", **point)

    asks = {
        "artifacts.read": {"name": "model", "version": "v0", "path": "a"},
        "datastores.read": {"name": "cats", "version": "v1", "path": "a"},
        "checkpoints.read": {**point, "path": "a"},
    }
    for operation, ask in asks.items():
        content = bob.content(operation, **ask)
        assert b"".join(content.read(0, 3)) == b"abc"

    assert log("action", "bytes", user="bob") == [(operation, 3) for operation in asks]


def test_who_stops_reading_had_what_they_had(bob, log):
    content = bob.content("files.read", **AT, path="a.txt")
    chunks = content.read(0, content.size)
    first = next(chunks)
    chunks.close()

    assert log("bytes", "outcome") == [(len(first), "cut off")]


def test_what_is_gone_meanwhile_is_a_failure(bob, log):
    content = bob.content("files.read", **AT, path="a.txt")
    bob.context.storage.delete("experiments")
    with pytest.raises(Exception, match="no longer"):
        list(content.read(0, content.size))

    assert log("bytes", "outcome") == [(0, "failed: gone")]


def test_a_file_object_is_one_line_however_it_is_read(team, log):
    with team.open(ADDRESS) as file:
        file.read(10)
        file.seek(2_900_000)
        file.read(10)
        assert log("outcome") == [("outcome unknown",)]

    ((bytes_, outcome),) = log("bytes", "outcome")
    assert (outcome, 20 <= bytes_ <= 1 << 20) == ("done", True)


def test_a_file_object_that_nobody_closed_is_closed_with_it(team, log):
    team.open(ADDRESS).read()

    assert log(*READ) == [WHOLE]


def test_what_is_loaded_is_one_line(team, log):
    assert team.load(ADDRESS) == CONTENT.decode()

    assert log(*READ) == [WHOLE]


def test_a_peek_is_one_line_of_what_it_read(team, log):
    team.peek(ADDRESS)

    ((action, bytes_, outcome),) = log("action", "bytes", "outcome")
    assert (action, outcome) == ("files.read", "done")
    assert 0 < bytes_ < len(CONTENT)


def test_several_reads_that_are_held_together_are_one_line(bob, log):
    with held(bob.content("files.read", **AT, path="a.txt")) as content:
        for start in range(3):
            list(content.read(start, 10))

    assert log("bytes", "outcome") == [(30, "done")]


def test_what_cannot_be_written_down_is_not_read(bob, log):
    content = bob.content("files.read", **AT, path="a.txt")
    with bob.context.catalog.write(), pytest.raises(CatalogBusy, match="already"):
        list(content.read(0, 10))

    assert log("action") == []


def test_a_server_notes_one_who_reads_on_as_one_line(bob, log):
    now = [1000.0]
    readings = Readings(600.0)
    bob.context = dataclasses.replace(
        bob.context, readings=readings, clock=lambda: now[0]
    )
    for now[0] in (1000.0, 1500.0, 2000.0):
        readings.settle(now[0])
        content = bob.content("files.read", **AT, path="a.txt")
        list(content.read(0, 10))
    assert log("bytes", "outcome") == [(None, "outcome unknown")]

    readings.settle(2599.0)
    assert log("outcome") == [("outcome unknown",)]
    readings.settle(2600.0)
    assert log("bytes", "outcome") == [(30, "done")]

    list(content.read(0, 10))
    assert log("bytes", "outcome") == [(30, "done"), (10, "done")]


def test_a_server_that_closes_closes_its_lines(bob, log):
    readings = Readings(600.0)
    bob.context = dataclasses.replace(bob.context, readings=readings)
    content = bob.content("files.read", **AT, path="a.txt")
    list(content.read(0, 10))
    readings.settle(0.0, every=True)

    assert log("bytes", "outcome") == [(10, "done")]


def test_two_readers_are_two_lines(alice, bob, log):
    readings = Readings(600.0)
    for carrier in (alice, bob):
        carrier.context = dataclasses.replace(carrier.context, readings=readings)
        list(carrier.content("files.read", **AT, path="a.txt").read(0, 10))
    readings.settle(0.0, every=True)

    assert log("user", "bytes") == [("alice", 10), ("bob", 10)]
