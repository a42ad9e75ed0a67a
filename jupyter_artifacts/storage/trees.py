"""Making whole folders read-only, and taking them apart."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TRIES: Final = 16


def freeze(folder: int) -> None:
    """Take the right to write from everything in an open folder, and from itself."""
    for _, _, names, inside in os.fwalk(dir_fd=folder, topdown=False):
        for name in names:
            with _opened(name, inside, _FILE) as opened:
                _change(opened, add=0, drop=0o222)
        _change(inside, add=0, drop=0o222)


def thaw(name: str, folder: int) -> None:
    """Give the owner the right to write into the folder `name` itself."""
    with _opened(name, folder, _FOLDER) as opened:
        _change(opened, add=0o700, drop=0)


def remove(name: str, folder: int) -> None:
    """Remove the file or folder `name`, frozen or not."""
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode):
        os.unlink(name, dir_fd=folder)
        return
    for attempt in range(_TRIES):
        for _, _, _, inside in os.fwalk(name, dir_fd=folder):
            _change(inside, add=0o700, drop=0)
        try:
            shutil.rmtree(name, dir_fd=folder)
        except OSError as error:
            # a writer that had the folder open has just put a file into it
            if error.errno != errno.ENOTEMPTY or attempt == _TRIES - 1:
                raise
        else:
            return


@contextmanager
def _opened(name: str, folder: int, flags: int) -> Iterator[int]:
    opened = os.open(name, flags, dir_fd=folder)
    try:
        yield opened
    finally:
        os.close(opened)


def _change(opened: int, *, add: int, drop: int) -> None:
    now = stat.S_IMODE(os.fstat(opened).st_mode)
    if (now | add) & ~drop != now:
        os.fchmod(opened, (now | add) & ~drop)
