"""Sessions: running Jupyter servers of the team."""

from __future__ import annotations

from jupyter_artifacts.records.base import Record


class Attachment(Record, frozen=True, kw_only=True):
    """A datastore version attached to a session.

    Attributes:
        address: "datastores/cats/v1".
        path: where code can open it, absolute.
        relative: the same below the session's root.
        attached: when.
        attached_by: handle.
    """

    address: str
    path: str
    relative: str
    attached: float
    attached_by: str


class Session(Record, frozen=True, kw_only=True):
    """A running Jupyter server of the team.

    Attributes:
        id: ULID.
        owner: handle of who started it.
        name: for people, e.g. the folder's name.
        url: where it is, without any token.
        root: its root folder.
        host: machine.
        started: when.
        last_seen: last sign of life.
        people: handles of who is there now.
        attachments: datastores attached to it.
    """

    id: str
    owner: str
    name: str
    url: str
    root: str
    host: str
    started: float
    last_seen: float
    people: list[str] = []
    attachments: list[Attachment] = []
