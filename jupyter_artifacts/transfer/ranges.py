"""A large file that comes in ranges, in whatever order, and is hashed in its own."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.transfer.checks import Check, Checked
from jupyter_artifacts.transfer.partial import RANGE, Partial

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.errors import ChangedAtSource
    from jupyter_artifacts.records.transfers import PlannedFile

_CHUNK: Final = 1024 * 1024


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

    def next(self) -> int | None:
        """Return a range that nobody has asked for; None when there is none."""
        try:
            return self._to_ask.pop()
        except IndexError:
            return None

    def put(self, number: int, content: Buffer) -> bool:
        """Write a range that came; return whether it was the last.

        What has come from the beginning on without a gap is hashed by whoever is
        first to see it, the others go on.
        """
        view = memoryview(content)
        self.partial.put(number, view)
        if self._hashing.acquire(blocking=False):
            try:
                if number == self._hashed:
                    self._check.update(view)
                    self._hashed += 1
                self._hash_what_came()
            finally:
                self._hashing.release()
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

    def _hash_what_came(self) -> None:
        come = self.partial.come
        buffer = None
        while self._hashed < len(come) and come[self._hashed]:
            buffer = buffer or memoryview(bytearray(_CHUNK))
            at = self._hashed * RANGE
            end = at + self.length(self._hashed)
            while at < end:
                got = os.preadv(self.partial.opened, [buffer[: end - at]], at)
                if not got:
                    break  # somebody cut it short: the size will not be right
                self._check.update(buffer[:got])
                at += got
            self._hashed += 1
