"""Who may do what: one table, deny by default.

| | viewer | member | admin | owner |
|---|---|---|---|---|
| SEE what the team has | yes | yes | yes | yes |
| MAKE runs, datastores, attachments, clones, downloads, shares | | yes | yes | yes |
| CHANGE (stop, tag, update, …) what they own | | yes | yes | yes |
| CHANGE what someone else owns | | | | |
| DELETE what they own | | yes | yes | yes |
| DELETE what someone else owns, with a reason | | | yes | yes |
| MANAGE the team, others' tokens, the audit log | | | yes | yes |
| MANAGE themselves (their own tokens) | yes | yes | yes | yes |

Who is owner, an owner alone decides (`operations/members.py`). What is private is for
its owner and the readers they name; an admin may delete it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Refused
from jupyter_artifacts.records.artifacts import Visibility
from jupyter_artifacts.records.people import Role

if TYPE_CHECKING:
    from jupyter_artifacts.records.artifacts import Artifact


class Action(StrEnum):
    """What somebody wants to do."""

    SEE = "see"
    MAKE = "make"
    CHANGE = "change"
    DELETE = "delete"
    MANAGE = "manage"


class Thing(StrEnum):
    """What they want to do it to; says who owns it."""

    TEAM = "team"
    RUN = "run"
    DATASTORE = "datastore"
    ARTIFACT = "artifact"
    VERSION = "version"
    """Of an artifact: its owner's, and of whoever logged it."""
    TRANSFER = "transfer"
    MEMBER = "member"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Permission:
    """What an operation needs."""

    action: Action
    thing: Thing


_EVERYONE: Final = frozenset(Role)
_MEMBERS: Final = frozenset({Role.MEMBER, Role.ADMIN, Role.OWNER})
ADMINS: Final = frozenset({Role.ADMIN, Role.OWNER})
_NOBODY: Final[frozenset[Role]] = frozenset()

_OWN: Final = {
    Action.SEE: _EVERYONE,
    Action.MAKE: _MEMBERS,
    Action.CHANGE: _MEMBERS,
    Action.DELETE: _MEMBERS,
    Action.MANAGE: _EVERYONE,
}
_OTHERS: Final = {
    Action.SEE: _EVERYONE,
    Action.MAKE: _MEMBERS,
    Action.CHANGE: _NOBODY,
    Action.DELETE: ADMINS,
    Action.MANAGE: ADMINS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as far as the table needs to know."""

    handle: str
    role: Role


def check(
    asker: Asker,
    permission: Permission,
    *,
    owner: str = "",
    address: str = "",
    reason: str = "",
) -> None:
    """Raise `Refused`, with the reason, unless the table allows it.

    Args:
        asker: who asks.
        permission: what the operation needs.
        owner: handle of who owns the thing; "" when the team does.
        address: of the thing, for the message.
        reason: why, when somebody deletes what someone else owns.
    """
    own = owner == asker.handle or (
        not owner and permission.action is not Action.MANAGE
    )
    table = _OWN if own else _OTHERS
    action, thing = permission.action, permission.thing
    if asker.role not in table.get(action, _NOBODY):
        raise Refused(*_why(asker, permission, own=own, owner=owner), address=address)
    if action is Action.DELETE and not own and not reason.strip():
        msg = f"this {thing} is {owner}'s: deleting it needs a reason"
        raise Refused(
            msg, address=address, hint="say why; it is kept with the deletion"
        )


def may_know(asker: Asker, artifact: Artifact, action: Action = Action.SEE) -> bool:
    """Return whether who asks may know that there is such an artifact."""
    if artifact.visibility is Visibility.TEAM:
        return True
    if asker.handle == artifact.owner or asker.handle in artifact.readers:
        return True
    return action is Action.DELETE and asker.role in ADMINS


def _why(asker: Asker, permission: Permission, *, own: bool, owner: str) -> tuple[str]:
    action, thing = permission.action, permission.thing
    if own or action in {Action.SEE, Action.MAKE}:
        return (f"{asker.handle} is a {asker.role}, who may not {action} here",)
    if action is Action.MANAGE:
        what = "manage members or read the audit log"
        return (f"only an admin or owner may {what}; {asker.handle} is neither",)
    return (
        f"only {owner} can {action} {owner}'s {thing}; ask {owner}, or clone it"
        if thing is Thing.RUN
        else f"only {owner} can {action} {owner}'s {thing}; ask {owner}",
    )
