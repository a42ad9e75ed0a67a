"""How fast one stream of bytes is, and what follows from it for the next requests."""

from __future__ import annotations

import threading
import time
from typing import Final

from jupyter_artifacts.transfer.partial import RANGE

FAST: Final = 256 * 1024 * 1024
"""Bytes a second that one stream brings, or others help it.

What they bring is hashed by reading it once more, which costs more than it gains where
one stream is nearly as fast as the disk.
"""

MOST: Final = 16
"""So many ranges come by one request where it is fast."""

TRIAL: Final = 0.25
"""Seconds after which a first range that has not come whole is slow."""

SILENCE: Final = 1.0
"""Seconds after which a store that has sent nothing is slow."""

ENOUGH: Final = RANGE // 2
"""Bytes that are a measure, however soon they came; fewer are one after a while."""

_LASTS: Final = MOST * RANGE / FAST


class Pace:
    """How fast the streams of one download are, each by itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: float | None = None
        self._began: float | None = None
        self._rate: float | None = None

    def ask(self) -> None:
        """Note that somebody asks for bytes."""
        if self._asked is None:
            self._asked = time.monotonic()

    def begin(self) -> None:
        """Note that the first bytes are there: what came before was the way to them."""
        if self._began is None:
            self._began = time.monotonic()

    def note(self, count: int, seconds: float) -> None:
        """Note what one stream brought."""
        rate = count / max(seconds, 1e-6)
        with self._lock:
            self._rate = rate if self._rate is None else (self._rate + rate) / 2

    @property
    def slow(self) -> bool:
        """Whether several streams bring more than one."""
        if self._rate is not None:
            return self._rate < FAST
        since, most = (self._asked, SILENCE)
        if self._began is not None:
            since, most = (self._began, TRIAL)
        return since is not None and time.monotonic() - since > most

    @property
    def ranges(self) -> int:
        """How many ranges one request should ask for: half a second's."""
        return max(1, min(MOST, int((self._rate or 0) * _LASTS / RANGE)))
