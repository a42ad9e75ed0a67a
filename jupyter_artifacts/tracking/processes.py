"""Processes: whether one still lives, and what ended it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Final

import psutil

from jupyter_artifacts.records.base import Record

_EXIT_CODE: Final = 51  # proc(5), field 52 of /proc/<pid>/stat
_TOLERANCE: Final = 0.05


class Process(Record, frozen=True):
    """A process of this machine; the time tells it from a later one of the same pid."""

    pid: int
    created: float


def this_process() -> Process:
    """Return the process that runs this."""
    return process_of(os.getpid())


def process_of(pid: int) -> Process:
    """Return the process that has this pid now."""
    return Process(pid=pid, created=psutil.Process(pid).create_time())


def lives(process: Process) -> bool:
    """Whether it still runs; one that waits to be reaped does not."""
    try:
        found = psutil.Process(process.pid)
        same = abs(found.create_time() - process.created) < _TOLERANCE
        return same and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def family_of(process: Process) -> list[int]:
    """Return its pid and those of its living descendants."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        return [process.pid]
    return [process.pid, *(child.pid for child in children)]


def why_it_died(process: Process, kills_before: int | None) -> str:
    """Say why a process ended that never said so itself, as far as it can be known.

    Args:
        process: the dead one.
        kills_before: `memory_kills()` when it started.
    """
    status = _status_of_zombie(process.pid)
    kills = memory_kills()
    hungry = kills is not None and kills_before is not None and kills > kills_before
    if hungry:
        cause = "killed (SIGKILL) by the system, which was out of memory"
    elif status is None:
        cause = "killed (SIGKILL), perhaps out of memory"
        cause += ", or it crashed" if sys.platform == "linux" else ""
    elif os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        memory = ", perhaps out of memory" if name == "SIGKILL" else ""
        cause = f"killed ({name}){memory}"
    else:
        cause = f"exit status {os.WEXITSTATUS(status)}"
    return f"the process ended without finishing: {cause}"


def _status_of_zombie(pid: int) -> int | None:
    """Return the wait status of a process that its parent has not reaped yet."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    state, at = fields[0], _EXIT_CODE - 2
    return int(fields[at]) if state in {"Z", "X"} and len(fields) > at else None


def memory_kills() -> int | None:
    """Return how often this machine killed for want of memory; None when unknown."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    counts = [line.split()[1] for line in lines if line.startswith("oom_kill ")]
    return int(counts[0]) if counts else None
