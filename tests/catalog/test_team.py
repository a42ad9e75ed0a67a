import pytest

from jupyter_artifacts.catalog import events
from jupyter_artifacts.errors import Conflict, NotFound
from jupyter_artifacts.records.people import Role, Token
from jupyter_artifacts.records.sessions import Attachment, Session
from jupyter_artifacts.records.transfers import Transfer, TransferState


def test_the_first_member_is_owner(rows, add_run):
    """Later ones are members; a handle is unique ignoring case, a login for good."""
    alice = rows.members.ensure("alice@x.org", "Alice", 1.0)
    other = rows.members.ensure("Alice@y.org", "", 2.0)
    assert (alice.handle, alice.role) == ("alice", Role.OWNER)
    assert (other.handle, other.role) == ("Alice-2", Role.MEMBER)
    add_run(rows, "alice")
    again = rows.members.ensure("alice@x.org", "Somebody", 3.0)
    assert (again.handle, again.runs, again.joined) == ("alice", 1, 1.0)
    assert [member.handle for member in rows.members.all()] == ["alice", "Alice-2"]
    with pytest.raises(NotFound, match="did you mean alice"):
        rows.members.get("alise")


def test_the_last_owner_stays_owner(rows):
    """A team is never without one."""
    rows.members.ensure("alice", "", 1.0)
    rows.members.ensure("bob", "", 1.0)
    with pytest.raises(Conflict, match="last owner"):
        rows.members.set_role("alice", Role.ADMIN)
    rows.members.set_role("bob", Role.OWNER)
    assert rows.members.set_role("alice", Role.VIEWER).role is Role.VIEWER


def test_a_revoked_token_is_nobodys(rows):
    """A token is found by its hash until it is revoked."""
    rows.members.ensure("alice", "", 1.0)
    for name in ("old", "new"):
        token = Token(id=name, handle="alice", label="", created=float(name == "new"))
        rows.members.add_token(token, f"sha of {name}")
    found = rows.members.member_of_token("sha of old")
    assert found is not None
    assert found.handle == "alice"
    assert rows.members.revoke_token("alice", "old", 9.0).revoked == 9.0
    assert rows.members.revoke_token("alice", "old", 10.0).revoked == 9.0
    assert rows.members.member_of_token("sha of old") is None
    assert rows.members.member_of_token("unknown") is None
    assert [token.id for token in rows.members.tokens("alice")] == ["new", "old"]
    with pytest.raises(NotFound):
        rows.members.revoke_token("alice", "unknown", 1.0)


def session(name, last_seen, **fields):
    return Session(
        id=name,
        owner="alice",
        name=name,
        url="",
        root="/x",
        host="h",
        started=1.0,
        last_seen=last_seen,
        **fields,
    )


def attachment(address):
    return Attachment(
        address=address, path="/p", relative="p", attached=1.0, attached_by="bob"
    )


def test_sessions_come_and_go(rows):
    """Announcing again renews what is said, and leaves what is attached."""
    rows.sessions.announce(session("one", 10.0))
    rows.sessions.announce(session("two", 20.0))
    rows.sessions.attach("one", attachment("datastores/cats/v1"))
    rows.sessions.announce(session("one", 30.0, people=["bob"]))
    found = rows.sessions.get("one")
    assert (found.people, len(found.attachments)) == (["bob"], 1)
    assert [item.id for item in rows.sessions.all(seen_after=20.0)] == ["one", "two"]
    rows.sessions.leave("one")
    rows.sessions.leave("one")
    with pytest.raises(NotFound):
        rows.sessions.get("one")
    assert rows.sessions.attachments_of("datastores/cats", seen_after=0) == []


def test_who_attached_a_datastore_is_known(rows):
    """A prefix means whole names: cats is not cats2."""
    rows.sessions.announce(session("one", 10.0))
    for address in ("datastores/cats/v1", "datastores/cats/v2", "datastores/cats2/v1"):
        rows.sessions.attach("one", attachment(address))
    rows.sessions.attach("one", attachment("datastores/cats/v1"))
    found = rows.sessions.attachments_of("datastores/cats", seen_after=0)
    assert [item.address for _, item in found] == [
        "datastores/cats/v1",
        "datastores/cats/v2",
    ]
    assert rows.sessions.detach("one", "datastores/cats/v1").attached_by == "bob"
    with pytest.raises(NotFound):
        rows.sessions.detach("one", "datastores/cats/v1")
    with pytest.raises(NotFound):
        rows.sessions.attach("unknown", attachment("datastores/cats/v1"))


def test_moving_transfers_come_first(rows):
    """Then the newest."""
    states = [TransferState.DONE, TransferState.MOVING, TransferState.FAILED]
    for number, state in enumerate(states):
        rows.transfers.put(
            Transfer(
                id=str(number),
                owner="alice",
                address="alice:mnist",
                to="x",
                state=state,
                started=float(number),
            )
        )
    assert [item.id for item in rows.transfers.recent(limit=2)] == ["1", "2"]
    done = rows.transfers.get("1")
    assert done.state is TransferState.MOVING
    with pytest.raises(NotFound):
        rows.transfers.get("9")


def test_events_are_numbered_and_the_oldest_go(rows, monkeypatch):
    """A page that watches reads on from the number that it saw last."""
    monkeypatch.setattr(events, "KEPT", 3)
    for number in range(5):
        rows.events.add("run", "created", str(number), 1.0, {"n": number})
    assert [event.address for event in rows.events.since(0)] == ["2", "3", "4"]
    newest = rows.events.newest()
    assert [event.data for event in rows.events.since(newest - 1)] == [{"n": 4}]
    assert rows.events.since(newest) == []
    assert len(rows.events.since(0, limit=2)) == 2
