"""What is asked, checked before anything is done with it: values, then the ask."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DEPTH: Final = 50
MAX_DOCUMENT: Final = 100_000
_DOCUMENTS: Final = frozenset({"params", "metadata"})
# what JSON readers take for a whole number; a seed may have all 64 bits
_LEAST: Final = -(2**63)
_GREATEST: Final = 2**64 - 1
_SHOWN: Final = 60
_LENGTH: Final = re.compile(
    r"Expected `(array|str)` of length <= (\d+) - at `\$\.(\w+)"
)
_CHOICE: Final = re.compile(r"Invalid enum value (.*) - at `")
_PLACE: Final = re.compile(r" - at `\$\.(\w+)`$")


def check_values(values: dict[str, Any]) -> None:
    """Raise `InvalidRequest` when a value is one that cannot be kept or given back."""
    for name, value in values.items():
        _check_value(name, value)
        if name in _DOCUMENTS:
            _check_size(name, value)


def _check_value(name: str, value: object) -> None:
    # a loop: a value may be nested deeper than calls can be
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            msg = f"{name} is nested more than {MAX_DEPTH} levels deep"
            raise InvalidRequest(msg, hint="keep what is so deep in a file")
        if isinstance(item, dict):
            waiting += _below((*item.keys(), *item.values()), depth)
        elif isinstance(item, list | tuple):
            waiting += _below(item, depth)
        elif isinstance(item, str):
            _check_text(name, item)
        else:
            _check_number(name, item)


def _below(items: Iterable[object], depth: int) -> list[tuple[object, int]]:
    return [(item, depth + 1) for item in items]


def _check_text(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        shown = ascii(text[max(0, error.start - _SHOWN) : error.start + 1])
        msg = f"{name} holds {shown}, half of a character: no text can hold it"
        raise InvalidRequest(msg, hint="write the whole character, or its name") from (
            error
        )


def _check_number(name: str, item: object) -> None:
    if isinstance(item, int) and not _LEAST <= item <= _GREATEST:
        msg = f"{name} holds a whole number of more than 64 bits"
        raise InvalidRequest(msg, hint="write it as a text")
    if isinstance(item, float) and not math.isfinite(item):
        msg = f"{name} holds NaN or an infinity, which JSON cannot say"
        raise InvalidRequest(msg, hint='write {"$number": "NaN"} instead')


def _check_size(name: str, value: object) -> None:
    try:
        size = len(msgspec.json.encode(value))
    except (TypeError, ValueError) as error:
        msg = f"{_culprit(name, value)} cannot be kept as JSON ({error})"
        hint = "use texts, numbers, booleans, lists and dicts with text keys"
        raise InvalidRequest(msg, hint=hint) from error
    if size > MAX_DOCUMENT:
        msg = f"{name} is {size:,} bytes of JSON, more than {MAX_DOCUMENT:,}"
        raise InvalidRequest(msg, hint="keep what is so large in a file")


def _culprit(name: str, value: object) -> str:
    """Return what of a document is no JSON: the first value, by its key."""
    for key, item in value.items() if isinstance(value, dict) else ():
        try:
            msgspec.json.encode({key: item})
        except (TypeError, ValueError):
            return f"{name} {key!r}"
    return name


def check_numbers(name: str, ask: msgspec.Struct) -> None:
    """Raise `InvalidRequest` when a text of the ask became NaN or an infinity."""
    for field in msgspec.structs.fields(ask):
        value = getattr(ask, field.name)
        if isinstance(value, float) and not math.isfinite(value):
            msg = f"{name}: {field.name} is no finite number"
            raise InvalidRequest(msg, hint="leave it out, or write a number")


def refusal(
    name: str, kind: type[msgspec.Struct], error: msgspec.ValidationError
) -> InvalidRequest:
    """Return what is wrong, in words; of what is out of its range, the range.

    Args:
        name: the operation's.
        kind: of its ask.
        error: what msgspec says.
    """
    text = str(error)
    if many := _LENGTH.match(text):
        kind_of = "items" if many[1] == "array" else "characters"
        msg = f"{name}: {many[3]} takes at most {many[2]} {kind_of}"
        return InvalidRequest(msg, hint="leave some out")
    place = _PLACE.search(text)
    found = place and {each.name: each for each in msgspec.structs.fields(kind)}.get(
        place[1]
    )
    if found and (wrong := _CHOICE.match(text)):
        choices = _choices(msgspec.inspect.type_info(found.type))
        msg = f"{name}: {found.name} has to be {choices}, not {wrong[1]}"
        return InvalidRequest(msg)
    span = found and _span(msgspec.inspect.type_info(found.type))
    if found and span and re.match(r"Expected `(int|float)` [<>]", text):
        hint = "ask for the next page with its cursor" if found.name == "limit" else ""
        return InvalidRequest(f"{name}: {found.name} has to be {span}", hint=hint)
    return InvalidRequest(f"{name}: {text[:1].lower()}{text[1:]}")


def _choices(kind: msgspec.inspect.Type) -> str:
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(filter(None, map(_choices, kind.types)), "")
    if isinstance(kind, msgspec.inspect.EnumType):
        return one_of(kind.cls)
    if isinstance(kind, msgspec.inspect.LiteralType):
        return one_of(kind.values)
    return ""


def one_of(values: Iterable[object]) -> str:
    """Return values as a choice between them: "a, b or c"."""
    *others, last = map(str, values)
    return f"{', '.join(others)} or {last}" if others else last


def _span(kind: msgspec.inspect.Type) -> str:
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(filter(None, map(_span, kind.types)), "")
    if not isinstance(kind, msgspec.inspect.IntType | msgspec.inspect.FloatType):
        return ""
    if kind.ge is not None and kind.le is not None:
        return f"{kind.ge:.15g} to {kind.le:.15g}"
    return "" if kind.gt is None else f"more than {kind.gt:.15g}"
