"""What commands ask of the team, and the options that several of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.errors import InvalidAddress, InvalidRequest
from jupyter_artifacts.importing import much_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.team import Team

EVERYONE: Final = "*"  # no handle can be this


def as_json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document."
    )(command)


def global_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--global [USER]`."""
    return click.option(
        "--global",
        "whose",
        metavar="[USER]",
        is_flag=False,
        flag_value=EVERYONE,
        default="",
        help="Everyone's, or USER's, not only mine.",
    )(command)


def team_here() -> Team:
    """Return the team of the environment."""
    # the catalog's import takes longer than `--help` may
    with much_imported():
        from jupyter_artifacts.team import connect

    return connect()


def handle_of(team: Team, whose: str) -> str:
    """Return the handle that `--global` names; "" for everyone's.

    Raises:
        NotFound: when the team has no such member; says who is near.
    """
    if whose == EVERYONE:
        return ""
    if not whose:
        return team.me
    team.carrier.call("runs.of_user", user=whose, limit=1)
    known = {member.handle.casefold(): member.handle for member in team.members()}
    return known[whose.casefold()]


def run_at(team: Team, address: str) -> Address:
    """Return the address of a run; what names less or more than one is refused.

    Raises:
        InvalidAddress: when it names an experiment of a run, or no run.
    """
    place = team.parse(address)
    if place.experiment is not None:
        run = place.of_run().short
        msg = "it names one experiment, and this acts on a whole run"
        raise InvalidAddress(msg, address=address, hint=f"write {run}")
    return place.of_run()


def confirm(question: str, *, address: str, yes: bool) -> None:
    """Ask before what cannot be undone.

    Args:
        question: what is asked.
        address: what it is about.
        yes: whether `--yes` answered it already.

    Raises:
        InvalidRequest: when nobody is there to answer, and nobody did.
    """
    if yes:
        return
    if not output.asks_on_terminal():
        msg = "nothing is deleted unasked, and this is no terminal to ask on"
        raise InvalidRequest(msg, address=address, hint="give --yes if you mean it")
    click.confirm(question, abort=True, err=True)


def pages(team: Team, operation: str, **ask: Any) -> Iterator[Any]:
    """Yield everything that a paged operation has."""
    return team.carrier.pages(operation, **ask)
