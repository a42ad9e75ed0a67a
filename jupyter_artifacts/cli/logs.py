"""`logs`: what an experiment wrote, also while it writes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.addresses import LOG_STREAMS
from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import team_here
from jupyter_artifacts.cli.searching import LineSearch
from jupyter_artifacts.cli.words import counted
from jupyter_artifacts.errors import InvalidAddress, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.team import Team

_LOOK_EVERY: Final = 0.25
_LONGEST: Final = 1 << 20
"""Bytes of a line that are kept together; a longer one goes on in pieces."""


@click.command()
@click.argument("experiment", metavar="RUN|EXPERIMENT")
@click.option("-f", "--follow", is_flag=True, help="Go on until the experiment ends.")
@click.option("--grep", metavar="RE", help="Only lines in which RE is found.")
@click.option(
    "--stream",
    type=click.Choice(LOG_STREAMS),
    default="output",
    show_default=True,
    help="output is stdout and stderr, in order.",
)
def logs(experiment: str, grep: str | None, stream: str, *, follow: bool) -> None:
    """Show what an experiment wrote to its logs.

    A run stands for its experiment when it has only one.
    """
    search = None if grep is None else LineSearch(grep)
    team = team_here()
    place = team.parse(experiment)
    if place.section == "logs" and place.item:
        stream = place.item
    place = _experiment_at(team, place)
    pieces = _follow(team, place, stream) if follow else _now(team, place, stream)
    if search is not None:
        pieces = filter(search.found_in, lines(pieces))
    output.log(pieces)


def _experiment_at(team: Team, place: Address) -> Address:
    """Return the experiment that is meant: of a run, its only one.

    Raises:
        InvalidAddress: when there are several, or none.
    """
    if place.experiment is not None or not place.run:
        return place.of_experiment()
    made = team.run(place.short).experiments
    if len(made) == 1:
        return team.parse(made[0].address)
    msg = f"it has {counted(len(made), 'experiment')}"
    hint = f"name one: {made[0].address}" if made else "it wrote no logs yet"
    raise InvalidAddress(msg, address=place.short, hint=hint)


def lines(pieces: Iterator[bytes], longest: int = _LONGEST) -> Iterator[bytes]:
    """Yield whole lines with their ends; one longer than `longest` in pieces."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
        while len(rest) >= longest:
            yield rest[:longest]
            rest = rest[longest:]
    if rest:
        yield rest


def _now(team: Team, place: Address, stream: str) -> Iterator[bytes]:
    yield from _from(team, place, stream, 0)


def _follow(team: Team, place: Address, stream: str) -> Iterator[bytes]:
    """Yield what is there and what comes, until the experiment has ended."""
    offset = 0
    while True:
        # asked first: whatever was written before its end is then read below
        ended = team.experiment(place).record.state.ended
        try:
            for piece in _from(team, place, stream, offset):
                offset += len(piece)
                yield piece
        except NotFound:
            if ended:
                raise
        if ended:
            return
        time.sleep(_LOOK_EVERY)


def _from(team: Team, place: Address, stream: str, offset: int) -> Iterator[bytes]:
    at = {"user": place.user, "run": place.run, "number": place.experiment}
    content = team.carrier.content("logs.read", **at, stream=stream)
    if content.size > offset:
        yield from content.read(offset, content.size - offset)
