"""A part of an open file as a file of its own, for who sends it."""

from __future__ import annotations

import os
import threading
from typing import Final

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.checksums import crc64nvme

_CHUNK: Final = 256 * 1024
# Every thread reads into a buffer of its own, again and again: fresh memory for each
# piece takes as long as reading it does.
_buffers = threading.local()


class FilePart:
    """Reads a part of a file, as often as somebody wants it, in pieces of 256 KiB.

    A part is read to be hashed, to be signed and to be sent, maybe more than once. So
    that all of them see the same bytes, the checksum of those read last is kept.

    Args:
        opened: the file, read without moving its own position.
        start: where the part begins.
        size: bytes of it.
    """

    def __init__(self, opened: int, start: int, size: int) -> None:
        self._opened = opened
        self._start = start
        self._size = size
        self._at = 0
        self._read = 0
        self.crc = 0

    def __len__(self) -> int:
        """Return how many bytes it has."""
        return self._size

    def read(self, _size: int = -1) -> memoryview:
        """Return the next piece, which is good until this thread reads another.

        It has as many bytes as suit us: who hashes and who sends takes any.
        """
        buffer: memoryview | None = getattr(_buffers, "buffer", None)
        if buffer is None:
            buffer = _buffers.buffer = memoryview(bytearray(_CHUNK))
        wanted = buffer[: self._size - self._at]
        got = os.preadv(self._opened, [wanted], self._start + self._at) if wanted else 0
        self._at += got
        self._read = crc64nvme(wanted[:got], self._read)
        return wanted[:got]

    def tell(self) -> int:
        """Return how far it was read."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to the beginning or to the end; nobody who sends it goes elsewhere."""
        self._at = self._size if whence == os.SEEK_END else offset
        if not self._at:
            self._read = 0
        return self._at

    def expect(self, crc: int) -> None:
        """Remember the checksum of its bytes, and begin anew."""
        self.crc = crc
        self.seek(0)

    def check_sent(self, address: str) -> None:
        """Raise `ChangedAtSource` when what was read last is not what was hashed."""
        if self._at == self._size and self._read != self.crc:
            msg = "the file changed while it was stored, so nothing was stored"
            hint = "try again when it is still"
            raise ChangedAtSource(msg, address=address, hint=hint)
