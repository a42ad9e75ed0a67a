"""What SQLite says when it fails → our errors, in one place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from jupyter_artifacts.errors import (
    ArtifactsError,
    CatalogBusy,
    CatalogCorrupt,
    NoSpace,
    NotWritable,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEARLY_FULL: Final = 1 << 20


@contextmanager
def translated(database: Path) -> Iterator[None]:
    """Raise what SQLite raises inside as one of our errors."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            known = _ours(error.orig, database)
            if known:
                raise known from error
        raise
    except sqlite3.Error as error:
        known = _ours(error, database)
        if known:
            raise known from error
        raise


def _ours(error: sqlite3.Error, database: Path) -> ArtifactsError | None:
    name = getattr(error, "sqlite_errorname", "")
    where = str(database)
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _full(database)):
        msg = "the disk is full; nothing of this change was written"
        return NoSpace(msg, address=where, hint="free some space and try again")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        msg = "another process held the catalog's write lock for more than 10 seconds"
        return CatalogBusy(msg, address=where, hint="try again")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return corrupt(database, str(error))
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        msg = f"the catalog cannot be written ({error})"
        hint = "give its file and folder to this user, or set JUPYTER_ARTIFACTS_HOME"
        return NotWritable(msg, address=where, hint=hint)
    if name.startswith("SQLITE_IOERR"):
        msg = f"the disk failed ({error}, {name})"
        return Unavailable(msg, address=where, hint="look at the system's log")
    return None


def corrupt(database: Path, why: str) -> CatalogCorrupt:
    """Return the error for a file that is no sound catalog."""
    msg = f"the file is no sound catalog ({why}); it was left as it is"
    hint = "put a backup in its place, or move it away to begin a new one"
    return CatalogCorrupt(msg, address=str(database), hint=hint)


def _full(database: Path) -> bool:
    return shutil.disk_usage(database.parent).free < _NEARLY_FULL
