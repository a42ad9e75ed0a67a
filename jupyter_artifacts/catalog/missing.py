"""What is said when something is not there."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from sqlalchemy import select

from jupyter_artifacts.addresses import artifact_address, datastore_address
from jupyter_artifacts.catalog.documents import document_reader
from jupyter_artifacts.catalog.schema import datastores
from jupyter_artifacts.catalog.schema_versions import artifacts
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.records.artifacts import Artifact, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

_read = document_reader(Artifact)


def not_found(
    message: str, *, address: str, name: str = "", known: Iterable[str] = ()
) -> NotFound:
    """Return the error, with the known name that was probably meant.

    Args:
        message: what is not there.
        address: as a person types it.
        name: what was asked for.
        known: what there is instead.
    """
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else ""
    return NotFound(message, address=address, hint=hint)


def called_so(connection: Connection, user: str, name: str) -> str:
    """Return how to write the artifact or datastore that `name` alone was meant for.

    "" where there is none, or only one that is private to others.

    Args:
        connection: within a transaction.
        user: handle of who could be its owner.
        name: which is the name of no run of theirs.
    """
    found = connection.scalar(
        select(artifacts.c.doc).where(artifacts.c.name_key == name.lower())
    )
    artifact = found and _read(found)
    if artifact and (
        artifact.visibility is Visibility.TEAM or artifact.owner.lower() == user.lower()
    ):
        newest = artifact_address(artifact.name, "latest").short
        return f"the artifact is {newest}, or artifacts/{artifact.name}"
    key = datastores.c.name_key == name.lower()
    there = connection.scalar(select(datastores.c.id).where(key))
    return f"the datastore is {datastore_address(name).short}" if there else ""
