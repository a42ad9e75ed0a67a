"""Reading what is to be saved, and noticing when somebody writes to it meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.errors import ChangedAtSource, InvalidPath
from jupyter_artifacts.storage.copying import CHUNK
from jupyter_artifacts.storage.faults import fault, faults
from jupyter_artifacts.storage.source import check_unchanged, open_source

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """The digests of a whole file, and how many bytes they are of."""

    digest: str
    size: int
    sha256: str = ""

    def check_same(self, digest: str, source: Path) -> None:
        """Raise `ChangedAtSource` unless these bytes have that digest."""
        if self.digest != digest:
            raise _changed(source)


def read_small(source: Path | None, content: bytes | None) -> tuple[bytes, str]:
    """Return the bytes of a small file, or those given, and their digest.

    Raises:
        ChangedAtSource: when the file was written to meanwhile.
    """
    if source is None:
        content = content or b""
        return content, digest_of(content)
    try:
        opened = os.open(source, _SOURCE)
        try:
            before = os.fstat(opened)
            if not stat.S_ISREG(before.st_mode):
                msg = "it is no regular file, so it has no bytes to store"
                raise InvalidPath(msg, address=str(source))
            content = os.read(opened, before.st_size + 1)
            after = os.fstat(opened)
        finally:
            os.close(opened)
    except OSError as error:
        raise fault(error, str(source), "the file cannot be read") from error
    if len(content) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise _changed(source)
    return content, digest_of(content)


def size_of(source: Path) -> int:
    """Return how many bytes a file has; raise what reading it would."""
    with open_source(source) as (_, found):
        return found.st_size


def hash_whole(source: Path, *, sha256: bool = False) -> Hashed:
    """Return the digest of a file of any size, and its SHA-256 when asked for.

    Raises:
        ChangedAtSource: when the file was written to meanwhile.
    """
    hasher, second = Hasher(), hashlib.sha256()
    size = 0
    with (
        open_source(source) as (opened, before),
        faults(str(source), "the file cannot be read"),
    ):
        buffer = memoryview(bytearray(CHUNK))
        while got := os.readv(opened, [buffer]):
            hasher.update(buffer[:got])
            if sha256:
                second.update(buffer[:got])
            size += got
        check_unchanged(source, opened, before, size)
    said = f"sha256:{second.hexdigest()}" if sha256 else ""
    return Hashed(digest=hasher.digest(), size=size, sha256=said)


def _changed(source: Path) -> ChangedAtSource:
    msg = "the file changed while it was read, so nothing was stored"
    return ChangedAtSource(msg, address=str(source), hint="try again when it is still")
