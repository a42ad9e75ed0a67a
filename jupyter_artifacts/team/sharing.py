"""Share links, as Python makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.shares import LONGEST, SHORTEST
from jupyter_artifacts.queries.times import DURATION_HINT, resolve_duration

if TYPE_CHECKING:
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.shares import NewShare, Share


class Sharing:
    """The part of a team that shares."""

    carrier: LocalCarrier

    def share(self, address: str, expires: str | float | None = None) -> NewShare:
        """Share a file, folder or experiment with whoever has the link.

        They must be signed in to the team's server.

        Args:
            address: also of a checkpoint or of a datastore's version.
            expires: e.g. "24h", or seconds; None for a day. 30 days at most.

        Returns:
            The share; its `link` is told this once.
        """
        made: NewShare = self.carrier.call(
            "shares.make", address=address, expires=_lasting(expires)
        )
        return made

    def shares(self, *, everyone: bool = False) -> list[Share]:
        """Return my shares, newest first; for an admin or owner also everyone's."""
        found: list[Share] = []
        cursor = None
        while True:
            page = self.carrier.call("shares.list", everyone=everyone, cursor=cursor)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                return found

    def renew_share(self, share_id: str, expires: str | float | None = None) -> Share:
        """Let a share of mine last on from now, as long as before unless said."""
        renewed: Share = self.carrier.call(
            "shares.renew", share=share_id, expires=_lasting(expires)
        )
        return renewed

    def revoke_share(self, share_id: str, *, reason: str = "") -> Share:
        """End a share for good; someone else's only with a reason."""
        revoked: Share = self.carrier.call(
            "shares.revoke", share=share_id, reason=reason
        )
        return revoked


def _lasting(expires: str | float | None) -> float | None:
    """Return seconds that a share can last.

    Raises:
        InvalidRequest: for less than a minute and more than 30 days.
    """
    seconds = _seconds(expires)
    if seconds is not None and not SHORTEST <= seconds <= LONGEST:
        msg = f"no share can last {expires}: a minute at least, 30 days at most"
        raise InvalidRequest(msg, hint="renew it when it ends, or share a download")
    return seconds


def _seconds(expires: str | float | None) -> float | None:
    if not isinstance(expires, str):
        return expires
    found = resolve_duration(expires)
    if found is None:
        msg = f"{expires!r} is no length of time"
        raise InvalidRequest(msg, hint=DURATION_HINT)
    return found
