"""Transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import transfers
from jupyter_artifacts.records.transfers import Transfer, TransferState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_MOVING: Final = frozenset({TransferState.QUEUED, TransferState.MOVING})
_read = document_reader(Transfer)


class TransferRows:
    """Transfers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, transfer: Transfer) -> None:
        """Add or replace a transfer."""
        self._connection.execute(delete(transfers).where(transfers.c.id == transfer.id))
        self._connection.execute(
            insert(transfers).values(
                id=transfer.id,
                moving=transfer.state in _MOVING,
                started=transfer.started,
                doc=to_document(transfer, address=transfer.address),
            )
        )

    def get(self, transfer_id: str) -> Transfer:
        """Return one transfer."""
        found = self._connection.scalar(
            select(transfers.c.doc).where(transfers.c.id == transfer_id)
        )
        if found is None:
            msg = f"there is no transfer {transfer_id}"
            raise not_found(msg, address=transfer_id)
        return _read(found)

    def moving(self) -> list[Transfer]:
        """Return every transfer that has not ended, oldest first."""
        found = self._connection.scalars(
            select(transfers.c.doc)
            .where(transfers.c.moving)
            .order_by(transfers.c.started, transfers.c.id)
        )
        return [_read(doc) for doc in found]

    def recent(self, *, limit: int) -> list[Transfer]:
        """Return the newest transfers, moving ones first."""
        found = self._connection.scalars(
            select(transfers.c.doc)
            .order_by(
                transfers.c.moving.desc(),
                transfers.c.started.desc(),
                transfers.c.id.desc(),
            )
            .limit(limit)
        )
        return [_read(doc) for doc in found]
