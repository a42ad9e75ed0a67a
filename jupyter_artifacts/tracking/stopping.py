"""Stops a process whose owner asked for it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.processes import Process, family_of, lives

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.outlet import Outlet


class Stop:
    """Ends a process whose owner asked for it: SIGINT, SIGTERM, SIGKILL, in steps.

    Asked to kill (STOPPING_KILLED), it takes the last step at once.

    Args:
        kind: of the papers; a notebook's kernel gets SIGINT alone, even where the
            owner asked to kill: it holds more than this run.
    """

    _STEPS: Final = (
        (0.0, signal.SIGINT),
        (5.0, signal.SIGTERM),
        (15.0, signal.SIGKILL),
    )

    def __init__(self, kind: str) -> None:
        self.script: Process | None = None
        self._kind = kind
        self._asked = 0.0
        self._steps = list(self._STEPS[:1] if kind == "notebook" else self._STEPS)

    @property
    def script_lives(self) -> bool:
        """Whether a script goes on, though the command that ran it may be dead."""
        return self.script is not None and lives(self.script)

    def look(self, outlet: Outlet, process: Process) -> None:
        """Look whether somebody asked to stop, and take the step that is due."""
        if not self._steps:
            return
        states = {each.state for each in outlet.experiments()}
        if not self._asked:
            if not any(state.stopping for state in states):
                return
            self._asked = time.monotonic()
        if State.STOPPING_KILLED in states and self._kind != "notebook":
            self._steps = [(0.0, signal.SIGKILL)]
        if time.monotonic() - self._asked >= self._steps[0][0]:
            _, number = self._steps.pop(0)
            pids = family_of(process) if self._kind == "run" else [process.pid]
            for pid in pids if lives(process) else ():
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
