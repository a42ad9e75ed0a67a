"""Looking at a database file without opening it as a catalog, nor changing it.

`doctor` is run when something is wrong: whatever it finds, it can go on.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.opening import revisions

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS: Final = 10
_SHOWN: Final = 3
_IDENTICAL: Final = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found.

    Attributes:
        size: bytes of the file and of its write-ahead log.
        revision: which the file has; "" when it has none.
        newest: which this version of the package writes.
        known: whether this version of the package knows the file's.
        faults: what is unsound, at most three; none when it is sound.
    """

    size: int
    revision: str
    newest: str
    known: bool
    faults: tuple[str, ...]


def inspect_database(database: Path) -> Inspection:
    """Return what is found in a database file that exists.

    SQLite's quick_check reads all of it, but for the order of the indexes.
    """
    revision, faults = "", []
    try:
        # Read-only: SQLite then neither repairs nor checkpoints anything.
        where = f"{database.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(where, uri=True, timeout=_SECONDS)
        with closing(connection):
            answers = connection.execute(f"PRAGMA quick_check({_SHOWN})")
            faults = [text for (text,) in answers if text != _IDENTICAL]
            revision = _revision(connection)
    except sqlite3.Error as error:
        faults.append(str(error))
    known = revisions()
    return Inspection(
        size=sum(_size(database, ending) for ending in ("", "-wal")),
        revision=revision,
        newest=known[-1],
        known=revision in known,
        faults=tuple(faults),
    )


def _revision(connection: sqlite3.Connection) -> str:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    if ("alembic_version",) not in tables.fetchall():
        return ""
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def _size(database: Path, ending: str) -> int:
    path = database.with_name(database.name + ending)
    return path.stat().st_size if path.exists() else 0
