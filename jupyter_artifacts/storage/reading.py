"""Reading in pieces of a sensible size."""

from __future__ import annotations

import os
from typing import Final

_SMALL: Final = 1024 * 1024
_LARGE: Final = 8 * 1024 * 1024


def chunks_of(length: int) -> int:
    """Return how much to ask a store for at a time, of so much in all."""
    return _SMALL if length <= _SMALL else _LARGE


def bytes_at(opened: int, start: int, length: int) -> bytearray:
    """Return the bytes of a file from `start` on, fewer where it ends before."""
    content = bytearray(length)
    got = 0
    with memoryview(content) as view:
        while got < length:
            more = os.preadv(opened, [view[got:]], start + got)
            if not more:
                break
            got += more
    del content[got:]
    return content
