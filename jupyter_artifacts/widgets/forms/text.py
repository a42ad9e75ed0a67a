"""Numbers, sizes, times and curves in a few characters."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARS: Final = "▁▂▃▄▅▆▇█"
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND: Final = 1000
_MINUTE: Final = 60
_HIDDEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def visible_text(text: str) -> str:
    """Return a text in which a mark stands for each character that hides others.

    Control characters move a terminal's cursor, and a change of the direction of
    writing shows a name as another one.
    """
    return "".join(
        "\ufffd"
        if unicodedata.category(each) in _HIDDEN or each in _DIRECTION
        else each
        for each in text
    )


def number_text(value: float) -> str:
    """Return a number in at most 11 characters, as a table shows it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == int(value) and abs(value) < 1e6:  # noqa: PLR2004 - 6 digits fit
        return str(int(value))
    return f"{value:.4g}"


def size_text(size: float) -> str:
    """Return a size in decimal units, e.g. "1.9 GB"."""
    for unit in _UNITS:
        if abs(size) < _THOUSAND or unit == _UNITS[-1]:
            break
        size /= _THOUSAND
    digits = 0 if unit == "B" or size >= 100 else 1  # noqa: PLR2004 - 3 digits
    return f"{size:.{digits}f} {unit}"


def duration_text(seconds: float) -> str:
    """Return a duration as h:mm:ss."""
    minutes, rest = divmod(int(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}"


def moment_text(seconds: float) -> str:
    """Return a moment, e.g. "2026-11-20 14:02 UTC"; "" for none."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def curve_text(values: Sequence[float]) -> str:
    """Return a curve as a row of bars; a gap where a value is not finite."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    low, span = min(finite), max(finite) - min(finite)
    steps = len(_BARS) - 1
    return "".join(
        _BARS[round((value - low) / span * steps) if span else steps // 2]
        if math.isfinite(value)
        else " "
        for value in values
    )


def table_text(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns, for a terminal."""
    lines = [[_one_line(cell) for cell in line] for line in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _one_line(cell: str) -> str:
    """Return a cell that can neither move a terminal's cursor nor fill the screen."""
    shown = visible_text(cell)
    return shown if len(shown) <= 48 else f"{shown[:47]}…"  # noqa: PLR2004 - a column
