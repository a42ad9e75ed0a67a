"""Numbers and times as people read them."""

from __future__ import annotations

import time

from jupyter_artifacts.transfer.words import counted, duration, size

__all__ = ["counted", "duration", "size", "when"]


def when(seconds: float | None) -> str:
    """Return a moment in this machine's own time; "" for none."""
    if not seconds:
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
