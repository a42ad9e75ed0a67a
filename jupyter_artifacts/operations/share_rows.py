"""What an operation needs of a catalog: share links, and the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jupyter_artifacts.records.audit import AuditEntry
    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.shares import Share


class ShareRows(Protocol):
    """Share links."""

    def create(self, share: Share, *, secret_sha256: str, manifest: str) -> None:
        """Add a share: what opens it, and the id of what it was made of."""

    def get(self, share_id: str) -> Share:
        """Return one share."""

    def guarded(self, share_id: str) -> tuple[Share, str, str]:
        """Return a share, the SHA-256 of its secret, and what it was made of."""

    def page(self, owner: str, *, limit: int, cursor: str | None) -> Page[Share]:
        """Return somebody's shares, newest first; of "" everyone's."""

    def renew(self, share_id: str, *, lasts: float, expires: float) -> Share:
        """Let a share end later, or sooner; a revoked one is `Conflict`."""

    def revoke(self, share_id: str, *, by: str, now: float) -> Share:
        """End a share for good; done twice, the same."""

    def count(
        self, share_id: str, *, opens: int = 0, downloads: int = 0, moved: int = 0
    ) -> None:
        """Add to what a share was used for."""


class AuditRows(Protocol):
    """The audit log: rows are added and read, nothing else."""

    def add(self, entry: AuditEntry, *, grants: bool = False) -> int:
        """Add a line and return its id; `grants` when `close` will say its outcome."""

    def close(self, grant: int, *, moved: int | None, outcome: str, now: float) -> None:
        """Say what came of a grant, once: what was said first stays."""

    def close_about(
        self,
        about: str,
        *,
        moved: int | None,
        outcome: str,
        now: float,
        user: str = "",
    ) -> None:
        """Say what came of one transfer's grants, once: all of them, or one asker's."""

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
