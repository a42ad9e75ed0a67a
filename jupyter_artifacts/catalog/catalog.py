"""The catalog in a SQLite file."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.catalog.failures import translated
from jupyter_artifacts.catalog.mounts import refuse_network
from jupyter_artifacts.catalog.opening import bring_up_to_date, check_file
from jupyter_artifacts.catalog.rows import Rows
from jupyter_artifacts.catalog.sqlite import BUSY_SECONDS, WRITING, sqlite_engine
from jupyter_artifacts.errors import CatalogBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from jupyter_artifacts.settings import Settings

# Closing a connection that a parent process opened could disturb the parent's file
# locks: what a fork left behind is kept, untouched.
_INHERITED: Final[list[object]] = []


class Catalog:
    """The rows of a team, in one SQLite file; any thread may use it.

    Args:
        database: the file; see `open` for one that may have to be made first.
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._engine = sqlite_engine(self.database)
        self._writing = threading.Lock()
        self._writer: int | None = None
        self._watching = threading.Lock()
        self._watch: Any = None

    @classmethod
    def open(cls, settings: Settings, *, migrate: bool = False) -> Catalog:
        """Open the catalog of these settings; make it when there is none.

        Args:
            settings: say where it is.
            migrate: whether an older catalog may be brought up to date.

        Raises:
            NetworkFileSystem: where SQLite's locks do not hold.
            CatalogNewer: when a newer version of the package wrote it.
            CatalogCorrupt: when the file is no sound catalog.
            NotWritable: when the folder or the file cannot be written.
            Unavailable: when it is older and `migrate` is False.
        """
        refuse_network(settings.home)  # before anything is made there
        settings.prepare()
        check_file(settings.database)
        catalog = cls(settings.database)
        try:
            bring_up_to_date(catalog._engine, settings.database, migrate=migrate)
        except BaseException:
            catalog.close()
            raise
        return catalog

    @contextmanager
    def read(self) -> Iterator[Rows]:
        """Open a snapshot; nothing it gives may be written through."""
        with translated(self.database), self._here().begin() as connection:
            yield Rows(connection)

    @contextmanager
    def write(self) -> Iterator[Rows]:
        """Open a short transaction: committed at the end, undone by an exception.

        Raises:
            CatalogBusy: when another one holds the lock for more than 10 seconds.
            NoSpace: when the disk is full; nothing was written.
        """
        engine = self._here().execution_options(**{WRITING: True})
        if self._writer == threading.get_ident():
            # the collector closed something in the middle of it: it would wait for ever
            msg = "this thread is writing to the catalog already"
            raise CatalogBusy(msg, address=str(self.database))
        # SQLite's waiting is not fair; within one process a lock is.
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            msg = "another thread held the catalog's write lock for too long"
            raise CatalogBusy(msg, address=str(self.database), hint="try again")
        self._writer = threading.get_ident()
        try:
            with translated(self.database), engine.begin() as connection:
                yield Rows(connection)
        finally:
            self._writer = None
            self._writing.release()

    def data_version(self) -> int:
        """Return a number that differs once any process has committed a change.

        SQLite counts, on one connection, what every other one commits; so this
        connection never writes, and is never one of those that do.
        """
        engine = self._here()
        with translated(self.database), self._watching:
            if self._watch is None:
                self._watch = engine.raw_connection()
                self._watch.detach()
            cursor = self._watch.execute("PRAGMA data_version")
            (version,) = cursor.fetchone()
            cursor.close()
        return int(version)

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._process != os.getpid():
            return
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._engine.dispose()

    def _here(self) -> Engine:
        if self._process != os.getpid():
            _INHERITED.append((self._engine, self._watch))
            self._begin()
        return self._engine
