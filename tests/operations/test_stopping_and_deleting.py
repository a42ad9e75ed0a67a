"""What is asked to stop ends; what is deleted is gone."""

import dataclasses
from collections.abc import Callable

import pytest

from jupyter_artifacts.errors import Conflict, NotFound, Unavailable
from jupyter_artifacts.operations.emptying import LATER, empty
from jupyter_artifacts.records.states import State
from jupyter_artifacts.storage.folder import FolderStorage

RUN = {"user": "alice", "run": "mnist"}
AT = {**RUN, "number": 0}


class BrokenDisk(FolderStorage):
    """A storage that can delete nothing until it is mended."""

    broken = True

    def delete(self, prefix):
        if self.broken:
            msg = "the disk failed"
            raise Unavailable(msg, address=prefix)
        super().delete(prefix)


class DeletedBeforeAppend(FolderStorage):
    """A storage whose run is deleted while a log is on its way."""

    happens: Callable[[], object] = staticmethod(lambda: None)

    def append(self, key, chunk):
        happens, self.happens = self.happens, lambda: None
        happens()
        return super().append(key, chunk)


@pytest.fixture(name="at")
def _at(alice):
    """Set the clock."""

    def at(now):
        alice.context = dataclasses.replace(alice.context, clock=lambda: now)

    return at


def _stop(alice):
    return alice.call("runs.stop", **RUN).run.state


def test_a_run_that_nobody_looks_after_can_be_ended_and_deleted(alice, at):
    """Asked to stop, asked again, given up: each answer says what comes next."""
    at(1000.0)
    alice.call("runs.start", name="mnist")
    assert _stop(alice) is State.STOPPING_CANCELED
    with pytest.raises(
        Conflict, match=r"stop alice:mnist; asked again after 2 s that kills"
    ):
        alice.call("runs.delete", **RUN)
    at(1003.0)
    assert _stop(alice) is State.STOPPING_KILLED
    at(1005.0)
    with pytest.raises(Conflict, match=r"being killed right now.*in 8 s, stop it"):
        _stop(alice)
    at(1014.0)
    assert _stop(alice) is State.CANCELED
    ended = alice.call("experiments.get", **AT)
    assert "nobody looked after it" in ended.exit_reason
    alice.call("runs.delete", **RUN)
    with pytest.raises(NotFound):
        alice.call("runs.get", **RUN)


def test_a_double_click_does_not_kill(alice, at):
    """A script gets its time to end by itself."""
    at(1000.0)
    alice.call("runs.start", name="mnist")
    assert _stop(alice) is State.STOPPING_CANCELED
    at(1000.5)
    assert _stop(alice) is State.STOPPING_CANCELED


def test_a_paused_run_that_nobody_looks_after_ends_too(alice, at):
    """It did not run, so nobody is waited for."""
    at(1000.0)
    alice.call("runs.start", name="mnist")
    alice.call("experiments.move", **AT, state="PAUSED")
    states = [_stop(alice) for _ in range(3)]
    assert states == [State.STOPPING_CANCELED, State.STOPPING_KILLED, State.CANCELED]


def test_bytes_that_could_not_be_deleted_are_deleted_later(
    alice, settings, catalog, run, text_file
):
    """The answer tells the truth, and so does a second delete."""
    alice.call("files.capture", **AT, path="note.txt", source=text_file)
    alice.call("experiments.move", **AT, state="COMPLETED")
    storage = BrokenDisk(settings.storage)
    alice.context = dataclasses.replace(alice.context, storage=storage)

    said = alice.call("runs.delete", **RUN).message
    assert "still in the storage" in said
    assert "the disk failed" in said
    with pytest.raises(NotFound):
        alice.call("runs.delete", **RUN)
    now = alice.context.clock()
    assert [error.message for error in empty(catalog, storage, now)] == [
        "the disk failed"
    ]

    storage.broken = False
    assert empty(catalog, storage, now + LATER) == []
    assert list((settings.storage / "experiments").iterdir()) == []
    storage.broken = True
    assert empty(catalog, storage, now) == []


def test_a_log_that_comes_while_its_run_is_deleted_leaves_nothing(alice, settings):
    """No folder of a run that is no more."""
    alice.call("runs.start", name="mnist", state="QUEUED")
    storage = DeletedBeforeAppend(settings.storage)
    alice.context = dataclasses.replace(alice.context, storage=storage)
    storage.happens = lambda: alice.call("runs.delete", **RUN)

    with pytest.raises(NotFound, match="deleted meanwhile"):
        alice.call("logs.append", **AT, stream="output", body=b"late\n")
    assert list((settings.storage / "experiments").iterdir()) == []


def test_deleting_a_run_forgets_its_old_revisions(alice, catalog, run, text_file):
    """They went with everything else of it."""
    for content in ("one", "two", "three"):
        text_file.write_text(content)
        alice.call("files.capture", **AT, path="note.txt", source=text_file)
    alice.call("experiments.move", **AT, state="COMPLETED")
    alice.call("runs.delete", **RUN)
    with catalog.read() as rows:
        assert rows.doomed.due(1e12, limit=10) == ([], [], [])


def test_waiting_in_the_queue_is_not_running(alice, at):
    """It has started when it first runs; until then, that is when it was queued."""
    at(1000.0)
    alice.call("runs.start", name="mnist", state="QUEUED")
    queued = alice.call("experiments.get", **AT)
    assert (queued.started, queued.running_since, queued.ran(1100.0)) == (1000, None, 0)

    at(1500.0)
    running = alice.call("experiments.move", **AT, state="RUNNING")
    assert (running.started, running.ran(1510.0)) == (1500.0, 10.0)
    at(1520.0)
    paused = alice.call("experiments.move", **AT, state="PAUSED")
    assert (paused.started, paused.ran(1600.0)) == (1500.0, 20.0)
    at(1700.0)
    again = alice.call("experiments.move", **AT, state="RUNNING")
    assert (again.started, again.ran(1705.0)) == (1500.0, 25.0)
    at(1710.0)
    alice.call("experiments.move", **AT, state="COMPLETED")
    ended = alice.call("experiments.get", **AT)
    assert (ended.wall_clock_time, ended.running_since) == (30.0, None)
    found = alice.call("runs.search", query="duration == 210").items
    assert [each.address for each in found] == ["alice:mnist-exp0"]
