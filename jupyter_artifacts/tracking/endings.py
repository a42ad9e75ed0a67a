"""How a process ended, told to the runs that are still open in it."""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from types import TracebackType

_LAST_FRAMES: Final = 5
_LONGEST: Final = 4000


class Endable(Protocol):
    """A run that may still be open when the process ends."""

    def end_with_process(self, state: State, reason: str) -> None:
        """End it: the process is about to exit."""


class _Watch:
    """Knows the open runs of one process, and how it is ending."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.open: list[Endable] = []
        self.verdict: tuple[State, str] = (State.COMPLETED, "")
        self._excepthook: Any = None
        self._exit: Any = None

    def begin(self) -> None:
        atexit.register(self.end_all)
        self._excepthook, sys.excepthook = sys.excepthook, self._on_exception
        # Nothing of a SystemExit is left when atexit's functions run, so the status
        # has to be noted when sys.exit is called.
        self._exit, sys.exit = sys.exit, self._on_exit

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        self.verdict = verdict_of(error)
        self._excepthook(kind, error, trace)

    def _on_exit(self, status: Any = None, /) -> NoReturn:
        self.verdict = verdict_of(SystemExit(status))
        self._exit(status)
        raise SystemExit(status)

    def end_all(self) -> None:
        """End every run that is still open, unless this is a fork's child."""
        if os.getpid() == self.process:
            for run in list(self.open):
                run.end_with_process(*self.verdict)


_watch: _Watch | None = None


def watch_over(run: Endable) -> None:
    """End `run` when the process ends, as the process ends."""
    global _watch  # noqa: PLW0603 - one per process
    if _watch is None or _watch.process != os.getpid():
        _watch = _Watch()
        _watch.begin()
    _watch.open.append(run)


def let_go(run: Endable) -> None:
    """`run` has ended by itself."""
    if _watch is not None and run in _watch.open:
        _watch.open.remove(run)


def verdict_of(error: BaseException | None) -> tuple[State, str]:
    """Return the state and the reason that an exception leads to; None for no error."""
    if error is None:
        return State.COMPLETED, ""
    if isinstance(error, KeyboardInterrupt):
        return State.CANCELED, "KeyboardInterrupt"
    if isinstance(error, SystemExit):
        if error.code in {None, 0}:
            return State.COMPLETED, ""
        text = f"exit status {error.code}"
        return State.ERRORED, text if isinstance(error.code, int) else str(error.code)
    return State.ERRORED, _told(error)


def _told(error: BaseException) -> str:
    name = type(error).__qualname__
    head = f"{name}: {error}".rstrip(": ").strip()
    frames = traceback.extract_tb(error.__traceback__)[-_LAST_FRAMES:]
    trace = "".join(traceback.format_list(frames)).rstrip()
    told = f"{head}\n{trace}" if trace else head
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]} …"
