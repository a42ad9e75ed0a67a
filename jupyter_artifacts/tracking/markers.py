"""The moment from which on a file is an output, by the clock of its file system."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE: Final = 0.25


def marker_for(folder: Path, spool: Path) -> int:
    """Return a time (ns): what changes in `folder` from now on has it or a later one.

    File systems stamp files by a clock that ticks some hundred times a second, and a
    remote one by its own; so the time is read off a file. It waits for the next
    tick, lest what was written just before counts as an output.
    """
    here = folder.stat().st_dev == spool.stat().st_dev
    place = spool if here or not os.access(folder, os.W_OK) else folder
    probe = place / f".marker-{secrets.token_hex(8)}"
    try:
        first = now = _stamp(probe)
        patience = time.monotonic() + _PATIENCE
        while now == first and time.monotonic() < patience:
            time.sleep(0.0005)
            now = _stamp(probe)
    finally:
        with suppress(FileNotFoundError):
            probe.unlink()
    return now


def _stamp(probe: Path) -> int:
    probe.write_bytes(b"")
    os.utime(probe)
    return probe.stat().st_ctime_ns
