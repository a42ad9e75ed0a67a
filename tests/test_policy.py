"""The table of who may do what, spelled out once more by hand."""

import itertools

import pytest

from jupyter_artifacts.errors import Refused
from jupyter_artifacts.policy import Action, Asker, Permission, Thing, check
from jupyter_artifacts.records.people import Role

MINE = {
    Action.SEE: {"viewer", "member", "admin", "owner"},
    Action.MAKE: {"member", "admin", "owner"},
    Action.CHANGE: {"member", "admin", "owner"},
    Action.DELETE: {"member", "admin", "owner"},
    Action.MANAGE: {"viewer", "member", "admin", "owner"},
}
THEIRS = {
    Action.SEE: {"viewer", "member", "admin", "owner"},
    Action.MAKE: {"member", "admin", "owner"},
    Action.CHANGE: set(),
    Action.DELETE: {"admin", "owner"},
    Action.MANAGE: {"admin", "owner"},
}


def _allowed(action, role, *, owner, reason="because"):
    asker = Asker(handle="bob", role=Role(role))
    try:
        check(asker, Permission(action, Thing.RUN), owner=owner, reason=reason)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("action", "role"), list(itertools.product(Action, Role)))
def test_what_one_owns(action, role):
    """On their own things people may do what the design's table says."""
    assert _allowed(action, role, owner="bob") == (role in MINE[action])


@pytest.mark.parametrize(("action", "role"), list(itertools.product(Action, Role)))
def test_what_someone_else_owns(action, role):
    """On others' things people may do what the design's table says."""
    assert _allowed(action, role, owner="alice") == (role in THEIRS[action])


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_deleting_what_someone_else_owns_needs_a_reason(role):
    """An admin without a reason is refused; blanks are none."""
    for nothing in ("", " \t\n"):
        assert not _allowed(Action.DELETE, role, owner="alice", reason=nothing)


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_managing_the_team_is_for_admins(role):
    """What belongs to the team as a whole is managed by admins and owners."""
    with pytest.raises(Refused, match="admin or owner"):
        check(
            Asker(handle="bob", role=Role(role)),
            Permission(Action.MANAGE, Thing.TEAM),
        )


def test_a_refusal_names_the_owner_and_a_way_out():
    """Who may not change a run is told whose it is, and that cloning is open."""
    with pytest.raises(Refused, match=r"only alice can change alice's run.*clone"):
        check(
            Asker(handle="bob", role=Role.MEMBER),
            Permission(Action.CHANGE, Thing.RUN),
            owner="alice",
            address="alice:mnist",
        )
