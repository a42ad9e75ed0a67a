"""One process, measured: how long it took, what it said itself, its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """What one process took.

    Attributes:
        whole: seconds from its start to its end.
        inner: the same without its start-up.
        cpu: seconds of it and its children, user and system.
        memory: peak of it or of its largest child, in MiB.
        told: what else it printed, when it prints figures.
    """

    whole: float
    inner: float
    cpu: float
    memory: float
    told: dict[str, Any]


class Failed(Exception):  # noqa: N818 - it reads as what happened
    """A process that was to be measured ended with an error."""


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, start: float
) -> Taken:
    """Run a command to its end.

    A script of ours prints JSON on its last line, with the seconds it worked; what
    remains is its start-up. Of any other command the start-up is `start`.

    This process must be small: a child begins with its parent's peak memory.
    """
    with tempfile.TemporaryFile(dir=folder) as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        _, status, usage = os.wait4(process.pid, 0)
        whole = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors="replace").strip()
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{text}")
    last = text.rpartition("\n")[2]
    told = json.loads(last) if last.startswith('{"seconds"') else {}
    inner = told.get("seconds", max(whole - start, 1e-6))
    cpu = usage.ru_utime + usage.ru_stime
    return Taken(whole, inner, cpu, usage.ru_maxrss / 1024, told)


def first_line(command: Sequence[str]) -> str:
    """Return the first line that a command prints, of its version for example."""
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return (told.stdout or told.stderr).strip().splitlines()[0]


def note(text: str) -> None:
    """Say what is going on, beside the figures."""
    print(text, file=sys.stderr, flush=True)
