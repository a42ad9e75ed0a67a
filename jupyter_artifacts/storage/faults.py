"""What the operating system said → the error that a person reads."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    Conflict,
    Gone,
    InvalidPath,
    NoSpace,
    NotWritable,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS: Final[Mapping[int, tuple[type[ArtifactsError], str, str]]] = {
    errno.ENOSPC: (NoSpace, "the disk is full", "make space, then try again"),
    errno.EDQUOT: (NoSpace, "the disk quota is used up", "make space, then try again"),
    errno.EFBIG: (
        NoSpace,
        "the file is larger than files may be here",
        "raise the limit (ulimit -f), or choose another file system",
    ),
    errno.EACCES: (
        NotWritable,
        "this process has no permission",
        "ask for permission, or choose another folder",
    ),
    errno.EPERM: (
        NotWritable,
        "this process has no permission",
        "ask for permission, or choose another folder",
    ),
    errno.EROFS: (
        NotWritable,
        "the file system is read-only",
        "choose another folder",
    ),
    errno.ENOENT: (Gone, "it is no longer there", "look at the listing again"),
    errno.EISDIR: (Conflict, "a folder stands where a file must go", ""),
    errno.ENOTEMPTY: (Conflict, "a folder stands where a file must go", ""),
    errno.EEXIST: (Conflict, "something else stands there", ""),
    errno.ENOTDIR: (Conflict, "a file stands where a folder must go", ""),
    errno.ENXIO: (InvalidPath, "it is no regular file, so it has no bytes", ""),
    errno.ELOOP: (
        Conflict,
        "it is a link, or lies behind one, and links are not followed here",
        "remove the link, or name what it points to",
    ),
    errno.ENAMETOOLONG: (
        InvalidPath,
        "its name is longer than this file system takes",
        "give it a shorter name",
    ),
    errno.EXDEV: (
        Conflict,
        "it lies on another file system than the folder above it",
        "name the inner folder itself",
    ),
}


def fault(error: OSError, address: str, failed: str) -> ArtifactsError:
    """Return the error to raise for `error`.

    Args:
        error: what the operating system said.
        address: what it was said of.
        failed: what could not be done, e.g. "the file cannot be stored".
    """
    code = error.errno or 0
    if code in _KINDS:
        kind, why, hint = _KINDS[code]
        return kind(f"{failed}: {why}", address=address, hint=hint)
    return Unavailable(
        f"{failed}: {error.strerror or error}",
        address=address,
        hint="look at the disk (dmesg), then try again",
    )


@contextmanager
def faults(address: str, failed: str) -> Iterator[None]:
    """Turn what the operating system says inside the with block into our errors."""
    try:
        yield
    except ArtifactsError:
        raise
    except OSError as error:
        raise fault(error, address, failed) from error
