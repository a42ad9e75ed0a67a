"""A large file that comes in ranges, in whatever order, and is hashed in its own."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.transfer.checks import Check, Checked
from jupyter_artifacts.transfer.partial import RANGE, Partial

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.errors import ChangedAtSource
    from jupyter_artifacts.records.transfers import PlannedFile

SPAN: Final = 4
"""So many ranges come by one request, where the file has enough for everybody."""

LONG_SPAN: Final = 16
"""So many, where one worker alone is fast enough."""

FAST: Final = 256 * 1024 * 1024
"""Bytes a second that one stream brings, or others help it.

What they bring is hashed by reading it once more, which costs more than it gains where
one stream is nearly as fast as the disk.
"""

_TRIAL: Final = 0.25

_CHUNK: Final = 1024 * 1024
_ENOUGH: Final = 8 * SPAN


class Ranges:
    """One large file on its way, moved by several workers.

    Args:
        file: what it is to be.
        partial: where it is written.
        sha256: whether SHA-256 is computed, too.
    """

    def __init__(self, file: PlannedFile, partial: Partial, *, sha256: bool) -> None:
        self.file = file
        self._sha256 = sha256
        self.partial = partial
        self.resumed = sum(
            self.length(number) for number, come in enumerate(partial.come) if come
        )
        self._lock = threading.Lock()
        self._hashing = threading.Lock()
        self._over = threading.Event()
        self._written = 0
        self._looked_at = (time.monotonic(), 0)
        self._fast: bool | None = None
        self._begin()

    def _begin(self) -> None:
        come = self.partial.come
        self._check = Check(self.file, sha256=self._sha256)
        self._hashed = 0
        self._to_ask = [
            number for number in reversed(range(len(come))) if not come[number]
        ]
        self._left = len(self._to_ask)

    @property
    def complete(self) -> bool:
        """Whether every range has come."""
        return not self._left

    def length(self, number: int) -> int:
        """Return how long a range is."""
        return min(self.file.size, (number + 1) * RANGE) - number * RANGE

    def next(self, *, alone: bool = True) -> range | None:
        """Return ranges that nobody has asked for, which follow each other, or None.

        Args:
            alone: whether there is no other file to move, so that other workers will
                help with this one.
        """
        many = SPAN if not alone or len(self.partial.come) >= _ENOUGH else 1
        if self._fast:
            many = LONG_SPAN
        with self._lock:
            if not self._to_ask:
                return None
            first = last = self._to_ask.pop()
            while (
                last + 1 < first + many
                and self._to_ask
                and self._to_ask[-1] == last + 1
            ):
                last = self._to_ask.pop()
        return range(first, last + 1)

    def put(self, at: int, content: Buffer) -> bool:
        """Write bytes that came; return whether they were the last.

        What has come from the beginning on without a gap is hashed by whoever is
        first to see it, the others go on.

        Args:
            at: where they belong.
            content: of any length; what came before of their range is written.
        """
        view, last = memoryview(content), False
        while view:
            number = at // RANGE
            end = number * RANGE + self.length(number)
            piece = view[: end - at]
            self.partial.write(at, piece)
            at += len(piece)
            self._written += len(piece)
            self._hash(at, piece, whole=at == end)
            if at == end:
                last = self._came(number)
            view = view[len(piece) :]
        return last

    def _hash(self, end: int, piece: memoryview, *, whole: bool) -> None:
        if self._hashing.acquire(blocking=False):
            try:
                if end - len(piece) == self._hashed:
                    self._check.update(piece)
                    self._hashed = end
                if whole:
                    self._hash_what_came()
            finally:
                self._hashing.release()

    def _came(self, number: int) -> bool:
        self.partial.note(number)
        with self._lock:
            self._left -= 1
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
        with self._lock:
            self._to_ask.clear()
        self.leave()

    def leave(self) -> None:
        """Let those go on who waited for it to want help."""
        self._over.set()

    @property
    def wants_help(self) -> bool:
        """Whether it comes so slowly that other workers should ask for ranges, too."""
        now, written = time.monotonic(), self._written
        with self._lock:
            then, before = self._looked_at
            if now - then >= _TRIAL:
                self._fast = written - before >= FAST * (now - then)
                self._looked_at = now, written
            return self._fast is False and bool(self._to_ask)

    def attend(self) -> None:
        """Wait a moment, while it may come to want help."""
        self._over.wait(_TRIAL)

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
