"""Memory for bytes on their way up, used again and again.

Fresh memory for each piece takes as long as reading it from the disk's cache does.
"""

from __future__ import annotations

import os
import queue
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.storage.bucket import IN_FLIGHT, PART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK: Final = 0.2


class Buffers:
    """So many buffers and no more; whoever wants one waits until one is free.

    Args:
        count: how many.
        size: bytes of each.
    """

    def __init__(self, count: int, size: int) -> None:
        self._size = size
        self._free: queue.LifoQueue[memoryview | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)

    def take(self, check: Callable[[], None]) -> memoryview:
        """Return a free buffer, to be given back.

        Args:
            check: asked while none is free; what it raises ends the waiting.
        """
        while True:
            try:
                found = self._free.get(timeout=_LOOK)
            except queue.Empty:
                check()
            else:
                return memoryview(bytearray(self._size)) if found is None else found

    @contextmanager
    def taken(self) -> Iterator[memoryview]:
        """Hold a buffer for the length of a with block."""
        buffer = self.take(lambda: None)
        try:
            yield buffer
        finally:
            self.give_back(buffer)

    def give_back(self, buffer: memoryview) -> None:
        """Let others have a buffer."""
        self._free.put(buffer)


def part_buffers() -> Buffers:
    """Return this process's buffers for parts, of however many files: 6 x 8 MiB."""
    return _buffers_of(os.getpid())


@lru_cache
def _buffers_of(_process: int) -> Buffers:
    return Buffers(IN_FLIGHT + 1, PART)


def filled(buffer: memoryview, opened: int, start: int, length: int) -> memoryview:
    """Read bytes of a file into a buffer; return them, fewer where it ends before."""
    got = 0
    while got < length:
        more = os.preadv(opened, [buffer[got:length]], start + got)
        if not more:
            break
        got += more
    return buffer[:got]
