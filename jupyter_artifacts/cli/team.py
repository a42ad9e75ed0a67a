"""`team`: members, their roles and their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jupyter_artifacts import policy
from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.lazy import DefaultGroup
from jupyter_artifacts.cli.words import when
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.records.people import Role

if TYPE_CHECKING:
    from jupyter_artifacts.records.people import Member, Token
    from jupyter_artifacts.team import Team


@click.group(cls=DefaultGroup)
def team() -> None:
    """List members; manage roles and tokens.

    Without a command: list. `team NAME` lists the team of this name, or the one
    member.
    """


@team.command("list")
@click.argument("name", default="")
@as_json_option
def list_members(name: str, *, as_json: bool) -> None:
    """List the members and their roles."""
    here = team_here()
    found = here.carrier.call("teams.get")
    members: list[Member] = found.members
    if name and name != found.name:
        members = [_member(here, name)]
    if as_json:
        output.as_json(members)
        return
    rows = [
        (
            member.handle + (" (you)" if member.handle == found.me else ""),
            member.role.value,
            f"{member.runs:,}",
            when(member.joined),
            member.login,
            member.display_name,
        )
        for member in members
    ]
    heads = ("MEMBER", "ROLE", "RUNS", "JOINED", "LOGIN", "NAME")
    output.table(heads, rows, right=("RUNS",))


@team.command()
@click.argument("login")
def add(login: str) -> None:
    """Add a member before they are first seen, so that they can get a token."""
    if not login or output.visible(login) != login or login != login.strip():
        msg = f"{login!r} is no login"
        hint = "without control characters, and without spaces around it"
        raise InvalidRequest(msg, hint=hint)
    here = team_here()
    _check_may_manage(here, "members.add", "", policy.Thing.TEAM)
    before = {member.login for member in here.members()}
    found = _member(here, here.carrier.acting_as(login).me)
    who = found.handle
    if login != who:
        # a handle is made of a login, and may look like somebody else's name
        who += f' (login "{login}")'
    if login in before:
        output.line(f"{who} is in the team already: {found.role.value}")
    else:
        output.line(f"added {who}: {found.role.value}")
    output.note(f"a token for them: jupyter artifacts team token {found.handle}")


@team.command()
@click.argument("handle")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role(handle: str, role: str) -> None:
    """Change a member's role."""
    here = team_here()
    _check_may_manage(here, "members.role", "", policy.Thing.TEAM)
    known = _member(here, handle)
    changed = here.carrier.call("members.role", handle=known.handle, role=role)
    output.line(f"{changed.handle}: {known.role.value} → {changed.role.value}")


@team.command()
@click.argument("handle")
@click.option("--label", default="", help="What it is for, for people.")
def token(handle: str, label: str) -> None:
    """Make a personal token; its secret is printed once and kept nowhere."""
    here = team_here()
    member = _member(here, handle)
    _check_may_manage(here, "members.token", member.handle, policy.Thing.MEMBER)
    made, secret = here.carrier.issue_token(member.handle, label)
    output.note(f"token {made.id} of {made.handle}; whoever has it is {made.handle}:")
    output.line(secret)
    again = f"jupyter artifacts team revoke {made.handle} {made.id}"
    output.note(f"it is shown this once; to make it worthless: {again}")


@team.command()
@click.argument("handle")
@as_json_option
def tokens(handle: str, *, as_json: bool) -> None:
    """List a member's tokens, without their secrets."""
    found: list[Token] = team_here().carrier.call("members.tokens", handle=handle)
    if as_json:
        output.as_json(found)
    elif found:
        rows = [
            (each.id, each.label, when(each.created), when(each.revoked))
            for each in found
        ]
        output.table(("TOKEN", "LABEL", "MADE", "REVOKED"), rows)
    else:
        output.note(f"{handle} has no tokens")


@team.command()
@click.argument("handle")
@click.argument("token_id", metavar="TOKEN")
def revoke(handle: str, token_id: str) -> None:
    """Revoke a token: it opens nothing from now on."""
    ask = {"handle": handle, "token": token_id}
    revoked: Token = team_here().carrier.call("members.revoke", **ask)
    output.line(f"revoked {revoked.id} of {revoked.handle}")


def _check_may_manage(here: Team, action: str, owner: str, thing: policy.Thing) -> None:
    here.carrier.check(
        action,
        policy.Permission(policy.Action.MANAGE, thing),
        owner=owner,
        address=owner,
    )


def _member(here: Team, handle: str) -> Member:
    """Return a member; an unknown one is `NotFound`, with who is near."""
    here.carrier.call("runs.of_user", user=handle, limit=1)
    same = handle.casefold()
    return next(each for each in here.members() if each.handle.casefold() == same)
