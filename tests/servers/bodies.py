"""The body of a message, in pieces, as a fault leaves it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.servers import faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Reset(Exception):  # noqa: N818 - a fault, not an error of the proxy
    """The connection to the client is reset here."""


class Closed(Exception):  # noqa: N818 - as above
    """The connection to the client is closed here, as if all had come."""


def answered(
    pieces: AsyncIterator[bytes], fault: faults.Fault | None
) -> AsyncIterator[bytes]:
    """Return an answer's body as the fault has it."""
    match fault:
        case faults.Cut(after):
            return until(pieces, after, Reset)
        case faults.Truncate(after):
            return until(pieces, after, Closed)
        case faults.Flip(at):
            return _flipped(pieces, at)
        case faults.Slow(rate):
            return _slowed(pieces, rate)
    return pieces


async def until(
    pieces: AsyncIterator[bytes], after: int, then: type[Exception]
) -> AsyncIterator[bytes]:
    """Yield so many bytes; when there are more, raise `then`."""
    async for piece in pieces:
        if len(piece) > after:
            yield piece[:after]
            raise then
        after -= len(piece)
        yield piece


async def _flipped(pieces: AsyncIterator[bytes], at: int) -> AsyncIterator[bytes]:
    async for piece in pieces:
        changed = bytearray(piece)
        if 0 <= at < len(piece):
            changed[at] ^= 1
        at -= len(piece)
        yield bytes(changed)


async def _slowed(pieces: AsyncIterator[bytes], rate: int) -> AsyncIterator[bytes]:
    step = max(1, rate // 20)
    async for piece in pieces:
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            await asyncio.sleep(len(part) / rate)
            yield part


async def once(whole: bytes) -> AsyncIterator[bytes]:
    """Yield it all at once."""
    if whole:
        yield whole
