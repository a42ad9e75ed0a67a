"""Runs a script, passes its output on, keeps it, and says how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.deaths import cause_of
from jupyter_artifacts.tracking.hiding import without_secrets
from jupyter_artifacts.tracking.keyboard import Keyboard
from jupyter_artifacts.tracking.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jupyter_artifacts.tracking.relay import Receiver

_BY_SIGNAL: Final = 128
_INTERRUPTED: Final = 130


@dataclass(slots=True)
class Ended:
    """How a script ended.

    Attributes:
        status: its exit status; negative for a signal.
        last_error: the last line it wrote to stderr.
        interrupted: whether somebody pressed Ctrl-C, or ended us.
    """

    status: int
    last_error: str
    interrupted: bool

    @property
    def verdict(self) -> tuple[State, str]:
        """The state and the reason that this comes to."""
        if self.interrupted or self.status in {-signal.SIGINT, _INTERRUPTED}:
            return State.CANCELED, "interrupted"
        if self.status == 0:
            return State.COMPLETED, ""
        if self.status < 0:
            return State.ERRORED, cause_of(self.status)
        what = f"exit status {self.status}"
        # argparse, for one, repeats the arguments that it does not know
        said = " ".join(without_secrets(self.last_error.split(" ")))
        return State.ERRORED, f"{what}: {said}" if said else what

    @property
    def exit_status(self) -> int:
        """What a shell would say of it."""
        if self.status < 0:
            return _BY_SIGNAL - self.status
        return _INTERRUPTED if self.interrupted and self.status == 0 else self.status


class Interrupts:
    """Passes Ctrl-C on to the scripts that run, firmer each time."""

    _FIRMER: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)

    def __init__(self) -> None:
        self.count = 0
        self.running: set[int] = set()

    @property
    def asked(self) -> bool:
        """Whether somebody wants this to end."""
        return self.count > 0

    def listen(self) -> None:
        """Take over SIGINT, SIGTERM and SIGHUP; for the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._pass_on)

    def _pass_on(self, number: int, _frame: object) -> None:
        firmer = self._FIRMER[min(self.count, len(self._FIRMER) - 1)]
        self.count += 1
        for group in list(self.running):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, firmer if number == signal.SIGINT else number)


@dataclass(slots=True)
class Script:
    """A script to run.

    Attributes:
        command: what to run; see `python_command` for one that labels its output.
        folder: where.
        environment: with which variables.
        labelled: pipe for labelled frames (reading, writing); None without.
        started: is told its pid.
        receivers: are told what it prints.
    """

    command: Sequence[str]
    folder: Path
    environment: dict[str, str]
    labelled: tuple[int, int] | None = None
    started: Callable[[int], None] | None = None
    receivers: list[Receiver] = field(default_factory=list)

    def run(self, interrupts: Interrupts, *, terminal: bool) -> Ended:
        """Run it to its end.

        Args:
            interrupts: pass Ctrl-C on to it.
            terminal: whether it may have the terminal's keyboard for itself.
        """
        before = interrupts.count
        relay = Relay(self.receivers, self.labelled)
        child = subprocess.Popen(  # noqa: S603 - the user's own script
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=self.labelled[1:] if self.labelled else (),
            process_group=0,
        )
        with child, Keyboard(child.pid, wanted=terminal) as keyboard:
            interrupts.running.add(child.pid)
            try:
                if self.started is not None:
                    self.started(child.pid)
                relay.pass_on(child, keyboard.look)
                status = child.wait()
            finally:
                interrupts.running.discard(child.pid)
        return Ended(status, relay.last_error, interrupts.count > before)


def to_terminal(stream: int, chunk: bytes) -> None:
    """Pass output on as it is."""
    file = sys.stdout if stream == 1 else sys.stderr
    # whoever read us went away: the script goes on, and its log is kept
    with suppress(BrokenPipeError):
        file.flush()
        view = memoryview(chunk)
        while view:
            view = view[os.write(file.fileno(), view) :]


def python_command(
    script: str, arguments: Sequence[str], papers: Path
) -> tuple[list[str], tuple[int, int]]:
    """Return the command that runs a Python script labelled, and its pipe."""
    pipe = os.pipe()
    terminals = f"{int(sys.stdout.isatty())}{int(sys.stderr.isatty())}"
    runner = [sys.executable, "-m", "jupyter_artifacts.tracking.runner"]
    words = [*runner, str(pipe[1]), terminals, str(papers), script, *arguments]
    return words, pipe
