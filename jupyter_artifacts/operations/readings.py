"""Bytes that somebody reads: a line in the audit log for each file or log.

A line begins when the first byte is asked for, and is closed with what moved. Who reads
on in the same file within a while gets no further line from a server: a page asks for
the end of a log every second, and a table is read in a hundred ranges.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from jupyter_artifacts.operations.auditing import close, grant, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.table import Content

GATHERED: Final = 600.0
"""Seconds without a read after which a server closes a line."""

_Key: TypeAlias = tuple[str, str, str]


@dataclass(slots=True)
class _Line:
    """What somebody reads of one file or log, and how far that went."""

    ctx: Context
    action: str
    address: str
    grant: int | None = None
    moved: int = 0
    outcome: str = "done"
    users: int = 0
    newest: float = 0.0


class Reading:
    """Whoever reads one content; it may be held, so that several reads are one line."""

    def __init__(self, readings: Readings, line: _Line) -> None:
        self._readings = readings
        self._line = line

    def hold(self) -> None:
        """Let the line stay open until `release`."""
        self._readings.enter(self._line)

    def release(self) -> None:
        """Let the line be closed, once nobody reads."""
        self._readings.leave(self._line)

    def noted(
        self, chunks: Callable[[], Iterator[bytes]], length: int
    ) -> Iterator[bytes]:
        """Yield the chunks, and note them.

        Args:
            chunks: gives those of the bytes; not called before it is noted.
            length: how many they are.
        """
        self._readings.enter(self._line)
        moved, outcome = 0, "cut off"
        try:
            self._readings.begin(self._line)
            for chunk in chunks():
                moved += len(chunk)
                if moved >= length:  # who takes the last one need not ask again
                    outcome = "done"
                yield chunk
            outcome = "done"
        except Exception as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._readings.leave(self._line, moved=moved, outcome=outcome)


class Readings:
    """What is being read in this process.

    Args:
        gathers: seconds in which reads of the same by the same person are one line;
            0 to close a line when its content is done with.
    """

    def __init__(self, gathers: float = 0.0) -> None:
        self._gathers = gathers
        self._lines: dict[_Key, _Line] = {}
        # a file that nobody closed is closed by the collector, wherever that runs
        self._lock = threading.RLock()
        self._beginning = threading.Lock()

    def noted(self, ctx: Context, action: str, content: Content) -> Content:
        """Return a content whose reading is noted; one without an address is not."""
        if not content.address:
            return content
        reading = Reading(self, self._line_of(ctx, action, content.address))

        def read(start: int, length: int) -> Iterator[bytes]:
            there = max(0, min(length, content.size - start))
            return reading.noted(lambda: content.read(start, length), there)

        return replace(content, read=read, reading=reading)

    def settle(self, now: float, *, every: bool = False) -> None:
        """Close the lines that nobody has read on for a while, or `every` line."""
        with self._lock:
            idle = [
                key
                for key, line in self._lines.items()
                if every or (not line.users and now - line.newest >= self._gathers)
            ]
            ended = [self._lines.pop(key) for key in idle]
        for line in ended:
            _close(line)

    def enter(self, line: _Line) -> None:
        """Let a line stay open."""
        with self._lock:
            line.users += 1

    def begin(self, line: _Line) -> None:
        """Write the line down, unless it is; what cannot be is not read."""
        with self._beginning:
            if line.grant is None:
                line.grant = grant(line.ctx, line.action, line.address)

    def leave(self, line: _Line, *, moved: int = 0, outcome: str = "") -> None:
        """Note what was read, and close the line where nobody else reads it."""
        with self._lock:
            line.users -= 1
            line.moved += moved
            line.outcome = outcome or line.outcome
            line.newest = line.ctx.clock()
            kept = self._lines.get(_key(line)) is line
            done = not line.users and not kept
        if done:
            _close(line)

    def _line_of(self, ctx: Context, action: str, address: str) -> _Line:
        line = _Line(ctx, action, address, newest=ctx.clock())
        if not self._gathers:
            return line
        with self._lock:
            return self._lines.setdefault(_key(line), line)


@contextmanager
def held(content: Content) -> Iterator[Content]:
    """Give a content of which every read in the with block is one line."""
    if content.reading is None:
        yield content
        return
    content.reading.hold()
    try:
        yield content
    finally:
        content.reading.release()


def _key(line: _Line) -> _Key:
    return line.ctx.actor.handle, line.action, line.address


def _close(line: _Line) -> None:
    if line.grant is not None:
        close(line.ctx, line.grant, moved=line.moved, outcome=line.outcome)
        line.grant, line.moved = None, 0
