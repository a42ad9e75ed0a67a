"""Times and durations as a query writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SPAN: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s?([smhdw])")
TIME_HINT: Final = 'write "-7d" (s, m, h, d, w) or a date, e.g. "2026-11-20T09:30"'
DURATION_HINT: Final = 'write seconds, or e.g. "90m" (s, m, h, d, w)'


def resolve_time(text: str, now: float) -> float | None:
    """Return the seconds since 1970 that `text` means; None when it is no time.

    Args:
        text: "-7d" and the like, counted from `now`, or an ISO 8601 date; one
            without a zone is in UTC.
        now: seconds since 1970.
    """
    if text.startswith("-"):
        span = resolve_duration(text[1:])
        return None if span is None else now - span
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found.timestamp()


def resolve_duration(text: str) -> float | None:
    """Return the seconds that `text` ("90m") means; None when it is no duration."""
    found = _SPAN.fullmatch(text)
    return float(found[1]) * _SECONDS[found[2]] if found else None
