"""Numbers and times as people read them."""

from __future__ import annotations

import time
from typing import Final

_UNITS: Final = ("B", "KB", "MB", "GB", "TB")
_STEP: Final = 1000


def size(count: float) -> str:
    """Return bytes in decimal units, e.g. "4.2 MB"."""
    amount = float(count)
    for unit in _UNITS:
        # what would round up to 1000 takes the next unit
        if round(amount, 1) < _STEP or unit == _UNITS[-1]:
            break
        amount /= _STEP
    return f"{count:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units, e.g. "1 h 02 min"."""
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:  # noqa: PLR2004 - two days
        return f"{hours} h {minutes:02} min"
    return f"{hours // 24} d {hours % 24:02} h"


def when(seconds: float | None) -> str:
    """Return a moment in this machine's own time; "" for none."""
    if not seconds:
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def counted(number: int, noun: str) -> str:
    """Return e.g. "1 file", "1,200 files"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
