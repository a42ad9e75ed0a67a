"""Transfers joined by several askers, on the threads of a server."""

from __future__ import annotations

import dataclasses
import logging
import threading

import pytest

from jupyter_artifacts.errors import Conflict, NotFound, Refused
from jupyter_artifacts.operations.context import Place
from jupyter_artifacts.records.people import Role
from jupyter_artifacts.server.jobs import JobPool

AT = {"user": "alice", "run": "mnist", "number": 0}
SECONDS = 10


class Server:
    """Carries one job out at a time; a first one holds up the others."""

    def __init__(self, root):
        self.jobs = JobPool(logging.getLogger("test"), at_once=1)
        self.place = Place(id="here", root=root)
        self._go = threading.Event()
        self.jobs.submit("first", self._wait)

    def _wait(self, _canceled) -> None:
        self._go.wait(SECONDS)

    def serve(self, carrier):
        carrier.context = dataclasses.replace(
            carrier.context,
            jobs=self.jobs,
            place=self.place,
            confined=self.place.root,
        )
        return carrier

    def finish(self):
        """Let every job go on, and wait until all of them have ended."""
        self._go.set()
        ended = threading.Event()
        self.jobs.submit("last", lambda _: ended.set())
        assert ended.wait(SECONDS)

    def stop(self):
        self._go.set()
        self.jobs.stop()


@pytest.fixture(name="server")
def _server(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    server = Server(root)
    yield server
    server.stop()


@pytest.fixture(name="ann")
def _ann(alice, run, tmp_path, server):
    """Alice, whose run has files, by way of the server."""
    source = tmp_path / "made"
    for path in ("a.txt", "figures/b.png"):
        source.write_text(path)
        alice.call("files.capture", **AT, path=path, source=source)
    return server.serve(alice.acting_as("alice"))


@pytest.fixture(name="ben")
def _ben(bob, server):
    """Bob, by way of the server."""
    return server.serve(bob)


def start(carrier, address="alice:mnist-exp0", to="to", **more):
    return carrier.call("transfers.start", address=address, to=to, **more)


def test_the_second_who_asks_for_the_same_joins_the_first(ann, ben, server):
    first = start(ann)
    second = start(ben)
    server.finish()

    assert (second.id, second.askers) == (first.id, ["alice", "bob"])
    for carrier in (ann, ben):
        done = carrier.call("transfers.get", transfer=first.id)
        assert (done.state, done.receipt.total_files) == ("done", 2)
        assert done.askers == ["alice", "bob"]
    assert [each.id for each in ben.call("transfers.list")] == [first.id]


def test_who_asks_again_is_answered_the_same_and_counts_once(ann, server):
    first = start(ann, include=["*.png", "a.txt"])
    again = start(ann, "mnist-exp0", to="./to", include=["a.txt", "*.png", "a.txt"])

    assert again == first
    assert first.askers == ["alice"]


@pytest.mark.parametrize(
    "other",
    [
        {"to": "elsewhere"},
        {"overwrite": "replace"},
        {"include": ["a.txt"]},
        {"address": "alice:mnist-exp0/a.txt"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_who_asks_for_something_else_joins_nobody(ann, ben, other):
    assert start(ben, **other).id != start(ann).id


def test_who_asks_after_a_file_was_written_anew_joins_nobody(ann, ben, tmp_path):
    first = start(ann)
    source = tmp_path / "made"
    source.write_text("newer")
    ann.call("files.capture", **AT, path="a.txt", source=source)

    assert start(ben).id != first.id


def test_who_asks_after_the_end_joins_nobody(ann, ben, server):
    first = start(ann)
    server.finish()

    assert start(ben).id != first.id


def test_a_server_joins_no_transfer_of_another(ann, ben, tmp_path):
    first = start(ann)
    there = Server(tmp_path / "root")
    there.place = Place(id="there", root=tmp_path / "root")
    try:
        assert start(there.serve(ben)).id != first.id
    finally:
        there.stop()


def test_one_who_cancels_leaves_the_others_their_transfer(ann, ben, server):
    first = start(ann)
    start(ben)
    left = ann.call("transfers.cancel", transfer=first.id)
    assert (left.askers, left.ended) == (["bob"], None)
    again = ann.call("transfers.cancel", transfer=first.id)
    server.finish()

    done = ben.call("transfers.get", transfer=first.id)
    assert again == left
    assert (done.state, done.askers) == ("done", ["bob"])


def test_it_stops_when_the_last_has_canceled(ann, ben, server):
    first = start(ann)
    start(ben)
    ben.call("transfers.cancel", transfer=first.id)
    ann.call("transfers.cancel", transfer=first.id)
    server.finish()

    assert ann.call("transfers.get", transfer=first.id).state == "canceled"
    assert not (server.place.root / "to" / "a.txt").exists()


def test_nobody_joins_what_its_last_asker_has_left(ann, ben, server):
    first = start(ann)
    ann.call("transfers.cancel", transfer=first.id)
    second = start(ben)
    server.finish()

    assert second.id != first.id
    assert ben.call("transfers.get", transfer=second.id).state == "done"


def test_who_left_may_join_again(ann, ben):
    first = start(ann)
    start(ben)
    ann.call("transfers.cancel", transfer=first.id)

    assert start(ann).askers == ["bob", "alice"]


def test_a_third_person_cancels_nothing(ann, ben, server):
    start(ann)
    first = start(ben)
    eve = server.serve(ann.acting_as("eve"))

    with pytest.raises(Refused, match="only alice"):
        eve.call("transfers.cancel", transfer=first.id)


def test_a_viewer_does_not_join(ann, ben, alice, server):
    start(ann)
    alice.call("members.role", handle="bob", role=Role.VIEWER)

    with pytest.raises(Refused, match="viewer"):
        start(server.serve(ann.acting_as("bob")))


def test_who_may_not_see_it_does_not_join(ann, ben, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights").write_text("secret")
    ann.context = dataclasses.replace(ann.context, confined=None)
    ann.call(
        "artifacts.log",
        name="model",
        type="model",
        source=str(tmp_path / "model"),
        visibility="private",
    )
    to = str(tmp_path / "root" / "to")
    first = start(ann, "model@v0", to)

    with pytest.raises(NotFound):
        start(ben, "model@v0")
    assert ann.call("transfers.get", transfer=first.id).askers == ["alice"]


def test_who_cannot_write_there_does_not_join(ann, ben, server):
    start(ann)
    (server.place.root / "to").write_text("a file")

    with pytest.raises(Conflict, match="a file stands"):
        start(ben)


def test_everyone_who_asked_is_in_the_audit_log(ann, ben, alice, server):
    first = start(ann)
    start(ben)
    start(ben)
    cat = server.serve(ann.acting_as("cat"))
    start(cat)
    cat.call("transfers.cancel", transfer=first.id)
    server.finish()

    lines = alice.call("audit.list", action="transfers.start").items[::-1]
    assert [(each.user, each.about, each.bytes, each.outcome) for each in lines] == [
        ("alice", first.id, 18, "done"),
        ("bob", first.id, 18, "done"),
        ("cat", first.id, None, "canceled"),
    ]


def test_two_who_ask_at_the_same_moment_share_one_transfer(ann, ben, server):
    both = threading.Barrier(2)
    found = []

    def ask(carrier):
        both.wait(SECONDS)
        found.append(start(carrier).id)

    threads = [threading.Thread(target=ask, args=(each,)) for each in (ann, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)

    assert len(found) == 2
    assert len(set(found)) == 1
