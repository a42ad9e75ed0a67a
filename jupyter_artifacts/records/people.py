"""Members of the team, their roles and their tokens."""

from __future__ import annotations

from enum import StrEnum

from jupyter_artifacts.records.base import Record


class Role(StrEnum):
    """What a member may do; each includes the ones before it."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """0 for viewer up to 3 for owner."""
        return list(Role).index(self)


class Member(Record, frozen=True, kw_only=True):
    """A member of the team.

    Attributes:
        handle: the name addresses use; unique ignoring case.
        login: the name the identity provider gave, e.g. an e-mail address.
        display_name: for people.
        role: what they may do.
        joined: when first seen.
        runs: how many runs they own.
    """

    handle: str
    login: str
    display_name: str
    role: Role
    joined: float
    runs: int = 0


class Team(Record, frozen=True, kw_only=True):
    """The team.

    Attributes:
        name: for people.
        me: the handle of who asks.
        members: everyone, by handle.
    """

    name: str
    me: str
    members: list[Member]


class Token(Record, frozen=True, kw_only=True):
    """A personal token as it is listed; the secret itself is never stored.

    Attributes:
        id: names the token, not secret.
        handle: whose it is.
        label: what it is for.
        created: when it was made.
        revoked: when it was revoked; None while it is good.
    """

    id: str
    handle: str
    label: str
    created: float
    revoked: float | None = None
