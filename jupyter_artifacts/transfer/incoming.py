"""Where files of one download are written before they have their names.

    <to>/.jupyter_artifacts/incoming/<ulid>/<number>

The folder is locked while its download lives, so that the next one can tell what a
killed process left behind, and remove it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.transfer.names import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = "incoming"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NOREPLACE: Final = 1
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def incoming_folder(to: str) -> Iterator[int]:
    """Make, lock and open a folder for one download; remove it at the end."""
    with folder_beneath(to, (OURS, _NAME), make_mode=0o777) as above:
        _sweep(above)
        name, opened = _make(above)
        try:
            yield opened
        finally:
            with suppress(FileNotFoundError):
                shutil.rmtree(name, dir_fd=above)
            os.close(opened)


def give_name(
    source: str, source_folder: int, name: str, folder: int, *, replace: bool
) -> None:
    """Move a finished file to its name.

    Raises:
        FileExistsError: unless `replace`, when something stands there by now.
    """
    if replace:
        os.replace(source, name, src_dir_fd=source_folder, dst_dir_fd=folder)
        return
    failed = _libc.renameat2(
        source_folder, os.fsencode(source), folder, os.fsencode(name), _NOREPLACE
    )
    if not failed:
        return
    code = ctypes.get_errno()
    if code not in {errno.EINVAL, errno.ENOSYS}:
        raise OSError(code, os.strerror(code), name)
    # file systems that cannot (NFS, old FUSE): a link never replaces either
    os.link(source, name, src_dir_fd=source_folder, dst_dir_fd=folder)
    os.unlink(source, dir_fd=source_folder)


def _make(above: int) -> tuple[str, int]:
    while True:
        name = new_id()
        os.mkdir(name, 0o700, dir_fd=above)
        with suppress(FileNotFoundError):
            opened = os.open(name, _FOLDER, dir_fd=above)
            fcntl.flock(opened, fcntl.LOCK_EX)
            if os.fstat(opened).st_nlink:
                return name, opened
            os.close(opened)  # another download swept it before it was locked


def _sweep(above: int) -> None:
    with os.scandir(above) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        with suppress(FileNotFoundError, NotADirectoryError):
            opened = os.open(name, _FOLDER, dir_fd=above)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(name, dir_fd=above)
            except BlockingIOError:
                continue  # its download lives
            finally:
                os.close(opened)
