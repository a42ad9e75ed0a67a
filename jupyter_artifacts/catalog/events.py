"""Events: an outbox that pages read what changed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select

from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.schema import events
from jupyter_artifacts.records.events import Event

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.base import JsonObject

KEPT: Final = 20_000
_read_data = document_reader(dict[str, Any])


class EventRows:
    """Events, within one transaction; the newest 20,000 are kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: str,
        change: str,
        address: str,
        now: float,
        data: JsonObject | None = None,
    ) -> None:
        """Note that something changed."""
        row = insert(events).values(
            kind=kind,
            change=change,
            address=address,
            time=now,
            data=to_document(data or {}, address=address),
        )
        seq = self._connection.execute(row.returning(events.c.seq)).scalar_one()
        self._connection.execute(delete(events).where(events.c.seq <= seq - KEPT))

    def since(self, seq: int, *, limit: int = 1000) -> list[Event]:
        """Return the events after `seq`, oldest first."""
        found = self._connection.execute(
            select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
        )
        return [
            Event(
                seq=row.seq,
                kind=row.kind,
                change=row.change,
                address=row.address,
                time=row.time,
                data=_read_data(row.data),
            )
            for row in found
        ]

    def newest(self) -> int:
        """Return the newest seq; 0 when there is none."""
        return self._connection.scalar(select(func.max(events.c.seq))) or 0
