"""Getting stored bytes onto the disk soon, without anybody waiting for it.

What was stored survives the death of every process at once. For the death of the
machine it must be on the disk: a thread sees to that within a second of each put, and
ends when nothing is left to do, so that a process that exits waits for it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
from typing import Final

_log = logging.getLogger(__name__)
_libc = ctypes.CDLL(None, use_errno=True)
_ONE_BY_ONE: Final = 8
_GATHER: Final = 0.3
_LOOK: Final = 0.03


class Syncer:
    """Syncs files of one file system in the background."""

    def __init__(self) -> None:
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        # a forked child has neither the thread nor a lock that it could release
        self._changed = threading.Condition()
        self._waiting: list[int] = []
        self._more = False
        self._hurry = False
        self._thread: threading.Thread | None = None

    def add(self, opened: int) -> None:
        """Sync this open file soon; the caller may close it."""
        with self._changed:
            if len(self._waiting) < _ONE_BY_ONE:
                self._waiting.append(os.dup(opened))
            else:
                self._more = True  # one sync of the file system is less than so many
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="storage-sync")
                self._thread.start()

    def wait(self) -> None:
        """Return when everything added so far is on the disk."""
        with self._changed:
            self._hurry = True
            self._changed.wait_for(lambda: self._thread is None)

    def _work(self) -> None:
        while True:
            self._gather()
            with self._changed:
                waiting, self._waiting = self._waiting, []
                more, self._more = self._more, False
                if not waiting:
                    self._thread = None
                    self._hurry = False
                    self._changed.notify_all()
                    return
            _sync(waiting, whole=more)

    def _gather(self) -> None:
        """Let more come, unless somebody waits or the process is at its end."""
        until = time.monotonic() + _GATHER
        while time.monotonic() < until and self._waiting:
            if self._hurry or not threading.main_thread().is_alive():
                return
            time.sleep(_LOOK)


def _sync(waiting: list[int], *, whole: bool) -> None:
    try:
        if whole and _libc.syncfs(waiting[0]) == 0:
            return
        for opened in waiting:
            os.fdatasync(opened)
    except OSError:
        # nobody waits for this, so nobody can be told but whoever reads the log
        _log.exception("stored bytes could not be written to the disk")
    finally:
        for opened in waiting:
            os.close(opened)
