"""A file for bytes that are on their way in; it never outlives its request."""

from __future__ import annotations

import errno
import os
import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from jupyter_artifacts.errors import NoSpace, NotWritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SpoolFile:
    """A new file below `folder`, readable by its owner only. Every method blocks."""

    def __init__(self, folder: Path) -> None:
        # the process's id tells a later server which files were left by a dead one
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        self._lock = threading.Lock()
        with _faults(self.path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            self._file: BinaryIO = os.fdopen(os.open(self.path, flags, 0o600), "wb")

    def write(self, chunk: bytes) -> None:
        """Add bytes; once discarded, they go nowhere."""
        with self._lock, _faults(self.path):
            if not self._file.closed:
                self._file.write(chunk)

    def close(self) -> None:
        """Hand the bytes over to the file system."""
        with self._lock, _faults(self.path):
            self._file.close()

    def discard(self) -> None:
        """Remove the file. Done twice, the same."""
        with self._lock:
            self.path.unlink(missing_ok=True)
            self._file.close()


def sweep(folder: Path) -> int:
    """Remove what dead processes left in `folder`; return how many files."""
    if not folder.is_dir():
        return 0
    removed = 0
    for path in folder.iterdir():
        process, _, _ = path.name.partition("-")
        if process.isdecimal() and not _alive(int(process)):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = NoSpace if error.errno in {errno.ENOSPC, errno.EDQUOT} else NotWritable
        msg = f"the bytes cannot be spooled: {error.strerror}"
        hint = "make room in, or give, another JUPYTER_ARTIFACTS_HOME"
        raise kind(msg, address=str(path.parent), hint=hint) from error
