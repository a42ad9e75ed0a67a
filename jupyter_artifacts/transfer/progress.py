"""How far a transfer is, said at most ten times a second."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Canceled

if TYPE_CHECKING:
    from collections.abc import Callable

_EVERY: Final = 0.1
_WINDOW: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a transfer is.

    Attributes:
        done_bytes: moved so far.
        total_bytes: to be moved.
        done_files: verified and under their names.
        total_files: to be moved.
        rate: bytes a second, over the last three seconds.
    """

    done_bytes: int
    total_bytes: int
    done_files: int
    total_files: int
    rate: float


class Meter:
    """Counts what workers have moved, and tells whoever listens."""

    def __init__(
        self,
        total_bytes: int,
        total_files: int,
        tell: Callable[[Progress], None] | None,
        canceled: Callable[[], bool],
        what: str = "download",
    ) -> None:
        self._what = what
        self.done_bytes = 0
        self.moved_bytes = 0
        self.done_files = 0
        self._total_bytes = total_bytes
        self._total_files = total_files
        self._tell = tell
        self._canceled = canceled
        self.failure: BaseException | None = None
        self._stopped = False
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._told = 0.0
        self._recent = deque([(time.monotonic(), 0)])

    def stop(self) -> None:
        """Let every worker end at its next step."""
        self._stopped = True

    def fail(self, error: BaseException) -> None:
        """Stop every worker because of `error`; the first one is remembered."""
        with self._lock:
            self.failure = self.failure or error
            self._stopped = True

    def check(self) -> None:
        """Raise `Canceled` when somebody asked to stop, or another worker failed."""
        if self._stopped or self._canceled():
            self._stopped = True
            msg = f"the {self._what} was canceled"
            raise Canceled(msg, hint="start it again to go on")

    def moved(self, count: int) -> None:
        """Note bytes; tell, unless that was done a moment ago."""
        self.check()
        with self._lock:
            self.done_bytes += count
            self.moved_bytes += count
        due = time.monotonic() - self._told >= _EVERY
        # a slow listener holds up the worker that tells it, and no other
        if self._tell and due and self._telling.acquire(blocking=False):
            try:
                self._report(self._tell)
            finally:
                self._telling.release()

    def came_before(self, count: int) -> None:
        """Note bytes that an earlier download moved; fewer than 0 to take them back."""
        with self._lock:
            self.done_bytes += count

    def finished(self, files: int) -> None:
        """Note files that stand verified under their names."""
        with self._lock:
            self.done_files += files

    def close(self) -> None:
        """Tell the last count."""
        if self._tell:
            with self._telling:
                self._report(self._tell)

    def _report(self, tell: Callable[[Progress], None]) -> None:
        now = self._told = time.monotonic()
        self._recent.append((now, self.moved_bytes))
        while len(self._recent) > 2 and now - self._recent[0][0] > _WINDOW:  # noqa: PLR2004
            self._recent.popleft()
        began, before = self._recent[0]
        rate = (self.moved_bytes - before) / max(now - began, 1e-6)
        tell(
            Progress(
                done_bytes=self.done_bytes,
                total_bytes=self._total_bytes,
                done_files=self.done_files,
                total_files=self._total_files,
                rate=rate,
            )
        )
