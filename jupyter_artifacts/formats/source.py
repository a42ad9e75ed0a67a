"""The bytes of a file that is looked into, within a budget."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.blocks import BlockFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

    from jupyter_artifacts.formats.blocks import Read

MOST_BYTES: Final = 24 << 20
MOST_REQUESTS: Final = 512
_BLOCK: Final = 1 << 14
_CACHE: Final = 2 << 20
_AHEAD: Final = 1 << 20
_CHUNK: Final = 1 << 16


class BudgetSpent(TooLarge):
    """More would have to be read than a look into a file may cost."""


class Source:
    """A file's bytes, read in ranges, until the budget is spent.

    Args:
        read: `read(start, length)` yields exactly those bytes.
        size: how many there are.
        name: of the file.
        most_bytes: at most so many are read.
        most_requests: by at most so many requests.
    """

    def __init__(
        self,
        read: Read,
        size: int,
        *,
        name: str = "",
        most_bytes: int = MOST_BYTES,
        most_requests: int = MOST_REQUESTS,
    ) -> None:
        self.size = size
        self.name = name
        self.bytes_read = 0
        self._read = read
        self._bytes_left = most_bytes
        self._requests_left = most_requests
        self._file = self.open()

    def open(self) -> BlockFile:
        """Return a file object of its own place, on the same budget."""
        return BlockFile(
            self.ranges,
            self.size,
            name=self.name,
            block=_BLOCK,
            cache=_CACHE,
            ahead=_AHEAD,
        )

    def part(self, start: int, length: int) -> BlockFile:
        """Return a file object over a part of it."""
        self._check(start, length)
        return BlockFile(
            lambda at, count: self.ranges(start + at, count),
            length,
            name=self.name,
            block=_BLOCK,
            cache=_CACHE,
            ahead=_AHEAD,
        )

    def at(self, start: int, length: int) -> bytes:
        """Return exactly these bytes.

        Raises:
            Unreadable: when they are not all in the file.
            BudgetSpent: when they are too many.
        """
        self._check(start, length)
        if length > self._bytes_left:
            raise self._spent()
        return bytes(self._file.pread(start, length))

    def ranges(self, start: int, length: int) -> Iterable[Buffer]:
        """Read from the file itself, counted.

        Raises:
            BudgetSpent: before anything is read that goes beyond the budget.
        """
        if length > self._bytes_left or not self._requests_left:
            raise self._spent()
        self._bytes_left -= length
        self._requests_left -= 1
        self.bytes_read += length
        return self._read(start, length)

    def _check(self, start: int, length: int) -> None:
        if start < 0 or length < 0 or start + length > self.size:
            raise Unreadable("it ends before what it says it holds", address=self.name)

    def _spent(self) -> BudgetSpent:
        msg = "more of it would have to be read than a look may cost"
        hint = "download it, or open it and read what you need"
        return BudgetSpent(msg, address=self.name, hint=hint)


class Inflated(io.RawIOBase):
    """What deflated bytes become, read forward, up to a cap.

    Args:
        packed: the deflated bytes.
        wbits: of zlib: 31 gzip, 15 zlib, -15 bare, 47 either of the first two.
        most: bytes that may come out.
    """

    def __init__(
        self, packed: io.RawIOBase | io.BytesIO, *, wbits: int, most: int
    ) -> None:
        super().__init__()
        self._packed = packed
        self._wbits = wbits
        self._left = most
        self._inflater = zlib.decompressobj(wbits)
        self._pending = b""
        self._ended = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer` as far as one step goes; 0 at the end.

        Raises:
            Unreadable: when the bytes are damaged, or end too early.
            BudgetSpent: when more than `most` would come out.
        """
        view = memoryview(buffer).cast("B")
        found = b""
        while not found and not self._ended and len(view):
            found = self._step(len(view))
        self._left -= len(found)
        if self._left < 0:
            msg = "it unpacks to more than a look may cost"
            raise BudgetSpent(msg, hint="download it, and unpack it with a limit")
        view[: len(found)] = found
        return len(found)

    def _step(self, most: int) -> bytes:
        if not self._pending:
            self._pending = self._packed.read(_CHUNK) or b""
        if not self._pending:
            raise Unreadable("it ends in the middle of its packed bytes")
        try:
            found = self._inflater.decompress(self._pending, most)
        except zlib.error as error:
            raise Unreadable(f"its packed bytes are damaged: {error}") from error
        self._pending = self._inflater.unconsumed_tail
        if self._inflater.eof:
            self._next_member()
        return found

    def _next_member(self) -> None:
        """Go on with what follows: gzip files may be one after the other."""
        rest = self._inflater.unused_data or self._packed.read(_CHUNK) or b""
        if self._wbits < 0 or not rest.startswith(b"\x1f\x8b"):
            self._ended = True
            return
        self._pending = rest
        self._inflater = zlib.decompressobj(self._wbits)
