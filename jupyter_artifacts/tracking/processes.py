"""Processes: whether one still lives, and what came of it."""

from __future__ import annotations

import os
from typing import Final

import psutil

from jupyter_artifacts.records.base import Record

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
