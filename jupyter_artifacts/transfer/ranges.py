"""A large file that comes in ranges, in whatever order, and is hashed in its own."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.transfer.checks import Check, Checked
from jupyter_artifacts.transfer.pace import ENOUGH, TRIAL
from jupyter_artifacts.transfer.partial import RANGE, Partial

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.errors import ChangedAtSource
    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.pace import Pace

_CHUNK: Final = 1024 * 1024
_SHARES: Final = 4


class Span:
    """Ranges that follow each other and come by one request.

    Attributes:
        at: where the next of its bytes belongs in the file.
        end: where they end, sooner when the rest was given back.
        start: where they began.
    """

    def __init__(self, start: int, end: int) -> None:
        self.start = self.at = start
        self.end = end
        self._since = (time.monotonic(), start)

    def moved(self, count: int, pace: Pace) -> None:
        """Note that more came.

        The way to the first byte is no measure, unless many came with it.
        """
        first = self.at == self.start
        self.at += count
        now = time.monotonic()
        then, before = self._since
        if first:
            pace.begin()
        ended = self.at == self.end or not self.at % RANGE
        late = now - then >= TRIAL and not first
        if late or ((first or ended) and self.at - before >= ENOUGH):
            pace.note(self.at - before, now - then)
        elif not first:
            return
        self._since = now, self.at


class Ranges:
    """One large file on its way, moved by several workers.

    Args:
        file: what it is to be.
        partial: where it is written.
        pace: how fast the download's streams are.
        sha256: whether SHA-256 is computed, too.
    """

    def __init__(
        self, file: PlannedFile, partial: Partial, pace: Pace, *, sha256: bool
    ) -> None:
        self.file = file
        self._pace = pace
        self._sha256 = sha256
        self.partial = partial
        self.resumed = sum(
            self.length(number) for number, come in enumerate(partial.come) if come
        )
        self._changed = threading.Condition()
        self._hashing = threading.Lock()
        self._over = False
        self._begin()

    def _begin(self) -> None:
        come = self.partial.come
        self._check = Check(self.file, sha256=self._sha256)
        self._hashed = 0
        with self._changed:
            self._left = come.count(0)
            self._to_ask = [
                number for number in reversed(range(len(come))) if not come[number]
            ]
            self._changed.notify_all()

    def length(self, number: int) -> int:
        """Return how long a range is."""
        return min(self.file.size, (number + 1) * RANGE) - number * RANGE

    def next(self) -> Span | None:
        """Return ranges that nobody has asked for, or None when there are none."""
        many = self._pace.ranges
        with self._changed:
            if not self._to_ask:
                return None
            if self._pace.slow:  # others will want some
                many = max(1, min(many, len(self._to_ask) // _SHARES))
            first = last = self._to_ask.pop()
            while (
                last + 1 < first + many
                and self._to_ask
                and self._to_ask[-1] == last + 1
            ):
                last = self._to_ask.pop()
        self._pace.ask()
        return Span(first * RANGE, last * RANGE + self.length(last))

    def put(self, span: Span, content: Buffer) -> bool:
        """Write bytes that came; return whether they were the last.

        What has come from the beginning on without a gap is hashed by whoever is
        first to see it, the others go on.

        Args:
            span: what they are of, where its last ones ended.
            content: of any length; what is beyond the span's end is left to others.
        """
        view, last = memoryview(content), False
        while view and span.at < span.end:
            number = span.at // RANGE
            end = number * RANGE + self.length(number)
            piece = view[: end - span.at]
            self.partial.write(span.at, piece)
            span.moved(len(piece), self._pace)
            whole = span.at == end
            if whole:
                self.partial.note(number)
            self._hash(span.at, piece, whole=whole)
            if whole:
                last = self._came(span)
            view = view[len(piece) :]
        return last

    def _hash(self, end: int, piece: memoryview, *, whole: bool) -> None:
        if self._hashing.acquire(blocking=False):
            try:
                if self._hashed < end - len(piece):
                    self._hash_what_came()
                if self._hashed == end - len(piece):
                    self._check.update(piece)
                    self._hashed = end
                if whole:
                    self._hash_what_came()
            finally:
                self._hashing.release()

    def _came(self, span: Span) -> bool:
        """Count a range; give back what a stream that turned slow would keep."""
        keep = span.at + self._pace.ranges * RANGE
        with self._changed:
            if span.end > keep + self._pace.ranges * RANGE:
                last = -(-span.end // RANGE) - 1
                self._to_ask += range(last, keep // RANGE - 1, -1)
                span.end = keep
            self._left -= 1
            self._changed.notify_all()
            return not self._left

    def outcome(self) -> Checked:
        """Hash what is left; return the digests, and the check that ran.

        Raises:
            ChangedAtSource: when the bytes are not those that were recorded.
        """
        with self._hashing:
            self._hash_what_came()
        return self._check.outcome()

    def restart(self, error: ChangedAtSource) -> None:
        """Ask for everything once more: what an earlier process left may be wrong.

        Raises:
            ChangedAtSource: `error`, when nothing here is of an earlier process.
        """
        if not self.resumed:
            self.partial.drop()
            raise error
        self.resumed = 0
        self.partial.restart()
        self._begin()

    def abandon(self) -> None:
        """Let nobody ask for more; what came stays for the next download."""
        with self._changed:
            self._to_ask.clear()
        self.leave()

    def leave(self) -> None:
        """Let those go on who waited for it to want help."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def attend(self) -> None:
        """Wait a moment, while it may come to want help."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._over or (self._to_ask and self._pace.slow), TRIAL
            )

    def _hash_what_came(self) -> None:
        come = self.partial.come
        buffer = None
        while self._hashed < self.file.size and come[number := self._hashed // RANGE]:
            buffer = buffer or memoryview(bytearray(_CHUNK))
            at, end = self._hashed, number * RANGE + self.length(number)
            while at < end:
                got = os.preadv(self.partial.opened, [buffer[: end - at]], at)
                if not got:
                    break  # somebody cut it short: the size will not be right
                self._check.update(buffer[:got])
                at += got
            self._hashed = end
