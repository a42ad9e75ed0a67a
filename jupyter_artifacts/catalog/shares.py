"""Share links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, insert, select, update

from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema_shares import shares
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.records.base import Page
from jupyter_artifacts.records.shares import Share

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_read: Final = document_reader(Share)


class ShareRows:
    """Share links, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, share: Share, *, secret_sha256: str, manifest: str) -> None:
        """Add a share: what opens it, and the id of what it was made of."""
        self._connection.execute(
            insert(shares).values(
                id=share.id,
                owner=share.owner,
                secret_sha256=secret_sha256,
                manifest=manifest,
                expires=share.expires,
                revoked=None,
                opens=0,
                downloads=0,
                bytes=0,
                doc=to_document(share, address=share.address),
            )
        )

    def get(self, share_id: str) -> Share:
        """Return one share."""
        return _share(self._row(share_id))

    def guarded(self, share_id: str) -> tuple[Share, str, str]:
        """Return a share, the SHA-256 of its secret, and what it was made of."""
        row = self._row(share_id)
        return _share(row), row.secret_sha256, row.manifest

    def page(self, owner: str, *, limit: int, cursor: str | None) -> Page[Share]:
        """Return somebody's shares, newest first; of "" everyone's."""
        listing = f"shares\0{owner}"
        statement = select(shares)
        if owner:
            statement = statement.where(shares.c.owner == owner)
        if cursor is not None:
            last = from_cursor(listing, cursor, str)
            statement = statement.where(shares.c.id < last)
        ordered = statement.order_by(shares.c.id.desc()).limit(limit + 1)
        found = self._connection.execute(ordered).all()
        items = [_share(row) for row in found[:limit]]
        more = len(found) > limit
        return Page(
            items=items,
            cursor=to_cursor(listing, items[-1].id) if more else None,
            total=len(items),
            total_capped=more,
        )

    def renew(self, share_id: str, *, lasts: float, expires: float) -> Share:
        """Let a share that is not revoked end later, or sooner."""
        share = self.get(share_id)
        if share.revoked is not None:
            msg = "it was revoked, for good"
            raise Conflict(msg, address=share.address, hint="share it anew")
        renewed = replace(share, lasts=lasts, expires=expires)
        self._keep(renewed)
        return renewed

    def revoke(self, share_id: str, *, by: str, now: float) -> Share:
        """End a share for good; done twice, the same."""
        share = self.get(share_id)
        if share.revoked is not None:
            return share
        revoked = replace(share, revoked=now, revoked_by=by)
        self._keep(revoked)
        return revoked

    def count(
        self, share_id: str, *, opens: int = 0, downloads: int = 0, moved: int = 0
    ) -> None:
        """Add to what a share was used for."""
        self._connection.execute(
            update(shares)
            .where(shares.c.id == share_id)
            .values(
                opens=shares.c.opens + opens,
                downloads=shares.c.downloads + downloads,
                bytes=shares.c.bytes + moved,
            )
        )

    def _keep(self, share: Share) -> None:
        self._connection.execute(
            update(shares)
            .where(shares.c.id == share.id)
            .values(
                expires=share.expires,
                revoked=share.revoked,
                doc=to_document(share, address=share.address),
            )
        )

    def _row(self, share_id: str) -> Row[Any]:
        found = self._connection.execute(
            select(shares).where(shares.c.id == share_id)
        ).first()
        if found is None:
            msg = f"there is no share {share_id}"
            raise not_found(msg, address=share_id)
        return found


def _share(row: Row[Any]) -> Share:
    return replace(
        _read(row.doc), opens=row.opens, downloads=row.downloads, bytes=row.bytes
    )
