"""The terminal's keyboard, lent to a script while it runs."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from types import TracebackType


class Keyboard:
    """Lends the terminal to a process group, so that Ctrl-C reaches it alone.

    Nothing happens where we have no terminal, or are in its background.

    Args:
        group: the script's process group, and the pid of its first process.
        wanted: whether to lend it at all.
    """

    def __init__(self, group: int, *, wanted: bool) -> None:
        self._group = group
        self._lent = wanted and os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()

    def look(self) -> None:
        """Stop with the script when Ctrl-Z stopped it, and go on with it later."""
        if not (self._lent and self._script_is_stopped()):
            return
        _hand_to(os.getpgrp())
        os.killpg(os.getpgrp(), signal.SIGSTOP)
        # here the shell has continued us: by `fg`, or by `bg` without the terminal
        if os.tcgetpgrp(0) == os.getpgrp():
            _hand_to(self._group)
        with suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGCONT)

    def _script_is_stopped(self) -> bool:
        try:
            return psutil.Process(self._group).status() == psutil.STATUS_STOPPED
        except psutil.NoSuchProcess:
            return False

    def __enter__(self) -> Self:
        """Lend it."""
        if self._lent:
            _hand_to(self._group)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it back."""
        if self._lent:
            _hand_to(os.getpgrp())


def _hand_to(group: int) -> None:
    # who hands the terminal over from the background is stopped, unless it ignores it
    main = threading.current_thread() is threading.main_thread()
    old = signal.signal(signal.SIGTTOU, signal.SIG_IGN) if main else None
    # the script may be gone already
    with suppress(ProcessLookupError, PermissionError):
        os.tcsetpgrp(0, group)
    if main:
        signal.signal(signal.SIGTTOU, old)
