"""Which files a pattern means.

    *.parquet          a pattern without a slash: the file's name, at any depth
    figures/*.png      "*", "?" and "[a-z]" stay within one segment
    **/loss.png        "**" stands for any number of folders, none included
    figures/           everything below the folder

Capitals matter. A pattern never backtracks, so that a hostile one costs no time.
"""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ANY: Final = None
_Segment = re.Pattern[str] | None


def chooser(include: Iterable[str], exclude: Iterable[str]) -> Callable[[str], bool]:
    """Return what says of a path whether it is asked for.

    Args:
        include: patterns of which one must match; none for every file.
        exclude: patterns of which none may match.

    Raises:
        InvalidRequest: for an empty pattern, or one that can match no path.
    """
    wanted = [_compiled(pattern) for pattern in include]
    unwanted = [_compiled(pattern) for pattern in exclude]

    def chosen(path: str) -> bool:
        parts = path.split("/")
        return (not wanted or any(_matches(one, parts) for one in wanted)) and not any(
            _matches(one, parts) for one in unwanted
        )

    return chosen


def _compiled(pattern: str) -> list[_Segment]:
    text = f"{pattern}**" if pattern.endswith("/") else pattern
    if "/" not in text:
        text = f"**/{text}"
    segments = text.split("/")
    if not pattern or any(part in {"", ".", ".."} for part in segments):
        msg = f"the pattern {pattern!r} can match no file"
        hint = "write *.parquet, figures/*.png or figures/"
        raise InvalidRequest(msg, address=pattern, hint=hint)
    return [
        _ANY if part == "**" else re.compile(fnmatch.translate(part))
        for part in segments
    ]


def _matches(segments: list[_Segment], parts: list[str]) -> bool:
    """Walk both at once, keeping the set of places in the pattern we may be at."""
    places = _with_skips({0}, segments)
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        places = _with_skips(_stepped(places, segments, part, last=last), segments)
    return len(segments) in places


def _stepped(
    places: set[int], segments: list[_Segment], part: str, *, last: bool
) -> set[int]:
    after: set[int] = set()
    for place in places:
        if place == len(segments):
            continue
        segment = segments[place]
        if segment is None:
            # at the pattern's end "**" takes the file too, else folders only
            if place == len(segments) - 1 or not last:
                after.add(place)
        elif segment.match(part):
            after.add(place + 1)
    return after


def _with_skips(places: set[int], segments: list[_Segment]) -> set[int]:
    reached = set(places)
    for place in sorted(places):
        here = place
        while here < len(segments) and segments[here] is None:
            here += 1
            reached.add(here)
    return reached
