"""Members of the team, their roles and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import Refused
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import Nothing
from jupyter_artifacts.operations.table import (
    MANAGE_MEMBER,
    MANAGE_TEAM,
    SEE,
    operation,
)
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.people import Member, Role, Team, Token
from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from jupyter_artifacts.records.runs import Experiment


class AtMember(Record, frozen=True, kw_only=True):
    """A member."""

    handle: str


class SetRole(AtMember, frozen=True, kw_only=True):
    """A member, and their role from now on."""

    role: Role


class AtToken(AtMember, frozen=True, kw_only=True):
    """A member's token, by its id."""

    token: str


class Person(Record, frozen=True, kw_only=True):
    """A member as the side bar counts them."""

    handle: str
    display_name: str
    role: Role
    runs: int
    running: int


class Overview(Record, frozen=True, kw_only=True):
    """The team in a few numbers.

    Attributes:
        me: handle of who asks.
        total: runs of everyone.
        mine: runs of who asks.
        running: experiments that run now, queued and paused ones left out.
        people: every member.
        session: id of the session asked in; "" for none.
    """

    me: str
    total: int
    mine: int
    running: int
    people: list[Person]
    session: str = ""


@operation("teams.get", "GET teams", needs=SEE)
def team(ctx: Context, ask: Nothing) -> Team:  # noqa: ARG001
    """Return the team and its members."""
    with ctx.catalog.read() as rows:
        members = rows.members.all()
    return Team(name=ctx.team, me=ctx.actor.handle, members=members)


@operation("teams.overview", "GET overview", needs=SEE)
def overview(ctx: Context, ask: Nothing) -> Overview:  # noqa: ARG001
    """Return how many runs there are, whose, and how many live."""
    with ctx.catalog.read() as rows:
        members = rows.members.all()
        living = [each.user for each in rows.experiments.unended() if _runs(each)]
    people = [
        Person(
            handle=member.handle,
            display_name=member.display_name,
            role=member.role,
            runs=member.runs,
            running=living.count(member.handle),
        )
        for member in members
    ]
    mine = sum(person.runs for person in people if person.handle == ctx.actor.handle)
    return Overview(
        me=ctx.actor.handle,
        total=sum(person.runs for person in people),
        mine=mine,
        running=len(living),
        people=people,
        session=ctx.place.id if ctx.place else "",
    )


def _runs(experiment: Experiment) -> bool:
    waits = experiment.state in {State.QUEUED, State.PAUSED}
    return not experiment.state.ended and not waits


@operation("members.role", "PUT members/{handle}/role", needs=MANAGE_TEAM)
def set_role(ctx: Context, ask: SetRole) -> Member:
    """Change a member's role; only an owner makes or unmakes an owner."""
    with ctx.catalog.write() as rows:
        # as they are in this transaction: who asks may have lost their role by now
        asker, target = (
            rows.members.get(each) for each in (ctx.actor.handle, ask.handle)
        )
        if Role.OWNER in {ask.role, target.role} and asker.role is not Role.OWNER:
            msg = f"only an owner decides who is owner; {asker.handle} is {asker.role}"
            raise Refused(msg, address=target.handle, hint="ask an owner of the team")
        member = rows.members.set_role(ask.handle, ask.role)
        rows.events.add("member", "changed", member.handle, ctx.clock())
    return member


@operation("members.tokens", "GET members/{handle}/tokens", needs=MANAGE_MEMBER)
def tokens(ctx: Context, ask: AtMember) -> list[Token]:
    """Return a member's tokens, without their secrets."""
    with ctx.catalog.read() as rows:
        return rows.members.tokens(rows.members.get(ask.handle).handle)


@operation(
    "members.revoke", "DELETE members/{handle}/tokens/{token}", needs=MANAGE_MEMBER
)
def revoke(ctx: Context, ask: AtToken) -> Token:
    """Revoke a token: it opens nothing from now on."""
    with ctx.catalog.write() as rows:
        token = rows.members.revoke_token(ask.handle, ask.token, ctx.clock())
        rows.events.add("member", "changed", ask.handle, ctx.clock())
    return token


def hash_of(secret: str) -> str:
    """Return what is kept of a token's secret: its SHA-256, hexadecimal.

    The secret has 256 random bits, so a slow hash would protect nothing more.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(ctx: Context, handle: str, label: str) -> tuple[Token, str]:
    """Make a token for a member; return it and its secret, which is kept nowhere.

    No door offers this: a secret is made where it is handed over, on the machine.
    """
    secret = f"jart_{secrets.token_urlsafe(32)}"
    with ctx.catalog.write() as rows:
        member = rows.members.get(handle)
        token = Token(
            id=new_id(), handle=member.handle, label=label, created=ctx.clock()
        )
        rows.members.add_token(token, hash_of(secret))
        note(ctx, rows, "members.token", member.handle, about=token.id)
    return token, secret
