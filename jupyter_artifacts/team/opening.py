"""A file of the team as a file object."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.formats.blocks import BlockFile
from jupyter_artifacts.operations.readings import held
from jupyter_artifacts.storage.checksums import Checker
from jupyter_artifacts.team.caching import HASHED_TO_OPEN, from_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.transfer.cache import Cache

_BUFFER: Final = 1 << 13  # what is beyond comes from the blocks below it


class Checked:
    """Bytes that are checked once they were read from the first to the last.

    By our digest; an object of other people by what its provider recorded. What is read
    in another order goes by unchecked: a digest is of the whole file.
    """

    def __init__(self, content: Content, address: str) -> None:
        self._content = content
        self._address = address
        self._hasher = _hasher_of(content)
        self._hashed = 0

    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Yield the bytes.

        Raises:
            ChangedAtSource: instead of the last, when they are not those recorded.
        """
        at = start
        for chunk in self._content.read(start, length):
            self._take(at, chunk)
            at += len(chunk)
            yield chunk

    def _take(self, at: int, chunk: bytes) -> None:
        if self._hasher is None or not at <= self._hashed < at + len(chunk):
            return
        self._hasher.update(memoryview(chunk)[self._hashed - at :])
        self._hashed = at + len(chunk)
        whole = self._hashed == self._content.size
        if whole and not self._is_right(self._hasher):
            msg = "its bytes are not those that were recorded"
            hint = "list it again and retry"
            raise ChangedAtSource(msg, address=self._address, hint=hint)

    def _is_right(self, hasher: Hasher | Checker) -> bool:
        if isinstance(hasher, Hasher):
            return hasher.digest() == self._content.etag
        if hasher.matches():
            return True
        from jupyter_artifacts.storage.remote import is_vouched_for

        asset = self._content.remote
        return not (asset is None or asset.sha256 or is_vouched_for(asset))


def _hasher_of(content: Content) -> Hasher | Checker | None:
    """Return what computes the strongest recorded digest; None where none can be."""
    if content.etag.startswith("blake3:"):
        return Hasher()
    asset = content.remote
    recorded = (asset.sha256 or asset.checksum) if asset is not None else ""
    checker = Checker(recorded) if recorded else None
    return checker if checker and checker.able else None


def open_content(
    content: Content, address: str, cache: Cache | None = None
) -> io.BufferedReader:
    """Return a file object that reads what is read, and a little ahead.

    Args:
        content: the file's bytes.
        address: where it is.
        cache: of the user, looked into for files that are quickly hashed.
    """
    stack = ExitStack()
    known = content
    if cache is not None and content.size <= HASHED_TO_OPEN:
        known = stack.enter_context(from_cache(content, cache))
    if known is content:
        stack.enter_context(held(content))
    file = block_file(known, address, stack.close)
    return io.BufferedReader(file, buffer_size=_BUFFER)


def block_file(
    content: Content, address: str, closed: Callable[[], None] | None = None
) -> BlockFile:
    """Return the file object below the buffer; `closed` is called with its end."""
    read = Checked(content, address).read
    return BlockFile(read, content.size, name=address, closed=closed)


def whole_content(content: Content, address: str) -> bytearray:
    """Return all of the bytes, checked.

    Raises:
        ChangedAtSource: when they are not those that were recorded.
    """
    with block_file(content, address) as file:
        return bytearray(file.pread(0, content.size))
