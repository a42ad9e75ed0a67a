"""Range requests and validators (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import RangeNotSatisfiable
from jupyter_artifacts.storage.source import LATEST

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE: Final = re.compile(r"bytes=[ \t]*(?P<first>\d{0,18})-(?P<last>\d{0,18})[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which bytes are sent.

    Attributes:
        start: the first one.
        length: how many.
        partial: whether the reader asked for a part (206).
    """

    start: int
    length: int
    partial: bool


def span_of(headers: Mapping[str, str], *, size: int, etag: str, modified: str) -> Span:
    """Return the bytes that a GET with these headers gets.

    Several ranges at once, a unit other than bytes, or a range that does not parse
    give the whole, as a server may; so does an If-Range that no longer holds.

    Args:
        headers: of the request.
        size: bytes there are.
        etag: quoted; "" for none.
        modified: as an HTTP date; "" for none.

    Raises:
        RangeNotSatisfiable: when the range begins behind the end.
    """
    whole = Span(start=0, length=size, partial=False)
    matched = _RANGE.fullmatch(headers.get("Range", ""))
    if not matched or not (matched["first"] or matched["last"]):
        return whole
    if not _still_holds(headers.get("If-Range"), etag=etag, modified=modified):
        return whole
    if matched["first"]:
        start = int(matched["first"])
        end = int(matched["last"]) + 1 if matched["last"] else size
        if matched["last"] and end <= start:
            return whole
    else:
        start, end = max(0, size - int(matched["last"])), size
    end = min(end, size)
    if start >= end:
        msg = f"the range begins behind the end: there are {size} bytes"
        raise RangeNotSatisfiable(msg)
    return Span(start=start, length=end - start, partial=True)


def _still_holds(condition: str | None, *, etag: str, modified: str) -> bool:
    """Whether the reader's earlier part is of these very bytes."""
    if condition is None:
        return True
    if condition.startswith('"'):
        return condition == etag
    return bool(modified) and condition == modified


def unchanged(headers: Mapping[str, str], *, etag: str, modified: str) -> bool:
    """Whether the reader has these very bytes already (304)."""
    known = headers.get("If-None-Match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return bool(etag) and (etag in tags or "*" in tags)
    since = headers.get("If-Modified-Since")
    if since is None or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def http_date(seconds: float) -> str:
    """Return seconds since 1970 as HTTP writes a date; "" when none can say it."""
    if not 0 <= seconds <= LATEST:
        return ""
    return formatdate(seconds, usegmt=True)
