"""Who opened which file for writing: the evidence that keeps runs apart.

Python tells every audit hook of the interpreter when code opens or renames a file.
Ours ignores reading, and notes what is opened for writing below a capture root,
together with the experiment that the code was running for.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.tracking.lines import Claim

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.journals import Journal

CURRENT: Final[ContextVar[tuple[str, int]]] = ContextVar("experiment", default=("", -1))
"""Papers' id and number of the experiment that this code runs for."""

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_TARGETS: Final = {"open": 0, "os.rename": 1, "os.link": 1, "sqlite3.connect": 0}
_AGAIN_AFTER: Final = 0.2
_MOST_KNOWN: Final = 4096


class Claiming:
    """Notes what this process opens for writing below one root.

    Args:
        papers_id: of the run's papers.
        root: the capture root, resolved.
        journal: where claims go.
    """

    def __init__(self, papers_id: str, root: str, journal: Journal[Claim]) -> None:
        self._papers_id = papers_id
        self._below = root.rstrip("/") + "/"
        self._journal = journal
        self._known: dict[tuple[str, int], float] = {}

    def start(self) -> None:
        """Begin to note."""
        if not _HOOKED:
            _HOOKED.append(True)
            sys.addaudithook(_hook)
        _CLAIMING.append(self)

    def stop(self) -> None:
        """Note nothing any more."""
        with suppress(ValueError):  # stopped before
            _CLAIMING.remove(self)

    def note(self, path: str) -> None:
        """Note that `path`, resolved, is being opened for writing."""
        papers_id, number = CURRENT.get()
        if not path.startswith(self._below):
            return
        if papers_id and papers_id != self._papers_id:
            return
        now = time.time()
        if now - self._known.get((path, number), 0.0) < _AGAIN_AFTER:
            return
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known[path, number] = now
        # A claim that cannot be written must not stop the program from opening its
        # file; without one, the file is listed as not captured if runs overlap.
        with suppress(OSError, UnicodeEncodeError):
            self._journal.append(Claim(path=path, number=number, time=now))


_CLAIMING: list[Claiming] = []
_HOOKED: list[bool] = []  # a hook cannot be taken out again


def _hook(event: str, args: tuple[Any, ...]) -> None:
    at = _TARGETS.get(event)
    if at is None or not _CLAIMING:
        return
    if event == "open" and not (isinstance(args[2], int) and args[2] & _WRITES):
        return
    target = args[at]
    if isinstance(target, str | bytes | os.PathLike):
        # a path that cannot be resolved cannot be opened either
        with suppress(OSError, ValueError):
            folder, name = os.path.split(os.fsdecode(target))
            path = f"{os.path.realpath(folder)}/{name}"
            for claiming in tuple(_CLAIMING):
                claiming.note(path)
