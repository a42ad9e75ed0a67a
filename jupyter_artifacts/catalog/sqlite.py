"""Connections to a SQLite catalog."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS: Final = 10
_PAUSE: Final = 0.01  # seconds
WRITING: Final = "artifacts_writing"
"""Execution option: take the write lock at BEGIN.

A transaction that reads first and writes later fails at once ("database is
locked", without waiting) when another one wrote in between.
"""


def sqlite_engine(database: Path) -> Engine:
    """Return an engine whose connections any thread may use."""
    engine = create_engine(
        URL.create("sqlite", database=str(database)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        max_overflow=-1,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    del record
    # BEGIN is ours to say: the driver would say it too late, and never IMMEDIATE.
    connection.isolation_level = None
    _keep_a_log(connection)
    for pragma in (
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _keep_a_log(connection: Any) -> None:
    # Of several that make one file the first may hold it while it changes the mode:
    # SQLite refuses the others at once, without the wait that it was told.
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
