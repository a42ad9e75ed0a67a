"""The audit log: rows are added and read, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.schema_shares import audit
from jupyter_artifacts.records.audit import UNKNOWN, AuditEntry
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class AuditRows:
    """The audit log, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry, *, grants: bool = False) -> int:
        """Add a line and return its id; `entry.id` is given here.

        Args:
            entry: the line.
            grants: whether something follows, whose outcome `close` will say.
        """
        line = insert(audit).values(
            time=entry.time,
            user=entry.user,
            action=entry.action,
            address=entry.address,
            allowed=entry.allowed,
            grants=grants,
            reason=entry.reason,
            about=entry.about,
            closes=None,
            bytes=entry.bytes,
            outcome=entry.outcome,
        )
        return int(self._connection.execute(line.returning(audit.c.seq)).scalar_one())

    def close(self, grant: int, *, moved: int | None, outcome: str, now: float) -> None:
        """Say what came of a grant, once: what was said first stays."""
        said = select(audit.c.seq).where(audit.c.closes == grant)
        if self._connection.scalar(said) is not None:
            return
        granted = self._connection.execute(
            select(audit).where(audit.c.seq == grant)
        ).one()
        self._connection.execute(
            insert(audit).values(
                time=now,
                user=granted.user,
                action=granted.action,
                address=granted.address,
                allowed=True,
                grants=False,
                reason="",
                about=granted.about,
                closes=grant,
                bytes=moved,
                outcome=outcome,
            )
        )

    def close_about(
        self,
        about: str,
        *,
        moved: int | None,
        outcome: str,
        now: float,
        user: str = "",
    ) -> None:
        """Say what came of the grants of one transfer, once.

        Args:
            about: the transfer's id.
            moved: bytes; None when nobody knows.
            outcome: how it ended.
            now: seconds since 1970.
            user: of one who asked for it; "" for all of them.
        """
        granted = select(audit.c.seq).where(audit.c.about == about, audit.c.grants)
        if user:
            granted = granted.where(audit.c.user == user)
        for grant in self._connection.scalars(granted).all():
            self.close(grant, moved=moved, outcome=outcome, now=now)

    def page(
        self,
        *,
        user: str,
        action: str,
        since: float,
        limit: int,
        cursor: str | None,
    ) -> Page[AuditEntry]:
        """Return what was granted, changed and refused, newest first.

        Args:
            user: of one member; "" for everyone.
            action: one operation's; "" for every one.
            since: nothing from before.
            limit: at most this many.
            cursor: of the page before.
        """
        listing = f"audit\0{user}\0{action}\0{since}"
        closing = audit.alias("closing")
        statement = (
            select(
                audit, closing.c.bytes.label("moved"), closing.c.outcome.label("end")
            )
            .outerjoin(closing, closing.c.closes == audit.c.seq)
            .where(audit.c.closes.is_(None), audit.c.time >= since)
        )
        if user:
            statement = statement.where(audit.c.user == user)
        if action:
            statement = statement.where(audit.c.action == action)
        if cursor is not None:
            last = from_cursor(listing, cursor, int)
            statement = statement.where(audit.c.seq < last)
        ordered = statement.order_by(audit.c.seq.desc()).limit(limit + 1)
        found = self._connection.execute(ordered).all()
        items = [_entry(row) for row in found[:limit]]
        more = len(found) > limit
        return Page(
            items=items,
            cursor=to_cursor(listing, items[-1].id) if more else None,
            total=len(items),
            total_capped=more,
        )


def _entry(row: Row[Any]) -> AuditEntry:
    outcome = row.outcome
    if row.grants:
        outcome = UNKNOWN if row.end is None else row.end
    return AuditEntry(
        id=row.seq,
        time=row.time,
        user=row.user,
        action=row.action,
        address=row.address,
        allowed=row.allowed,
        reason=row.reason,
        about=row.about,
        bytes=row.moved if row.grants else row.bytes,
        outcome=outcome,
    )
