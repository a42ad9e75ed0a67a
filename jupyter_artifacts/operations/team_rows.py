"""What an operation needs of a catalog: members, sessions, transfers, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jupyter_artifacts.records.base import JsonObject
    from jupyter_artifacts.records.events import Event
    from jupyter_artifacts.records.people import Member, Role, Token
    from jupyter_artifacts.records.sessions import Attachment, Session
    from jupyter_artifacts.records.transfers import Transfer


class MemberRows(Protocol):
    """Members and their tokens."""

    def ensure(self, login: str, display_name: str, now: float) -> Member:
        """Return the member of this login; a new one when first seen.

        The first member ever is owner, later ones are members. The handle is
        `handle_from_login`, made unique by "-2", "-3", …
        """

    def by_login(self, login: str) -> Member | None:
        """Return the member of this login; None when never seen."""

    def get(self, handle: str) -> Member:
        """Return one member."""

    def all(self) -> list[Member]:
        """Return everyone, by handle, with how many runs each owns."""

    def set_role(self, handle: str, role: Role) -> Member:
        """Change a role; the last owner stays owner (`Conflict`)."""

    def add_token(self, token: Token, sha256: str) -> None:
        """Keep a token by the SHA-256 (hex) of its secret."""

    def member_of_token(self, sha256: str) -> Member | None:
        """Return whose good token this is; None when revoked or unknown."""

    def tokens(self, handle: str) -> list[Token]:
        """Return a member's tokens, newest first."""

    def revoke_token(self, handle: str, token_id: str, now: float) -> Token:
        """Revoke a token, for good."""


class SessionRows(Protocol):
    """Sessions."""

    def announce(self, session: Session) -> None:
        """Add a session, or renew what is said of it (people, last_seen, url)."""

    def leave(self, session_id: str) -> None:
        """Remove a session."""

    def get(self, session_id: str) -> Session:
        """Return one session."""

    def all(self, *, seen_after: float) -> list[Session]:
        """Return the sessions seen since, newest first."""

    def attach(self, session_id: str, attachment: Attachment) -> None:
        """Note an attachment; again replaces it."""

    def detach(self, session_id: str, address: str) -> Attachment:
        """Remove an attachment and return it."""

    def attachments_of(
        self, address_prefix: str, *, seen_after: float
    ) -> list[tuple[Session, Attachment]]:
        """Return which sessions seen since have versions of a datastore attached."""


class TransferRows(Protocol):
    """Transfers."""

    def put(self, transfer: Transfer) -> None:
        """Add or replace a transfer."""

    def get(self, transfer_id: str) -> Transfer:
        """Return one transfer."""

    def moving(self) -> list[Transfer]:
        """Return every transfer that has not ended, oldest first."""

    def recent(self, *, limit: int) -> list[Transfer]:
        """Return the newest transfers, moving ones first."""


class EventRows(Protocol):
    """Events."""

    def add(
        self,
        kind: str,
        change: str,
        address: str,
        now: float,
        data: JsonObject | None = None,
    ) -> None:
        """Note that something changed."""

    def since(self, seq: int, *, limit: int = 1000) -> list[Event]:
        """Return the events after `seq`, oldest first."""

    def newest(self) -> int:
        """Return the newest seq; 0 when there is none."""
