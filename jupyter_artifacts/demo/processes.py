"""The demo's processes: none outlives it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_artifacts.demo.places import Places

_PATIENCE: Final = 20.0
_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG


def environment_of(places: Places, user: str, **more: str) -> dict[str, str]:
    """Return the environment of a process in which `user` acts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("JUPYTER_ARTIFACTS_")
    }
    ours = {"JUPYTER_ARTIFACTS_HOME": str(places.team), "JUPYTER_ARTIFACTS_USER": user}
    return {**kept, **ours, **more}


def start(
    command: Sequence[str],
    *,
    folder: Path,
    environment: dict[str, str],
    log: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that ends with this one, and gets no Ctrl-C of its own.

    Args:
        command: what to run.
        folder: where.
        environment: all of it.
        log: takes its output; None for the terminal.
    """
    output = subprocess.DEVNULL if log is None else log.open("wb")
    try:
        return subprocess.Popen(  # noqa: S603 - commands of ours
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=None if log is None else output,
            stderr=None if log is None else subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
    finally:
        if not isinstance(output, int):
            output.close()


def stop(process: subprocess.Popen[bytes], patience: float = _PATIENCE) -> None:
    """End a process, and its children when it does not go by itself.

    Args:
        process: to end.
        patience: seconds that it has.
    """
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


_libc: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Ask Linux for a SIGTERM when the demo dies, be it by `kill -9`."""
    if _libc is not None:
        _libc.prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
