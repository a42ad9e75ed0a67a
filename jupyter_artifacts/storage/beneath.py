"""Opening what lies below a root folder, never through a symbolic link.

Whoever may plant a link inside the root could else make us read or write outside
it. Linux 5.6 and later check the whole path in one call (`openat2`); where that call
is missing or forbidden, every folder on the way is opened by itself.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPENAT2: Final = 437  # the same on every architecture
_AT_FDCWD: Final = -100
_RESOLVE_NO_SYMLINKS: Final = 0x04
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


_libc = ctypes.CDLL(None, use_errno=True)
_kernel_lacks_openat2 = threading.Event()


def open_beneath(root: str, parts: Sequence[str], flags: int, mode: int = 0) -> int:
    """Open `parts` below `root`; a link anywhere on the way is ELOOP.

    Args:
        root: absolute, links in it resolved.
        parts: checked segments, none of them "" or "." or "..".
        flags: of `os.open`.
        mode: for a file that is made.
    """
    flags |= os.O_CLOEXEC | os.O_NOFOLLOW
    if not _kernel_lacks_openat2.is_set():
        how = _OpenHow(flags, mode, _RESOLVE_NO_SYMLINKS)
        path = os.fsencode("/".join((root, *parts)))
        while True:
            fd: int = _libc.syscall(
                _OPENAT2, _AT_FDCWD, path, ctypes.byref(how), ctypes.sizeof(how)
            )
            if fd >= 0:
                return fd
            code = ctypes.get_errno()
            if code not in {errno.EINTR, errno.EAGAIN}:
                break
        # EPERM is what old container runtimes answer to calls they do not know
        if code not in {errno.ENOSYS, errno.EPERM}:
            raise OSError(code, os.strerror(code), "/".join(parts))
        if code == errno.ENOSYS:
            _kernel_lacks_openat2.set()
    with folder_beneath(root, parts[:-1]) as folder:
        return os.open(parts[-1], flags, mode, dir_fd=folder)


@contextmanager
def folder_beneath(
    root: str, parts: Sequence[str], *, make_mode: int | None = None
) -> Iterator[int]:
    """Open the folder `parts` below `root` for the length of a with block.

    Args:
        root: absolute, links in it resolved.
        parts: checked segments; none for the root itself.
        make_mode: make missing folders with this mode; None to make none.
    """
    folder = _open_folder(root, parts, make_mode)
    try:
        yield folder
    finally:
        os.close(folder)


def _open_folder(root: str, parts: Sequence[str], make_mode: int | None) -> int:
    folder = _open_root(root, make_mode)
    for part in parts:
        try:
            below = _step(folder, part, make_mode)
        finally:
            os.close(folder)
        folder = below
    return folder


def _open_root(root: str, make_mode: int | None) -> int:
    try:
        return os.open(root, _FOLDER)
    except FileNotFoundError:
        if make_mode is None:
            raise
        Path(root).mkdir(mode=make_mode, parents=True, exist_ok=True)
        return os.open(root, _FOLDER)


def _step(folder: int, part: str, make_mode: int | None) -> int:
    try:
        return _open_step(folder, part)
    except FileNotFoundError:
        if make_mode is None:
            raise
    with suppress(FileExistsError):  # another writer made it in between: as good
        os.mkdir(part, make_mode, dir_fd=folder)
    return _open_step(folder, part)


def _open_step(folder: int, part: str) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except NotADirectoryError as error:
        # Linux says ENOTDIR of a link as well; tell the two apart
        if stat.S_ISLNK(os.lstat(part, dir_fd=folder).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), part) from error
        raise
