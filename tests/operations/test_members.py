"""Members, roles and tokens."""

import pytest

from jupyter_artifacts.errors import Conflict, NotFound, Refused
from jupyter_artifacts.operations.members import hash_of


def test_the_first_member_is_owner_and_later_ones_are_members(alice, bob):
    """Whoever made the catalog owns it."""
    roles = {each.handle: each.role for each in alice.call("teams.get").members}

    assert roles == {"alice": "owner", "bob": "member"}


def test_the_overview_counts_everyones_runs(alice, bob, run):
    """Totals, mine, running, and each person's."""
    bob.call("runs.start", name="x")
    bob.call("runs.start", name="y", state="QUEUED")

    overview = bob.call("teams.overview")

    assert (overview.total, overview.mine, overview.me) == (3, 2, "bob")
    assert overview.running == 2  # the queued one waits
    assert [(p.handle, p.runs) for p in overview.people] == [("alice", 1), ("bob", 2)]


def test_a_member_cannot_change_roles(bob):
    """Not their own either."""
    with pytest.raises(Refused, match="admin or owner"):
        bob.call("members.role", handle="bob", role="owner")


@pytest.mark.parametrize(
    ("handle", "role"),
    [("bob", "owner"), ("carol", "owner"), ("alice", "viewer"), ("alice", "owner")],
)
def test_an_admin_neither_makes_nor_unmakes_an_owner(alice, bob, handle, role):
    """Else an admin could take the team over."""
    alice.acting_as("carol")
    alice.call("members.role", handle="bob", role="admin")
    admin = alice.acting_as("bob")

    with pytest.raises(Refused, match="only an owner decides"):
        admin.call("members.role", handle=handle, role=role)

    assert alice.call("teams.get").members[0].role == "owner"


def test_an_admin_manages_everybody_else(alice, bob):
    """Admins too."""
    alice.acting_as("carol")
    alice.call("members.role", handle="bob", role="admin")
    admin = alice.acting_as("bob")

    assert admin.call("members.role", handle="carol", role="admin").role == "admin"
    assert admin.call("members.role", handle="carol", role="viewer").role == "viewer"


def test_an_owner_makes_another_and_may_go(alice, bob):
    """The team has an owner all the time."""
    alice.call("members.role", handle="bob", role="owner")

    assert alice.call("members.role", handle="alice", role="member").role == "member"


def test_the_last_owner_stays_owner(alice):
    """A team without an owner could not be mended from inside."""
    with pytest.raises(Conflict):
        alice.call("members.role", handle="alice", role="member")


def test_a_viewer_may_look_and_nothing_else(alice, bob, run):
    """Seeing works, starting does not."""
    alice.call("members.role", handle="bob", role="viewer")
    viewer = alice.acting_as("bob")

    assert viewer.call("runs.search").items
    with pytest.raises(Refused, match="viewer"):
        viewer.call("runs.start", name="x")


def test_a_token_is_kept_as_a_hash_only(alice, bob, settings):
    """The secret is in no file of the catalog."""
    token, secret = alice.issue_token("bob", "laptop")

    held = b"".join(
        path.read_bytes() for path in settings.home.rglob("*") if path.is_file()
    )
    assert secret.encode() not in held
    assert hash_of(secret).encode() in held
    assert token.handle == "bob"


def test_a_revoked_token_opens_nothing(alice, bob, catalog):
    """From the moment it is revoked."""
    token, secret = alice.issue_token("bob", "laptop")

    bob.call("members.revoke", handle="bob", token=token.id)

    with catalog.read() as rows:
        assert rows.members.member_of_token(hash_of(secret)) is None


def test_others_tokens_are_not_listed_for_a_member(bob, alice):
    """Bob cannot see alice's tokens."""
    with pytest.raises(Refused):
        bob.call("members.tokens", handle="alice")


def test_no_token_for_a_stranger(alice):
    """The handle has to be a member's."""
    with pytest.raises(NotFound, match="no member"):
        alice.issue_token("mallory", "x")
