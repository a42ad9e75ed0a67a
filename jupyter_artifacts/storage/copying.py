"""Moving bytes between two open files, hashed on their way."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK: Final = 1024 * 1024
_FICLONE: Final = 0x40049409
_CANNOT_CLONE: Final = frozenset(
    {
        errno.EBADF,  # what a kernel without the call, or a seccomp filter, says
        errno.EINVAL,
        errno.ENOSYS,
        errno.ENOTTY,
        errno.EOPNOTSUPP,
        errno.EPERM,
        errno.ETXTBSY,
        errno.EXDEV,
    }
)


def write_all(fd: int, content: bytes | memoryview) -> None:
    """Write the whole of `content`; `write(2)` may take less at a time."""
    written = os.write(fd, content)
    if written == len(content):
        return
    view = memoryview(content)
    while written < len(view):
        written += os.write(fd, view[written:])


def clone(source: int, target: int) -> bool:
    """Let `target` share the blocks of `source`; False where none can be shared."""
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError as error:
        if error.errno in _CANNOT_CLONE:
            return False
        raise
    return True


def copy(
    source: int, target: int, passed: Callable[[int], None] | None = None
) -> tuple[int, str]:
    """Copy `source` to `target`; return how many bytes, and their digest.

    The digest is of the bytes of `target`: as written, or, of a clone, as read back.
    Memory stays at one chunk.

    Args:
        source: open for reading, at its start.
        target: open for reading and writing, empty.
        passed: told of each chunk's length; what it raises ends the copy.
    """
    hasher = Hasher()
    total = copy_checked(source, target, hasher.update, passed)
    return total, hasher.digest()


def copy_checked(
    source: int,
    target: int,
    look: Callable[[memoryview], None],
    passed: Callable[[int], None] | None = None,
    length: int | None = None,
) -> int:
    """Copy `source` to `target` and show every byte to `look`; return how many.

    The bytes shown are those of `target`: as written, or, of a clone, as read back.

    Args:
        source: open for reading.
        target: open for reading and writing, where the source is, empty from there on.
        look: shown each chunk, in order.
        passed: told of each chunk's length; what it raises ends the copy.
        length: how many bytes at most; None for all.
    """
    # a clone replaces what is before, too, which nobody would look at
    at_start = not os.lseek(target, 0, os.SEEK_CUR)
    cloned = at_start and clone(source, target)
    if cloned and length is not None:
        os.ftruncate(target, min(length, os.fstat(target).st_size))
    total = 0
    buffer = memoryview(bytearray(min(CHUNK, os.fstat(source).st_size + 1)))
    while length is None or total < length:
        view = buffer if length is None else buffer[: length - total]
        count = os.readv(target if cloned else source, [view])
        if not count:
            break
        look(buffer[:count])
        if not cloned:
            write_all(target, buffer[:count])
        total += count
        if passed:
            passed(count)
    return total
