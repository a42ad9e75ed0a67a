"""Events: what changed, for pages that watch."""

from __future__ import annotations

from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.ranges import Offset
from jupyter_artifacts.operations.table import SEE, Kind, operation
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.events import Event


class Since(Record, frozen=True, kw_only=True):
    """After which event; None for those that are yet to come."""

    since: Offset | None = None


@operation("events.watch", "GET events", needs=SEE, kind=Kind.STREAM)
def watch(ctx: Context, ask: Since) -> list[Event]:
    """Return the events after one, oldest first, at most 1,000."""
    if ask.since is None:
        return []
    with ctx.catalog.read() as rows:
        return rows.events.since(ask.since)
