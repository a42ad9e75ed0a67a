"""Writing the audit log: one row for a grant, one for its end, one for a refusal."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import ArtifactsError, Canceled
from jupyter_artifacts.records.audit import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows


@dataclass(slots=True)
class Grant:
    """What was granted, for whoever knows how much of it moved.

    Attributes:
        id: of its line in the log.
        moved: bytes; None while nobody said.
    """

    id: int
    moved: int | None = None


def note(
    ctx: Context,
    rows: Rows,
    action: str,
    address: str,
    *,
    about: str = "",
    grants: bool = False,
) -> None:
    """Add a line of what was done, in the transaction that does it.

    Args:
        ctx: of who asks.
        rows: of the transaction.
        action: the operation.
        address: on what.
        about: id of the share or transfer.
        grants: whether bytes follow; their transfer's end closes it.
    """
    entry = _entry(ctx, action, address, about=about, reason="")
    rows.audit.add(entry, grants=grants)


def note_refusal(
    ctx: Context, action: str, error: ArtifactsError, *, about: str = ""
) -> None:
    """Add a line of what was refused, and why."""
    entry = _entry(
        ctx, action, error.address, about=about, reason=error.message, allowed=False
    )
    with ctx.catalog.write() as rows:
        rows.audit.add(entry)


def grant(
    ctx: Context, action: str, address: str, *, about: str = "", reason: str = ""
) -> int:
    """Add a line for what is about to move or go; return its id, for `close`.

    What cannot be written down is not granted: the error goes to who asked.
    """
    entry = _entry(ctx, action, address, about=about, reason=reason)
    with ctx.catalog.write() as rows:
        return rows.audit.add(entry, grants=True)


def close(ctx: Context, grant_id: int, *, moved: int | None, outcome: str) -> None:
    """Say what came of a grant.

    It has happened by now, so a catalog that cannot be written undoes nothing; the
    grant then reads "outcome unknown", which is so.
    """
    with suppress(ArtifactsError), ctx.catalog.write() as rows:
        rows.audit.close(grant_id, moved=moved, outcome=outcome, now=ctx.clock())


@contextmanager
def granted(
    ctx: Context, action: str, address: str, *, about: str = "", reason: str = ""
) -> Iterator[Grant]:
    """Grant something for the length of a with block, and say how it ended."""
    given = Grant(grant(ctx, action, address, about=about, reason=reason))
    try:
        yield given
    except BaseException as error:
        close(ctx, given.id, moved=given.moved, outcome=outcome_of(error))
        raise
    close(ctx, given.id, moved=given.moved, outcome="done")


def outcome_of(error: BaseException) -> str:
    """Return how a grant ended, by its kind: a message may quote a signed URL."""
    if isinstance(error, Canceled | KeyboardInterrupt):
        return "canceled"
    if isinstance(error, ArtifactsError):
        return f"failed: {error.code}"
    return f"failed: {type(error).__name__}"


def _entry(
    ctx: Context,
    action: str,
    address: str,
    *,
    about: str,
    reason: str,
    allowed: bool = True,
) -> AuditEntry:
    return AuditEntry(
        id=0,
        time=ctx.clock(),
        user=ctx.actor.handle,
        action=action,
        address=address,
        allowed=allowed,
        reason=reason,
        about=about,
    )
