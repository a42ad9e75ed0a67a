"""Datastores and their versions."""

from __future__ import annotations

from jupyter_artifacts.records.base import Record


class DatastoreVersion(Record, frozen=True, kw_only=True):
    """One immutable version of a datastore.

    Attributes:
        address: "datastores/cats/v1".
        version: "v1".
        number: 1.
        bytes: sum of sizes.
        files: how many.
        created: when.
        created_by: handle.
        source: the folder it was copied from.
        uri: where its bytes are.
        left_out: how many hidden files and folders of the source are not in it.
    """

    address: str
    version: str
    number: int
    bytes: int
    files: int
    created: float
    created_by: str
    source: str = ""
    uri: str = ""
    left_out: int = 0


class Datastore(Record, frozen=True, kw_only=True):
    """A named, versioned, read-only dataset.

    Attributes:
        name: unique in the team, ignoring case.
        address: "datastores/cats".
        owner: handle.
        description: for people.
        created: when.
        versions: oldest first.
    """

    name: str
    address: str
    owner: str
    description: str
    created: float
    versions: list[DatastoreVersion]
