"""Reading a file that somebody else may be writing."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ChangedAtSource, InvalidPath
from jupyter_artifacts.storage.faults import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# without O_NONBLOCK, opening a pipe waits for a writer that may never come
_SOURCE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


LATEST: Final = 253_402_300_799.0
"""The last second of the year 9999: dates end there."""


def said_time(modified: float) -> float:
    """Return a file's own time, brought to where dates can say it.

    Damaged archives and file systems give files times of any year.
    """
    return min(max(modified, 0.0), LATEST)


@contextmanager
def open_source(source: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Open `source`, a regular file and no link, and say what it is now."""
    with faults(str(source), "the file cannot be read"):
        opened = os.open(source, _SOURCE)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            msg = "it is no regular file, so it has no bytes to store"
            raise InvalidPath(msg, address=str(source))
        yield opened, found
    finally:
        os.close(opened)


def check_unchanged(
    source: Path, opened: int, before: os.stat_result, size: int
) -> None:
    """Raise `ChangedAtSource` unless file and name are what they were before."""
    with suppress(FileNotFoundError):
        after = (os.fstat(opened), source.lstat())
        if size == before.st_size and all(_same(before, now) for now in after):
            return
    msg = "the file changed while it was read, so nothing was stored"
    raise ChangedAtSource(msg, address=str(source), hint="it is tried again when still")


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_dev, one.st_size, one.st_mtime_ns) == (
        other.st_ino,
        other.st_dev,
        other.st_size,
        other.st_mtime_ns,
    )
