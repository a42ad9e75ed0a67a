"""Sizes and lengths of time as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_artifacts.transfer.progress import Progress

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


def counted(number: int, noun: str) -> str:
    """Return e.g. "1 file", "1,200 files"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def how_far(now: Progress) -> str:
    """Return e.g. "2.0 MB of 8.0 MB, 2 of 8 files, 1.0 MB/s, 6.0 s left"."""
    bytes_done = f"{size(now.done_bytes)} of {size(now.total_bytes)}"
    files_done = f"{now.done_files:,} of {counted(now.total_files, 'file')}"
    left = max(0, now.total_bytes - now.done_bytes)
    then = f", {duration(left / now.rate)} left" if now.rate else ""
    return f"{bytes_done}, {files_done}, {size(now.rate)}/s{then}"
