"""`status` and `history`: experiments in rows."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import (
    as_json_option,
    global_option,
    handle_of,
    team_here,
)
from jupyter_artifacts.cli.words import counted, duration, size, when
from jupyter_artifacts.records.states import ENDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.records.runs import Experiment
    from jupyter_artifacts.team import Team

_ROWS: Final = 100
_COLUMNS: Final = (
    "EXPERIMENT",
    "STATE",
    "STARTED",
    "TIME",
    "LAST STEP",
    "FILES",
    "SIZE",
)
_RIGHT: Final = ("LAST STEP", "FILES", "SIZE")
_NOTHING: Final = "—"


@click.command()
@click.argument("run", default="")
@global_option
@as_json_option
def status(run: str, whose: str, *, as_json: bool) -> None:
    """Show what is running.

    Mine, or with --global everyone's or USER's. With RUN, its experiments, those
    that have ended too.
    """
    if run and whose:
        msg = "RUN and --global exclude each other: a run's address names its user."
        raise click.UsageError(msg)
    team = team_here()
    if run:
        found = experiments_of(team, run)
        show_experiments(found, as_json=as_json, none=f"{run} has no experiments")
        return
    handle = handle_of(team, whose)
    found = list(team.runs(_query(handle, ended=False)))
    none = f"nothing of {handle or 'anyone'} is running"
    show_experiments(found, as_json=as_json, none=none)


@click.command()
@global_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"At most this many, the newest. [default: {_ROWS}; with --json all]",
)
@as_json_option
def history(whose: str, limit: int | None, *, as_json: bool) -> None:
    """Show what is done.

    Mine, or with --global everyone's or USER's.
    """
    team = team_here()
    handle = handle_of(team, whose)
    if limit is None and not as_json:
        limit = _ROWS
    found = team.runs(_query(handle, ended=True), sort="-ended")
    shown = list(islice(found, limit))
    none = f"nothing of {handle or 'anyone'} is done"
    show_experiments(shown, as_json=as_json, none=none)
    if len(shown) == limit:
        page = found.page(limit=1)
        if page.total > limit:
            every = f"{page.total:,}{' or more' if page.total_capped else ''}"
            output.note(f"{limit:,} of {every} are shown; --limit N shows more")


def show_experiments(found: Sequence[Experiment], *, as_json: bool, none: str) -> None:
    """Print experiments, one row each.

    Args:
        found: the experiments.
        as_json: whether as one JSON document.
        none: what is said when there are none.
    """
    if as_json:
        output.as_json(found)
    elif found:
        output.table(_COLUMNS, map(_row, found), right=_RIGHT)
        # below the table: a reason is long, and a column of it would fold addresses
        for each in found:
            if each.exit_reason:
                reason = each.exit_reason.partition("\n")[0]
                output.cut_line(f"{each.address} {each.state}: {reason}")
        output.note(counted(len(found), "experiment"))
    else:
        output.note(none)


def _row(experiment: Experiment) -> tuple[str, ...]:
    has_run = experiment.running_since is not None or experiment.wall_clock_time > 0
    logged = experiment.summary_metrics or experiment.total_batches_processed
    files = f"{experiment.file_count:,}"
    if experiment.uncaptured:
        files += f" ({experiment.uncaptured:,} not captured)"
    return (
        experiment.address,
        experiment.state.value,
        when(experiment.started) if has_run else _NOTHING,
        duration(experiment.ran(time.time())) if has_run else _NOTHING,
        f"{experiment.total_batches_processed:,}" if logged else _NOTHING,
        files,
        size(experiment.artifact_bytes),
    )


def experiments_of(team: Team, address: str) -> list[Experiment]:
    """Return a run's experiments, or the one that is named."""
    place = team.parse(address)
    if place.experiment is not None:
        return [team.experiment(place).record]
    return team.run(place.of_run().short).experiments


def _query(handle: str, *, ended: bool) -> str:
    states = ", ".join(f'"{state}"' for state in sorted(ENDED))
    chosen = f"state {'in' if ended else 'not in'} ({states})"
    return f'user == "{handle}" and {chosen}' if handle else chosen
