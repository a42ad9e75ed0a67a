"""The audit log: who was given what, who changed what, and who was refused."""

from __future__ import annotations

from typing import Final

from jupyter_artifacts.records.base import Record

UNKNOWN: Final = "outcome unknown"
"""Of a grant that nobody closed: its bytes may have moved, or not."""


class AuditEntry(Record, frozen=True, kw_only=True):
    """One line of the audit log.

    Attributes:
        id: grows by at least one with each line.
        time: when.
        user: handle of who asked.
        action: the operation, e.g. "shares.open", or "download" and "attach" for what
            a process on this machine did itself.
        address: on what.
        allowed: whether they might.
        reason: why not; of a deletion, why it was done; "" for nothing.
        about: id of the share or transfer; "" for none.
        bytes: moved; None when nobody said.
        outcome: "done", "failed: …", "canceled", "cut off", "outcome unknown"; ""
            for what moves nothing, and for what was refused.
    """

    id: int
    time: float
    user: str
    action: str
    address: str
    allowed: bool
    reason: str = ""
    about: str = ""
    bytes: int | None = None
    outcome: str = ""
