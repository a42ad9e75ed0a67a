"""Which files processes hold open for writing, as /proc says (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def held_for_writing(
    root: str, pids: Iterable[int] | None = None
) -> dict[str, set[int]]:
    """Return path → pids of the files below `root` that are open for writing.

    Processes of other people cannot be looked into and are passed over; where there
    is no /proc, the answer is always empty.

    Args:
        root: a folder, resolved.
        pids: the processes to look at; None for every one.
    """
    found: dict[str, set[int]] = {}
    below = root.rstrip("/") + "/"
    for pid in _all_pids() if pids is None else pids:
        # it may end while we look, or be somebody else's
        with suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    path = str(descriptor.readlink())
                    if path.startswith(below) and _writes(pid, descriptor.name):
                        found.setdefault(path, set()).add(pid)
    return found


def _all_pids() -> list[int]:
    with suppress(FileNotFoundError):
        names = (entry.name for entry in Path("/proc").iterdir())
        return [int(name) for name in names if name.isdigit()]
    return []


def _writes(pid: int, descriptor: str) -> bool:
    text = Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text(encoding="ascii")
    flags = next(line for line in text.splitlines() if line.startswith("flags:"))
    return int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
