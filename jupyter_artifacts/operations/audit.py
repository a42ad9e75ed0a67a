"""The audit log, for those who look after the team."""

from __future__ import annotations

from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.ranges import (
    PageSize,
)
from jupyter_artifacts.operations.table import MANAGE_TEAM, Kind, operation
from jupyter_artifacts.records.audit import AuditEntry
from jupyter_artifacts.records.base import Page, Record


class AuditAsk(Record, frozen=True, kw_only=True):
    """Which lines of the log.

    Attributes:
        user: a member's; "" for everyone's.
        action: one operation's, e.g. "shares.open"; "" for every one.
        since: seconds since 1970; nothing from before.
        limit: at most this many lines.
        cursor: of the page before.
    """

    user: str = ""
    action: str = ""
    since: float = 0.0
    limit: PageSize = 100
    cursor: str | None = None


@operation("audit.list", "GET audit", needs=MANAGE_TEAM, kind=Kind.PAGE)
def list_all(ctx: Context, ask: AuditAsk) -> Page[AuditEntry]:
    """Return who was given what, who changed what and who was refused, newest first."""
    with ctx.catalog.read() as rows:
        return rows.audit.page(
            user=rows.members.get(ask.user).handle if ask.user else "",
            action=ask.action,
            since=ask.since,
            limit=ask.limit,
            cursor=ask.cursor,
        )
