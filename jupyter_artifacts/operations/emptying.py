"""Deletes the bytes that no row needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, CatalogBusy, Unavailable
from jupyter_artifacts.records.base import Ok

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Catalog
    from jupyter_artifacts.operations.stores import Storage

LATER: Final = 600.0
"""Seconds until what could not be deleted is tried again: others have their turn."""


def empty(
    catalog: Catalog, storage: Storage, now: float, *, limit: int = 100
) -> list[ArtifactsError]:
    """Delete what the catalog notes as doomed and due; the note goes last.

    Args:
        catalog: of the team.
        storage: its bytes.
        now: seconds since 1970.
        limit: at most so many folders and files.

    Returns:
        What could not be deleted, and why; it stays on the list.
    """
    with catalog.read() as rows:
        folders, objects, revisions = rows.doomed.due(now, limit=limit)
    failed = _empty_folders(catalog, storage, folders)
    failed |= _remove(catalog, storage, objects)
    for key in revisions:
        try:
            # a rewrite may need it for another hour: so none can come in between; but
            # others write to the catalog before the next one
            with catalog.write() as rows:
                if rows.doomed.is_due(key, now):
                    storage.remove(key)
                    rows.doomed.forget([key])
        except CatalogBusy:
            raise
        except ArtifactsError as error:
            failed[key] = error
    if failed:
        with catalog.write() as rows:
            rows.doomed.postpone(list(failed), now + LATER)
    return list(failed.values())


def _remove(
    catalog: Catalog, storage: Storage, keys: list[str]
) -> dict[str, ArtifactsError]:
    """Remove objects that nobody needs again; the catalog is free meanwhile."""
    failed: dict[str, ArtifactsError] = {}
    gone = []
    for key in keys:
        try:
            storage.remove(key)
        except ArtifactsError as error:
            failed[key] = error
        else:
            gone.append(key)
    if gone:
        with catalog.write() as rows:
            rows.doomed.forget(gone)
    return failed


def empty_folders(
    catalog: Catalog, storage: Storage, prefixes: list[str]
) -> list[ArtifactsError]:
    """Delete folders of bytes that are noted as doomed; return what failed."""
    return list(_empty_folders(catalog, storage, prefixes).values())


def _empty_folders(
    catalog: Catalog, storage: Storage, prefixes: list[str]
) -> dict[str, ArtifactsError]:
    failed: dict[str, ArtifactsError] = {}
    for prefix in prefixes:
        try:
            storage.delete(prefix)
            with catalog.write() as rows:
                rows.doomed.forget([prefix])
        except ArtifactsError as error:
            failed[prefix] = error
        except OSError as error:
            failed[prefix] = Unavailable(str(error), address=prefix)
    return failed


def deleted(address: str, failed: list[ArtifactsError]) -> Ok:
    """Return what to say of something deleted; some of its bytes may stay."""
    message = f"deleted {address} and its bytes"
    if failed:
        message = (
            f"deleted {address}; bytes of it are still in the storage, and tried "
            f"again while a server runs: {failed[0]}"
        )
    return Ok(message=message, address=address)
