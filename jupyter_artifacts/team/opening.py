"""A file of the team as a file object."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.formats.blocks import BlockFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.table import Content

_BUFFER: Final = 1 << 13  # what is beyond comes from the blocks below it


class Checked:
    """Bytes that are checked once they were read from the first to the last.

    What is read in another order goes by unchecked: a digest is of the whole file.
    """

    def __init__(self, content: Content, address: str) -> None:
        self._content = content
        self._address = address
        self._hasher = Hasher() if content.etag.startswith("blake3:") else None
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
        if whole and self._hasher.digest() != self._content.etag:
            msg = "its bytes are not those that were recorded"
            hint = "list it again and retry"
            raise ChangedAtSource(msg, address=self._address, hint=hint)


def open_content(content: Content, address: str) -> io.BufferedReader:
    """Return a file object that reads what is read, and a little ahead."""
    return io.BufferedReader(block_file(content, address), buffer_size=_BUFFER)


def block_file(content: Content, address: str) -> BlockFile:
    """Return the file object below the buffer."""
    return BlockFile(Checked(content, address).read, content.size, name=address)


def whole_content(content: Content, address: str) -> bytearray:
    """Return all of the bytes, checked.

    Raises:
        ChangedAtSource: when they are not those that were recorded.
    """
    with block_file(content, address) as file:
        return bytearray(file.pread(0, content.size))
