"""Events: what changed, for pages that watch."""

from __future__ import annotations

from jupyter_artifacts.records.base import JsonObject, Record


class Event(Record, frozen=True, kw_only=True):
    """Something changed.

    Attributes:
        seq: grows by one per event of a catalog.
        kind: "run", "experiment", "metrics", "files", "checkpoint", "logs",
            "datastore", "session", "transfer", "member".
        change: "created", "changed" or "deleted".
        address: of what changed.
        time: when.
        data: a few values that spare a request; {} for none.
    """

    seq: int
    kind: str
    change: str
    address: str
    time: float
    data: JsonObject = {}
