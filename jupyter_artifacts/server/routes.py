"""Which operation a request is for, told from the raw path.

The path is cut at "/" as it came over the wire and decoded segment by segment, so
that "%2F" in a name never turns into another place, and every name round-trips.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.operations.table import Operation

TOP: Final = "jupyter-artifacts"
PREFIX: Final = f"{TOP}/api/v1/"
_SEGMENT: Final = re.compile(r"(?P<literal>[^{}]*)(?:{(?P<name>\w+)(?P<rest>\*?)})?")
_NUMBERED: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True)
class Found:
    """The operation, and what the path says to it."""

    operation: Operation
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """There is something at this path, but not by this method."""

    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A segment that no name could be."""

    error: InvalidPath


@dataclass(frozen=True, slots=True)
class Nothing:
    """No operation has such a path."""


Resolved = Found | WrongMethod | Malformed | Nothing


@dataclass(frozen=True, slots=True)
class _Segment:
    literal: str
    name: str
    rest: bool

    @property
    def looseness(self) -> int:
        """0 for a literal, up to 3 for the rest of a path."""
        if not self.name:
            return 0
        return 3 if self.rest else 1 if self.literal else 2

    def take(self, text: str) -> str | None:
        """Return what `text` says here; None when it does not fit."""
        if not self.name:
            return "" if text == self.literal else None
        if not text or not text.startswith(self.literal):
            return None
        said = text[len(self.literal) :]
        if self.literal and not _NUMBERED.fullmatch(said):
            return None
        return said


@dataclass(frozen=True, slots=True)
class _Route:
    operation: Operation
    segments: tuple[_Segment, ...]

    def values(self, parts: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
        """Return the path's values; None when the path is another one's."""
        whole = not self.segments[-1].rest
        if len(parts) < len(self.segments) or (
            whole and len(parts) > len(self.segments)
        ):
            return None
        values = []
        for at, segment in enumerate(self.segments):
            text = "/".join(parts[at:]) if segment.rest else parts[at]
            said = segment.take(text)
            if said is None:
                return None
            if segment.name:
                values.append((segment.name, said))
        return tuple(values)


class Routes:
    """The table's operations, found by method and raw path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        routes = [
            _Route(declared, tuple(map(_segment, declared.path.split("/"))))
            for declared in operations
        ]
        self._routes = sorted(
            routes, key=lambda route: [each.looseness for each in route.segments]
        )
        self.resolve = functools.lru_cache(_REMEMBERED)(self._resolve)

    def _resolve(self, method: str, raw: str) -> Resolved:
        """Return what stands at `raw`, the path below `PREFIX` as it came."""
        try:
            parts = tuple(decode_segment(segment) for segment in raw.split("/"))
        except InvalidPath as error:
            return Malformed(error)
        wanted = "GET" if method == "HEAD" else method
        allowed = set()
        for route in self._routes:
            values = route.values(parts)
            if values is None:
                continue
            if route.operation.method != wanted:
                allowed.add(route.operation.method)
                continue
            return self._found(route, values)
        if "GET" in allowed:
            allowed.add("HEAD")
        return WrongMethod(tuple(sorted(allowed))) if allowed else Nothing()

    @staticmethod
    def _found(route: _Route, values: tuple[tuple[str, str], ...]) -> Resolved:
        if route.segments[-1].rest:
            try:
                AssetPath(values[-1][1])
            except InvalidPath as error:
                return Malformed(error)
        return Found(route.operation, values)


def decode_segment(raw: str) -> str:
    """Return the name that one segment of a raw path carries.

    Raises:
        InvalidPath: when it is not UTF-8, or holds what would make it several
            segments somewhere else.
    """
    try:
        text = unquote_to_bytes(raw.encode("latin-1")).decode()
    except UnicodeError as error:
        msg = f"{raw!r} is no part of a path: it is not UTF-8"
        raise InvalidPath(msg, address=raw) from error
    for character, called in (("/", "slash"), ("\\", "backslash"), ("\0", "NUL")):
        if character in text:
            msg = f"{raw!r} is no part of a path: it holds a {called}"
            raise InvalidPath(msg, address=raw)
    return text


def _segment(template: str) -> _Segment:
    matched = _SEGMENT.fullmatch(template)
    if not matched:
        msg = f"{template!r} is no segment of a route"
        raise ValueError(msg)
    return _Segment(
        matched["literal"], matched["name"] or "", rest=bool(matched["rest"])
    )
