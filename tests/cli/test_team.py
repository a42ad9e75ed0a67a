from __future__ import annotations

import msgspec
import pytest

from jupyter_artifacts.records.people import Member, Role, Token


@pytest.fixture(autouse=True)
def team(alice, bob):
    """Alice, the owner, and bob, a member."""


def roles(ja):
    return {member["handle"]: member["role"] for member in ja("team", "--json").json}


def test_members_are_listed(ja):
    """Everyone, with role, and who asks is marked."""
    found = ja("team", "--json").json
    assert [member["handle"] for member in found] == ["alice", "bob"]
    assert set(found[0]) == {field.name for field in msgspec.structs.fields(Member)}
    assert ja("team").lines[1].startswith("alice (you)  owner")


def test_one_member_can_be_asked_for(ja):
    """`team bob` shows bob; an unknown one is told who is near."""
    assert [member["handle"] for member in ja("team", "bob", "--json").json] == ["bob"]
    assert "did you mean bob?" in ja("team", "bobb").err


def test_an_owner_changes_roles(ja):
    """`team role` works beside the listing."""
    assert ja("team", "role", "bob", "admin").out == "bob: member → admin\n"
    assert roles(ja)["bob"] == "admin"


def test_a_member_changes_no_roles(ja):
    """Refused with the reason, and nothing changed."""
    ended = ja("team", "role", "bob", "owner", user="bob")
    assert ended.status == 1
    assert "only an admin or owner may manage members" in ended.err
    assert roles(ja)["bob"] == "member"


def test_a_role_must_be_one(ja):
    """An unknown role is wrong usage that names those there are."""
    ended = ja("team", "role", "bob", "king")
    assert ended.status == 2
    assert "viewer" in ended.err


def test_the_last_owner_stays_owner(ja):
    """A team is never left without an owner."""
    assert ja("team", "role", "alice", "member").status == 1
    assert roles(ja)["alice"] == "owner"


def test_a_tokens_secret_is_printed_once(alice, ja, home):
    """Alone on stdout, and nowhere in the catalog."""
    ended = ja("team", "token", "bob", "--label", "laptop")
    secret = ended.out.strip()
    assert secret.startswith("jart_")
    assert secret not in ended.err
    (listed,) = ja("team", "tokens", "bob", "--json").json
    assert set(listed) == {field.name for field in msgspec.structs.fields(Token)}
    assert listed["label"] == "laptop"
    stored = b"".join(file.read_bytes() for file in home.glob("catalog.sqlite*"))
    assert secret.encode() not in stored


def test_a_member_makes_tokens_of_their_own_only(alice, ja):
    """Bob gets his own; alice's he does not."""
    assert ja("team", "token", "bob", user="bob").status == 0
    assert ja("team", "token", "alice", user="bob").status == 1
    assert alice.call("members.tokens", handle="alice") == []


def test_a_revoked_token_is_listed_as_such(ja):
    """Revoking says so, and the listing too."""
    ja("team", "token", "bob")
    (listed,) = ja("team", "tokens", "bob", "--json").json
    ended = ja("team", "revoke", "bob", listed["id"])
    assert ended.out == f"revoked {listed['id']} of bob\n"
    (listed,) = ja("team", "tokens", "bob", "--json").json
    assert listed["revoked"] is not None


def test_others_tokens_are_not_revoked(ja):
    """A member may not revoke somebody else's token; it stays good."""
    ja("team", "token", "alice")
    (listed,) = ja("team", "tokens", "alice", "--json").json
    assert ja("team", "revoke", "alice", listed["id"], user="bob").status == 1
    (listed,) = ja("team", "tokens", "alice", "--json").json
    assert listed["revoked"] is None


def test_a_member_can_be_added_before_being_seen(alice, ja):
    """So that somebody can be handed a token; a login becomes a handle."""
    assert ja("team", "add", "chen@example.org").out == (
        'added chen (login "chen@example.org"): member\n'
    )
    assert ja("team", "token", "chen").status == 0
    (chen,) = [m for m in alice.call("teams.get").members if m.handle == "chen"]
    assert (chen.login, chen.role) == ("chen@example.org", Role.MEMBER)


def test_only_who_manages_the_team_adds_members(alice, ja):
    """A member may not, and nobody is added."""
    assert ja("team", "add", "chen", user="bob").status == 1
    assert len(alice.call("teams.get").members) == 2


def test_the_handle_that_a_login_becomes_is_said(ja):
    """Nobody is called otherwise in silence; who is there already is not added."""
    assert ja("team", "add", "Bad Name!").out == (
        'added Bad-Name (login "Bad Name!"): member\n'
    )
    assert ja("team", "add", "chen").out == "added chen: member\n"
    assert ja("team", "add", "alice").out == "alice is in the team already: owner\n"


@pytest.mark.parametrize("login", ["", " ", " chen", "a\nb", "a\x1b[31m", "a\u202eb"])
def test_what_is_no_login_is_refused(alice, ja, login):
    """Nothing, spaces around it or what steers a terminal: nobody is added."""
    ended = ja("team", "add", login)
    assert ended.status == 1
    assert "is no login" in ended.err
    assert len(alice.call("teams.get").members) == 2
