"""Share links: what each opens, until when, and how often it was used."""

from __future__ import annotations

from enum import StrEnum

from jupyter_artifacts.records.assets import Entry
from jupyter_artifacts.records.base import Page, Record


class ShareState(StrEnum):
    """Whether a share opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Share(Record, frozen=True, kw_only=True):
    """A link to a file, a folder or an experiment; its secret is never in here.

    Attributes:
        id: ULID, in the link.
        address: what it opens; of a datastore or an artifact the version it then was.
        kind: "file", "folder", "experiment", "checkpoint" or "version".
        owner: handle of who shared it.
        created: when.
        lasts: seconds from its making, or its renewal, to its end.
        expires: when it ends.
        revoked: when it was revoked; None while it is not.
        revoked_by: handle of who revoked it; "" while nobody did.
        opens: how often it was opened.
        downloads: how often a file was fetched through it.
        bytes: how many bytes went out through this server.
        state: at the time of the answer.
    """

    id: str
    address: str
    kind: str
    owner: str
    created: float
    lasts: float
    expires: float
    revoked: float | None = None
    revoked_by: str = ""
    opens: int = 0
    downloads: int = 0
    bytes: int = 0
    state: ShareState = ShareState.ACTIVE

    def state_at(self, now: float) -> ShareState:
        """Return whether it opens anything at a time."""
        if self.revoked is not None:
            return ShareState.REVOKED
        return ShareState.EXPIRED if now >= self.expires else ShareState.ACTIVE


class NewShare(Record, frozen=True, kw_only=True):
    """A share just made, and its link, which is told this once.

    Attributes:
        share: the share.
        link: what to pass on; "" when no server of the team is known to run.
        path: the same below any server of the team.
    """

    share: Share
    link: str
    path: str

    def __repr__(self) -> str:
        """Return it without its secret: a notebook keeps what a cell shows."""
        return f"NewShare({self.share.id} of {self.share.address}; see .link)"


class OpenedShare(Record, frozen=True, kw_only=True):
    """What somebody with the link sees.

    Attributes:
        share: the share.
        mine: whether who asks made it, and so may renew and revoke it.
        top: path of the shared file or folder below what it is of; "" for all of it.
        page: one level of its files; entries' addresses are paths to ask for. Empty
            when it has expired and its owner looks at it.
    """

    share: Share
    mine: bool
    top: str
    page: Page[Entry]
