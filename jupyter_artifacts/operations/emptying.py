"""Deletes the bytes that no row needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.errors import ArtifactsError, Unavailable

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Catalog
    from jupyter_artifacts.operations.stores import Storage


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
        folders, files = rows.doomed.due(now, limit=limit)
    failed = empty_folders(catalog, storage, folders)
    if not files:
        return failed
    # a rewrite may need one of them for another hour: so none can come in between
    with catalog.write() as rows:
        _, files = rows.doomed.due(now, limit=limit)
        gone = []
        for key in files:
            try:
                storage.remove(key)
            except ArtifactsError as error:
                failed.append(error)
            else:
                gone.append(key)
        rows.doomed.forget(gone)
    return failed


def empty_folders(
    catalog: Catalog, storage: Storage, prefixes: list[str]
) -> list[ArtifactsError]:
    """Delete folders of bytes that are noted as doomed; return what failed."""
    failed: list[ArtifactsError] = []
    for prefix in prefixes:
        try:
            storage.delete(prefix)
            with catalog.write() as rows:
                rows.doomed.forget([prefix])
        except ArtifactsError as error:
            failed.append(error)
        except OSError as error:
            failed.append(Unavailable(str(error), address=prefix))
    return failed
