"""What the audit log says, and what it costs."""

import dataclasses

import pytest
from msgspec.structs import replace

from jupyter_artifacts.errors import Canceled, Conflict, Gone, NotFound, Refused
from jupyter_artifacts.operations.auditing import close, grant
from jupyter_artifacts.operations.carrying import end_abandoned
from jupyter_artifacts.records.people import Role
from jupyter_artifacts.team import Team

AT = {"user": "alice", "run": "mnist", "number": 0}


@pytest.fixture(name="log")
def _log(alice):
    """What the log says, oldest first."""

    def read(*fields, **ask):
        lines = alice.call("audit.list", **ask).items[::-1]
        return [tuple(getattr(line, field) for field in fields) for line in lines]

    return read


@pytest.fixture(name="files")
def _files(alice, run, text_file, tmp_path):
    for number in range(3):
        alice.call("files.capture", **AT, path=f"{number}.txt", source=text_file)


@pytest.fixture(name="planned")
def _planned(bob, files, tmp_path):
    return bob.plan(address="alice:mnist-exp0", to=str(tmp_path / "to"))


def share_as(carrier, address="alice:mnist-exp0"):
    made = carrier.call("shares.make", address=address)
    return {"share": made.share.id, "secret": made.path.partition("#")[2]}


def test_a_shares_life_is_in_the_log(alice, bob, files, log):
    link = share_as(alice)
    bob.call("shares.open", **link)
    content = bob.call("shares.read", **link, path="0.txt")
    list(content.read(0, content.size))
    alice.call("shares.renew", share=link["share"])
    alice.call("shares.revoke", share=link["share"])
    with pytest.raises(Gone):
        bob.call("shares.open", **link)

    place = "alice:mnist-exp0"
    assert log("user", "action", "address", "allowed", "bytes", "outcome") == [
        ("alice", "shares.make", place, True, None, ""),
        ("bob", "shares.open", place, True, None, ""),
        ("bob", "shares.read", f"{place}/0.txt", True, 5, "done"),
        ("alice", "shares.renew", place, True, None, ""),
        ("alice", "shares.revoke", place, True, None, "done"),
        ("bob", "shares.open", place, False, None, ""),
    ]


def test_no_line_has_a_links_secret(alice, bob, files, log):
    link = share_as(alice)
    with pytest.raises(Refused):
        bob.call("shares.open", **{**link, "secret": f"{link['secret']}x"})
    bob.call("shares.open", **link)

    assert link["secret"] not in str(alice.call("audit.list"))


def test_a_reader_who_goes_away_had_what_they_had(alice, bob, files, log):
    content = bob.call("shares.read", **share_as(alice), path="0.txt")
    chunks = content.read(0, content.size + 1)
    next(chunks)
    chunks.close()

    assert log("bytes", "outcome", action="shares.read") == [(5, "cut off")]


def test_bytes_nobody_took_are_no_grant(alice, bob, files, log):
    """A HEAD request, or a page that is only looked at, moves nothing."""
    bob.call("shares.read", **share_as(alice), path="0.txt")

    assert log("action", action="shares.read") == []


def test_a_download_of_many_files_is_one_line(bob, planned, log):
    bob.carry_out(planned)

    assert log("user", "action", "address", "bytes", "outcome") == [
        ("bob", "download", "alice:mnist-exp0", 15, "done")
    ]


def test_a_download_that_fails_says_so(bob, planned, log):
    with pytest.raises(Canceled):
        bob.carry_out(planned, canceled=lambda: True)

    assert log("bytes", "outcome") == [(None, "canceled")]


def test_a_transfer_is_closed_by_its_receipt(bob, files, log, tmp_path):
    started = bob.call(
        "transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "a")
    )

    assert log("action", "about", "bytes", "outcome") == [
        ("transfers.start", started.id, 15, "done")
    ]


class NoServer:
    """Takes jobs and does none, as a server that was killed."""

    lasting = True

    def submit(self, job_id, work):
        pass

    def cancel(self, job_id):  # noqa: ARG002
        return False


def test_a_grant_that_nobody_closed_says_that_nobody_knows(bob, files, log, tmp_path):
    """Its server died; whoever finds that closes it, once."""
    bob.context = dataclasses.replace(bob.context, jobs=NoServer())
    started = bob.call(
        "transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "a")
    )
    assert log("bytes", "outcome") == [(None, "outcome unknown")]

    with bob.context.catalog.write() as rows:
        rows.transfers.put(replace(started, session="gone"))
        end_abandoned(rows, set(), 5.0)
        end_abandoned(rows, set(), 6.0)

    assert log("bytes", "outcome") == [(None, "failed")]


def test_what_was_said_of_a_grant_first_stays(alice, files, catalog, log):
    given = grant(alice.context, "download", "alice:mnist-exp0")
    close(alice.context, given, moved=5, outcome="done")
    close(alice.context, given, moved=7, outcome="failed: gone")

    assert log("bytes", "outcome") == [(5, "done")]


def test_a_deletion_is_in_the_log_with_its_reason(alice, bob, log):
    bob.call("runs.start", name="his")
    his = {"user": "bob", "run": "his"}
    with pytest.raises(Conflict):
        bob.call("runs.delete", **his)
    bob.call("experiments.move", **his, number=0, state="COMPLETED")
    with pytest.raises(Refused):
        alice.call("runs.delete", **his)
    alice.call("runs.delete", **his, reason="too large")

    assert log("user", "address", "allowed", "outcome") == [
        ("bob", "bob:his", True, "failed: conflict"),
        ("alice", "bob:his", False, ""),
        ("alice", "bob:his", True, "done"),
    ]
    assert log("reason")[-1] == ("too large",)


def test_roles_and_tokens_are_in_the_log(alice, bob, log):
    token, _ = alice.issue_token("bob", "laptop")
    alice.call("members.revoke", handle="bob", token=token.id)
    alice.call("members.role", handle="bob", role=Role.VIEWER)
    with pytest.raises(Refused):
        bob.call("members.role", handle="bob", role=Role.OWNER)

    assert log("user", "action", "address", "allowed") == [
        ("alice", "members.token", "bob", True),
        ("alice", "members.revoke", "bob", True),
        ("alice", "members.role", "bob", True),
        ("bob", "members.role", "", False),
    ]


def test_looking_costs_no_line(alice, bob, files, log):
    bob.call("files.tree", **AT)
    bob.call("transfers.plan", address="alice:mnist-exp0")

    assert log("action") == []


def test_only_those_who_look_after_the_team_read_it(alice, bob, log):
    with pytest.raises(Refused, match="read the audit log"):
        bob.call("audit.list")

    assert log("user", "action", "allowed") == [("bob", "audit.list", False)]


def test_it_comes_in_pages_and_by_member(alice, bob, files):
    for _ in range(3):
        share_as(alice)
        share_as(bob)
    first = alice.call("audit.list", user="BOB", limit=2)
    rest = alice.call("audit.list", user="BOB", limit=2, cursor=first.cursor)

    assert [line.user for line in (*first.items, *rest.items)] == ["bob"] * 3
    assert (first.total_capped, rest.cursor) == (True, None)
    with pytest.raises(NotFound):
        alice.call("audit.list", user="nobody")


def test_nothing_from_before_a_time(alice, files, log):
    share_as(alice)
    ((then,),) = log("time")

    assert log("action", since=then) == [("shares.make",)]
    assert log("action", since=then + 1) == []


def test_every_change_by_a_person_is_in_the_log(alice, bob, tmp_path, log):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("a")
    source = str(folder)
    bob.call("artifacts.log", name="model", type="model", source=source)
    bob.call("artifacts.alias", name="model", alias="best", version="v0")
    bob.call("artifacts.unalias", name="model", alias="best")
    bob.call("datastores.create", name="cats", source=source)
    bob.call("datastores.update", name="cats", source=source)
    bob.call("runs.start", name="his")
    his = {"user": "bob", "run": "his"}
    bob.call("runs.tag", **his, tags=["good"])
    bob.call("runs.stop", **his)
    bob.call("runs.clone", **his, name="again")

    assert log("action", "address", "outcome") == [
        ("artifacts.log", "model@v0", ""),
        ("artifacts.alias", "artifacts/model", "done"),
        ("artifacts.unalias", "artifacts/model", "done"),
        ("datastores.create", "datastores/cats", ""),
        ("datastores.update", "datastores/cats", "done"),
        ("runs.tag", "bob:his", "done"),
        ("runs.stop", "bob:his", "done"),
        ("runs.clone", "bob:again", ""),
    ]


def test_what_a_run_does_by_itself_costs_no_line(alice, run, text_file, log):
    alice.call("files.capture", **AT, path="a.txt", source=text_file)
    alice.call("logs.append", **AT, stream="output", body=b"line")
    alice.call("experiments.note", **AT, metadata={"epoch": 1})
    begun = alice.call("checkpoints.begin", **AT, steps_completed=1)
    alice.call("checkpoints.complete", **AT, uuid=begun.uuid)
    alice.call("experiments.move", **AT, state="COMPLETED")

    assert log("action") == []


def test_an_attached_datastore_is_a_grant_of_which_nobody_knows_more(
    alice, bob, tmp_path, log
):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("a")
    alice.call("datastores.create", name="cats", source=str(folder))
    Team(bob).attach("datastores/cats")

    assert log("user", "action", "address", "outcome")[1:] == [
        ("bob", "attach", "datastores/cats/v1", "outcome unknown")
    ]
