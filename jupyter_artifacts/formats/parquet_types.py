"""Types of Parquet's columns, and the values in their statistics.

https://github.com/apache/parquet-format: parquet.thrift, LogicalTypes.md
"""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jupyter_artifacts.formats.words import shown

_PHYSICAL: Final = (
    *("boolean", "int32", "int64", "int96"),
    *("float", "double", "binary", "fixed"),
)
_CODES: Final = {
    "boolean": "<?",
    "int32": "<i",
    "int64": "<q",
    "float": "<f",
    "double": "<d",
}
_TEXTS: Final = {"string", "enum", "json"}
# numbers in the union `LogicalType`, and of the older `ConvertedType`
_LOGICAL: Final = dict(
    enumerate(
        [
            *("string", "map", "list", "enum", "decimal", "date", "time"),
            *("timestamp", "interval", "int", "null", "json", "bson", "uuid"),
            *("float16", "variant", "geometry", "geography"),
        ],
        start=1,
    )
)
_CONVERTED: Final = dict(
    enumerate(
        [
            *("string", "map", "map entry", "list", "enum", "decimal", "date"),
            *("time[ms]", "time[us]", "timestamp[ms]", "timestamp[us]"),
            *("uint8", "uint16", "uint32", "uint64"),
            *("int8", "int16", "int32", "int64", "json", "bson", "interval"),
        ]
    )
)
_UNITS: Final = {1: "ms", 2: "us", 3: "ns"}
_PER_SECOND: Final = {"ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MOST_DIGITS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """The type of a column.

    Attributes:
        name: for a person, e.g. "timestamp[us, UTC]".
        physical: how its values are stored.
        logical: what they mean, in a word; "" for no more than that.
        unit: of a time.
        scale: of a decimal.
    """

    name: str
    physical: str
    logical: str = ""
    unit: str = ""
    scale: int = 0


def type_of(element: dict[int, Any]) -> ColumnType:
    """Return the type of a column by its element of the schema."""
    number = _int(element.get(1))
    known = 0 <= number < len(_PHYSICAL)
    physical = _PHYSICAL[number] if known else "unknown"
    scale, precision = _int(element.get(7)), _int(element.get(8))
    union = element.get(10)
    if isinstance(union, dict) and union:
        chosen, said = next(iter(union.items()))
        said = said if isinstance(said, dict) else {}
        name = _LOGICAL.get(chosen, "unknown")
        if name == "int":
            name = f"{'' if said.get(2) is True else 'u'}int{_int(said.get(1))}"
        unit = said.get(2)
        unit = (
            _UNITS.get(next(iter(unit)), "") if isinstance(unit, dict) and unit else ""
        )
        if name == "decimal":
            scale, precision = _int(said.get(1)), _int(said.get(2))
        utc = ", UTC" if said.get(1) is True and unit else ""
        spelled = f"{name}[{unit}{utc}]" if unit else name
    else:
        spelled = _CONVERTED.get(_int(element.get(6), -1), "")
        name, _, unit = spelled.removesuffix("]").partition("[")
    if name == "decimal":
        spelled = f"decimal({precision}, {scale})"
    if physical == "fixed" and not spelled:
        spelled = f"fixed[{_int(element.get(2))}]"
    return ColumnType(
        name=spelled or physical,
        physical=physical,
        logical=name,
        unit=unit,
        scale=scale,
    )


def _int(value: Any, otherwise: int = 0) -> int:
    return value if type(value) is int else otherwise


def bounds(of: ColumnType, statistics: dict[int, Any]) -> tuple[Any, Any] | None:
    """Return the least and the greatest value that statistics tell; None for none.

    They compare as the column's values do; `spelled` makes texts of them.
    """
    low, high = statistics.get(6), statistics.get(5)
    older = of.physical in _CODES and not of.logical.startswith("u")
    if low is None and high is None and older:
        low, high = statistics.get(2), statistics.get(1)
    if not isinstance(low, bytes) or not isinstance(high, bytes):
        return None
    try:
        found = _comparable(of, low), _comparable(of, high)
    except struct.error:
        return None
    ordered = found[0] is not None and found[0] <= found[1]  # which no NaN is
    return found if ordered else None


def _comparable(of: ColumnType, value: bytes) -> Any:
    if of.physical in _CODES:
        (number,) = struct.unpack(_CODES[of.physical], value)
        if of.logical.startswith("uint"):
            number %= 1 << 8 * len(value)
        return number
    if of.logical == "decimal":
        return int.from_bytes(value, "big", signed=True)
    if of.physical in {"int96", "unknown"} or of.logical in {"float16", "interval"}:
        return None  # they have no order that their bytes show
    return value


def spelled(of: ColumnType, value: Any, longest: int) -> str:
    """Return a value of `bounds` as text."""
    if of.logical == "decimal" and isinstance(value, int):
        if not 0 <= of.scale <= _MOST_DIGITS or value.bit_length() > 4 * _MOST_DIGITS:
            return ""
        return str(Decimal(value).scaleb(-of.scale))
    if isinstance(value, bytes):
        text = value.decode("utf-8", "replace")
        return shown(text if of.logical in _TEXTS else value.hex(), longest)
    try:
        if of.logical == "date":
            return str((_EPOCH + dt.timedelta(days=value)).date())
        if of.logical == "timestamp" and of.unit in _PER_SECOND:
            micros = value * 10**6 // _PER_SECOND[of.unit]
            return str(
                (_EPOCH + dt.timedelta(microseconds=micros)).replace(tzinfo=None)
            )
    except OverflowError:
        pass  # a year that Python has no date for: its number is shown
    return shown(value, longest)
