"""`audit`: who was given what, who changed what, and who was refused."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, pages, team_here
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.queries.times import TIME_HINT, resolve_duration, resolve_time

if TYPE_CHECKING:
    from jupyter_artifacts.records.audit import AuditEntry

_LINES: Final = 100


@click.command()
@click.option("--user", default="", metavar="U", help="Only what U asked for.")
@click.option("--action", default="", metavar="A", help="Only these, e.g. shares.open.")
@click.option("--since", default="", metavar="7d", help="Nothing from before that.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"At most this many, the newest. [default: {_LINES}; with --json all]",
)
@as_json_option
def audit(
    user: str, action: str, since: str, limit: int | None, *, as_json: bool
) -> None:
    """Show who was given, changed or refused what, newest first.

    Downloads, share links and each use of them, deletions, roles and tokens. For the
    team's admins and owners.
    """
    if limit is None and not as_json:
        limit = _LINES
    ask = {"user": user, "action": action, "since": _moment(since)}
    lines = pages(team_here(), "audit.list", **ask)
    found: list[AuditEntry] = list(islice(lines, limit))
    if as_json:
        output.as_json(found)
    elif found:
        heads = ("TIME", "WHO", "WHAT", "ADDRESS", "BYTES", "OUTCOME")
        output.table(heads, map(_row, found), right=("BYTES",))
        if len(found) == limit:
            output.note(f"the newest {counted(limit, 'line')}; --limit N shows more")
    else:
        output.note("nothing of that is in the log")


def _moment(text: str) -> float:
    if not text:
        return 0.0
    now = time.time()
    span = resolve_duration(text)
    found = now - span if span is not None else resolve_time(text, now)
    if found is None:
        msg = f"{text!r} is no time"
        hint = TIME_HINT.replace("-7d", "7d")
        raise InvalidRequest(msg, address="--since", hint=hint)
    return found


def _row(entry: AuditEntry) -> tuple[str, ...]:
    if not entry.allowed:
        outcome = f"refused: {entry.reason}"
    else:
        outcome = "; ".join(filter(None, (entry.outcome, entry.reason)))
    moved = "" if entry.bytes is None else size(entry.bytes)
    return when(entry.time), entry.user, entry.action, entry.address, moved, outcome
