"""A regular expression over lines, bounded in time: it may come from anywhere."""

from __future__ import annotations

import re
import signal
import threading
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from types import FrameType

_SECONDS: Final = 2.0
_MAX_PATTERN: Final = 1000


class LineSearch:
    """Searches lines for a pattern, no line for longer than two seconds.

    Args:
        pattern: a regular expression of Python's.
        seconds: for one line.

    Raises:
        InvalidRequest: when it is none, or too long.
    """

    def __init__(self, pattern: str, *, seconds: float = _SECONDS) -> None:
        if len(pattern) > _MAX_PATTERN:
            msg = f"the pattern is longer than {_MAX_PATTERN} characters"
            raise InvalidRequest(msg, hint="search for less")
        try:
            self._expression = re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            msg = f"{pattern!r} is no regular expression: {error}"
            raise InvalidRequest(
                msg, hint="write \\ in front of ( [ { * + ?"
            ) from error
        self._seconds = seconds

    def found_in(self, line: bytes) -> bool:
        """Return whether the pattern is found in a line.

        Raises:
            InvalidRequest: when that takes too long.
        """
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        # Python's matcher looks for signals while it goes back and forth, and only
        # the main thread gets them.
        if threading.current_thread() is not threading.main_thread():
            return self._expression.search(text) is not None
        before = signal.signal(signal.SIGALRM, self._give_up)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            return self._expression.search(text) is not None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _give_up(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        pattern = self._expression.pattern
        msg = f"the pattern {pattern!r} took more than {self._seconds:g} s on one line"
        hint = "write it without nested repetitions such as (a+)+"
        raise InvalidRequest(msg, hint=hint)
