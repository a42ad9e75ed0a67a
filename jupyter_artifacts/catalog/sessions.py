"""Sessions and what is attached to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from sqlalchemy import Row, delete, insert, select, update

from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import attachments, sessions
from jupyter_artifacts.records.sessions import Attachment, Session

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_read_session = document_reader(Session)
_read_attachment = document_reader(Attachment)


class SessionRows:
    """Sessions, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def announce(self, session: Session) -> None:
        """Add a session, or renew what is said of it (people, last_seen, url)."""
        # What is attached is attach's and detach's to say.
        doc = to_document(replace(session, attachments=[]))
        values = {"last_seen": session.last_seen, "doc": doc}
        changed = self._connection.execute(
            update(sessions).where(sessions.c.id == session.id).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(sessions).values(id=session.id, **values))

    def leave(self, session_id: str) -> None:
        """Remove a session."""
        self._connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def get(self, session_id: str) -> Session:
        """Return one session."""
        found = self._connection.execute(
            select(sessions).where(sessions.c.id == session_id)
        ).first()
        if found is None:
            msg = f"there is no session {session_id}"
            raise not_found(msg, address=session_id)
        return self._session(found)

    def all(self, *, seen_after: float) -> list[Session]:
        """Return the sessions seen since, newest first."""
        found = self._connection.execute(
            select(sessions)
            .where(sessions.c.last_seen >= seen_after)
            .order_by(sessions.c.last_seen.desc(), sessions.c.id.desc())
        ).all()
        return [self._session(row) for row in found]

    def attach(self, session_id: str, attachment: Attachment) -> None:
        """Note an attachment; again replaces it."""
        self.get(session_id)
        self._remove(session_id, attachment.address)
        self._connection.execute(
            insert(attachments).values(
                session_id=session_id,
                address=attachment.address,
                attached=attachment.attached,
                doc=to_document(attachment, address=attachment.address),
            )
        )

    def detach(self, session_id: str, address: str) -> Attachment:
        """Remove an attachment and return it."""
        attached = {item.address: item for item in self.get(session_id).attachments}
        if address not in attached:
            msg = "it is not attached to this session"
            raise not_found(msg, address=address, name=address, known=attached)
        self._remove(session_id, address)
        return attached[address]

    def attachments_of(
        self, address_prefix: str, *, seen_after: float
    ) -> list[tuple[Session, Attachment]]:
        """Return which sessions seen since have versions of a datastore attached."""
        prefix = address_prefix.rstrip("/")
        below = attachments.c.address.startswith(f"{prefix}/", autoescape=True)
        found = self._connection.execute(
            select(sessions, attachments.c.doc.label("attachment"))
            .join(attachments, attachments.c.session_id == sessions.c.id)
            .where(sessions.c.last_seen >= seen_after)
            .where((attachments.c.address == prefix) | below)
            .order_by(attachments.c.attached, sessions.c.id, attachments.c.address)
        ).all()
        return [(self._session(row), _read_attachment(row.attachment)) for row in found]

    def _remove(self, session_id: str, address: str) -> None:
        self._connection.execute(
            delete(attachments).where(
                attachments.c.session_id == session_id,
                attachments.c.address == address,
            )
        )

    def _session(self, row: Row[Any]) -> Session:
        attached = self._connection.scalars(
            select(attachments.c.doc)
            .where(attachments.c.session_id == row.id)
            .order_by(attachments.c.attached, attachments.c.address)
        )
        return replace(
            _read_session(row.doc),
            attachments=[_read_attachment(doc) for doc in attached],
        )
