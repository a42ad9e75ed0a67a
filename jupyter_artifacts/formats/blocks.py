"""A file object over ranges of bytes that are somewhere else.

    read(7, 3) → blocks 0…0 missing → one request for them → cache → 3 bytes

Bytes come in aligned blocks, of which a few megabytes stay. Whoever reads on where
they stopped gets more with each request, up to a cap; whoever jumps gets what they
asked for. Large reads go past the cache.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ChangedAtSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Buffer

    Read = Callable[[int, int], Iterable[Buffer]]

BLOCK: Final = 1 << 16
CACHE: Final = 8 << 20
AHEAD: Final = 4 << 20
_LARGE: Final = 1 << 20


class BlockFile(io.RawIOBase):
    """A read-only file that fetches what is read, and little more.

    Args:
        read: `read(start, length)` yields exactly those bytes.
        size: how many there are.
        name: of the file, for whoever prints it.
        block: bytes of a block.
        cache: bytes of blocks that stay; at least `ahead` and 1 MiB.
        ahead: at most this many bytes are fetched before they are asked for.
        closed: is called when it is closed.
    """

    def __init__(  # noqa: PLR0913 - what may differ, by keyword
        self,
        read: Read,
        size: int,
        *,
        name: str = "",
        block: int = BLOCK,
        cache: int = CACHE,
        ahead: int = AHEAD,
        closed: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._closed = closed
        self.name = name
        self.size = size
        self._read = read
        self._block = block
        self._kept = max(1, cache // block)
        self._most_ahead = ahead
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._at = 0
        self._ahead = 0
        self._next = -1

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; return the new place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            msg = "a place before the beginning of the file"
            raise ValueError(msg)
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer`; return how many bytes were there."""
        view = memoryview(buffer).cast("B")
        found = self.pread(self._at, len(view))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def readall(self) -> bytes:
        """Return everything from here to the end."""
        found = self.pread(self._at, max(0, self.size - self._at))
        self._at += len(found)
        return bytes(found)

    def pread(self, start: int, length: int) -> bytes | bytearray:
        """Return the bytes at a place, fewer where the file ends.

        Raises:
            ChangedAtSource: when the bytes end before the file's size.
        """
        if self.closed:
            msg = "the file is closed"
            raise ValueError(msg)
        length = max(0, min(length, self.size - start))
        if not length:
            return b""
        on, self._next = start == self._next, start + length
        self._ahead = min(self._most_ahead, max(self._block, 2 * self._ahead)) * on
        if length >= _LARGE:
            return self._fetch(start, length)
        return self._from_blocks(start, length)

    def close(self) -> None:
        """Let go of the cache."""
        self._blocks.clear()
        super().close()
        closed, self._closed = self._closed, None
        if closed is not None:
            closed()

    def _from_blocks(self, start: int, length: int) -> bytes:
        first, last = start // self._block, (start + length - 1) // self._block
        wanted = range(first, last + 1)
        missing = [each for each in wanted if each not in self._blocks]
        have = {each: self._blocks[each] for each in wanted if each in self._blocks}
        if missing:
            have |= self._fetch_blocks(missing[0], missing[-1])
        for each in wanted:
            self._blocks.move_to_end(each)
        while len(self._blocks) > self._kept:
            self._blocks.popitem(last=False)
        joined = b"".join(have[each] for each in wanted)
        cut = start - first * self._block
        return joined[cut : cut + length]

    def _fetch_blocks(self, first: int, last: int) -> dict[int, bytes]:
        start = first * self._block
        end = min(self.size, (last + 1) * self._block + self._ahead)
        view = memoryview(self._fetch(start, end - start))
        found = {
            first + at // self._block: bytes(view[at : at + self._block])
            for at in range(0, len(view), self._block)
        }
        whole = {n: b for n, b in found.items() if self._is_whole(n, b)}
        self._blocks.update(whole)
        return whole

    def _is_whole(self, number: int, block: bytes) -> bool:
        return len(block) == min(self._block, self.size - number * self._block)

    def _fetch(self, start: int, length: int) -> bytearray:
        found = bytearray(length)
        filled = 0
        for chunk in self._read(start, length):
            view = memoryview(chunk)
            found[filled : filled + len(view)] = view
            filled += len(view)
        if filled != length:
            msg = f"{length:,} bytes were asked for, and {filled:,} came"
            hint = "its bytes changed in the storage: list it again and retry"
            raise ChangedAtSource(msg, address=self.name, hint=hint)
        return found
