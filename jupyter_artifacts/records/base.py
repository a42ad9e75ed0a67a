"""What all records have in common, and how numbers that JSON lacks travel."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

NonFinite = Literal["NaN", "Infinity", "-Infinity"]
"""A float that JSON has no literal for, by its ECMAScript name."""

Number = float | NonFinite
"""A metric's value on the wire."""

JsonObject = dict[str, Any]

_SPELLED: Final = re.compile(r"\$+number")
_NAMES: Final = ("NaN", "Infinity", "-Infinity")


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Immutable, keyword-only, JSON by `msgspec.json`."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython's
        """Show it in IPython as `print` does; what has no text of its own, as repr."""
        printer.text("…" if cycle else str(self))


T = TypeVar("T")


class Page(Record, Generic[T], frozen=True, kw_only=True):
    """One page of a listing, and where the next begins.

    Attributes:
        items: what is on this page.
        cursor: give it back to get the next page; None on the last.
        total: how many there are, counted up to `total_cap`.
        total_capped: whether there are more than `total` ("10,000+").
    """

    items: list[T]
    cursor: str | None = None
    total: int = 0
    total_capped: bool = False


class Ok(Record, frozen=True, kw_only=True):
    """It was done; `message` says what, for a person.

    Attributes:
        message: one sentence.
        address: what it was done to.
    """

    message: str
    address: str = ""


class Problem(Record, frozen=True, kw_only=True):
    """An error as it travels over REST.

    Attributes:
        code: stable, for programs, e.g. "not-found".
        message: what failed and why, for a person.
        address: on which address; for a query, the query.
        hint: what to do next.
        column: for a query, the 0-based character at which it goes wrong.
        length: for a query, how many characters are wrong.
        reason: Jupyter's own error shape wants one; it equals `code`.
    """

    code: str
    message: str
    address: str = ""
    hint: str = ""
    column: int | None = None
    length: int | None = None
    reason: str = ""


def number_to_wire(value: float) -> Number:
    """Return `value`, or its name when it is NaN or an infinity."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def number_from_wire(value: Number) -> float:
    """Return the float that `number_to_wire` was given."""
    return float(value)


def value_to_wire(value: object) -> Any:
    """Return a JSON value; a non-finite float inside becomes {"$number": "NaN"}.

    What only looks so gets one more dollar in front, and loses it on its way back. A
    scalar of NumPy, PyTorch or JAX becomes the number that it is.
    """
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": number_to_wire(value)}
    if isinstance(value, dict):
        more = "$" if len(value) == 1 and _SPELLED.fullmatch(str(*value)) else ""
        return {f"{more}{key}": value_to_wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [value_to_wire(item) for item in value]
    return value


def value_from_wire(value: object) -> Any:
    """Undo `value_to_wire`."""
    if isinstance(value, dict):
        if value.get("$number") in _NAMES and len(value) == 1:
            return float(value["$number"])
        less = 1 if len(value) == 1 and _SPELLED.fullmatch(*value) else 0
        return {key[less:]: value_from_wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [value_from_wire(item) for item in value]
    return value


def several(given: str | Iterable[str]) -> list[str]:
    """Return texts as a list; one alone is an item, not its characters."""
    return [given] if isinstance(given, str) else list(given)
