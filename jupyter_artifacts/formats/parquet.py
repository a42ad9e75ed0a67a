"""A Parquet file's schema, row groups and statistics, from its footer.

The footer is read here and not by pyarrow: one damaged byte in its statistics can make
pyarrow end the whole process, and with it the server that everyone works on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.parquet_types import (
    ColumnType,
    bounds,
    spelled,
    type_of,
)
from jupyter_artifacts.formats.source import BudgetSpent
from jupyter_artifacts.formats.thrift import BINARY, I64, LIST, STRUCT, Reader
from jupyter_artifacts.formats.words import counted, first_of, shown
from jupyter_artifacts.records.peeks import Peek, PeekColumn, PeekRowGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.formats.source import Source

MAGIC: Final = b"PAR1"
MOST_COLUMNS: Final = 500
MOST_GROUPS: Final = 200
MOST_STATISTICS: Final = 200_000
LONGEST_FOOTER: Final = 16 << 20
_ENDING: Final = 8
_LONGEST_VALUE: Final = 100
_SCHEMA, _ROWS, _GROUPS, _BY = 2, 3, 4, 6


@dataclass(slots=True)
class _Footer:
    rows: int = 0
    schema: list[Any] = field(default_factory=list)
    groups: list[dict[int, Any]] = field(default_factory=list)
    by: bytes = b""
    left_out: list[str] = field(default_factory=list)


def peek_parquet(source: Source) -> Peek:
    """Tell a table's columns, their types and statistics, and its row groups.

    Raises:
        Unreadable: when it is no Parquet file, or a damaged one.
        TooLarge: when its footer is.
    """
    footer = _read(source, Reader(_footer(source)))
    leaves = _leaves(source, footer.schema)
    groups = len(footer.groups)
    told = footer.groups
    more = "at least " if footer.left_out else ""
    if min(len(leaves), MOST_COLUMNS) * groups > MOST_STATISTICS:
        footer.left_out.append("statistics, of which there are too many")
    if footer.left_out:
        told = []  # the least and the greatest of some groups are not the column's
    columns = [
        _column(path, of, [_statistics(group, at) for group in told])
        for at, (path, of) in enumerate(leaves[:MOST_COLUMNS])
    ]
    return Peek(
        kind="parquet",
        size=source.size,
        summary=(
            f"table of {counted(footer.rows, 'row')} and"
            f" {counted(len(leaves), 'column')} in {more}{counted(groups, 'row group')}"
        ),
        details={"created by": shown(footer.by.decode("utf-8", "replace"))},
        columns=columns,
        row_groups=[
            PeekRowGroup(rows=_count(group, 3), bytes=_count(group, 2))
            for group in footer.groups[:MOST_GROUPS]
        ],
        left_out=[
            *footer.left_out,
            *first_of(len(leaves), MOST_COLUMNS, "column"),
            *first_of(groups, MOST_GROUPS, "row group"),
        ],
    )


def _footer(source: Source) -> bytes:
    if source.size < _ENDING + len(MAGIC):
        raise Unreadable("it is no Parquet file: it is too short", address=source.name)
    ending = source.at(source.size - _ENDING, _ENDING)
    length = int.from_bytes(ending[:4], "little")
    if ending[4:] == b"PARE":
        raise Unreadable("its footer is encrypted", address=source.name)
    if ending[4:] != MAGIC or length > source.size - _ENDING:
        msg = "it is no Parquet file: its footer is missing"
        raise Unreadable(msg, address=source.name)
    if length > LONGEST_FOOTER:
        msg = f"its footer has {length:,} bytes; {LONGEST_FOOTER:,} are looked into"
        raise TooLarge(msg, address=source.name, hint="download it")
    return source.at(source.size - _ENDING - length, length)


def _read(source: Source, reader: Reader) -> _Footer:
    footer = _Footer()
    try:
        for number, kind in reader.fields():
            if (number, kind) == (_GROUPS, LIST):
                for of in reader.elements():
                    # what is no struct is of a damaged file, and tells nothing
                    group = reader.value(of)
                    footer.groups.append(group if of == STRUCT else {})
            else:
                _note(footer, (number, kind), reader.value(kind))
    except BudgetSpent as error:
        if not footer.schema:
            raise
        footer.left_out.append(f"row groups that follow: {error.message}")
    except Unreadable as error:
        raise Unreadable(error.message, address=source.name) from error
    return footer


def _note(footer: _Footer, field_: tuple[int, int], value: Any) -> None:
    if field_ == (_SCHEMA, LIST):
        footer.schema = value
    elif field_ == (_ROWS, I64):
        footer.rows = value
    elif field_ == (_BY, BINARY):
        footer.by = value


def _leaves(source: Source, schema: list[Any]) -> list[tuple[str, ColumnType]]:
    """Return path and type of each column: the schema is a tree, parents first."""
    damaged = Unreadable("its footer has no sound schema", address=source.name)
    if not schema or not all(isinstance(element, dict) for element in schema):
        raise damaged
    found: list[tuple[str, ColumnType]] = []
    above: list[tuple[str, int]] = [("", _count(schema[0], 5))]
    for element in schema[1:]:
        while above and not above[-1][1]:
            above.pop()
        if not above:
            raise damaged
        prefix, left = above.pop()
        above.append((prefix, left - 1))
        name = element.get(4)
        path = prefix + shown(name.decode("utf-8", "replace") if name else "")
        children = _count(element, 5)
        if children:
            above.append((shown(f"{path}."), children))
        else:
            found.append((path, type_of(element)))
    return found


def _count(element: dict[int, Any], number: int) -> int:
    value = element.get(number)
    return value if type(value) is int and value > 0 else 0


def _statistics(group: dict[int, Any], at: int) -> dict[int, Any]:
    """Return what a row group tells of its column; {} when it tells nothing."""
    found: Any = group.get(1)
    steps: Iterable[int] = (at, 3, 12)
    for step in steps:
        inside = isinstance(found, list) and 0 <= step < len(found)
        if isinstance(found, dict):
            found = found.get(step)
        else:
            found = found[step] if inside else None
    return found if isinstance(found, dict) else {}


def _column(path: str, of: ColumnType, told: list[dict[int, Any]]) -> PeekColumn:
    ranges = [bounds(of, statistics) for statistics in told]
    known = [each for each in ranges if each is not None]
    whole = bool(known) and len(known) == len(ranges)
    nulls = [each.get(3) for each in told]
    counts = [count for count in nulls if type(count) is int and count >= 0]
    low = min(each[0] for each in known) if whole else None
    high = max(each[1] for each in known) if whole else None
    return PeekColumn(
        name=path,
        type=of.name,
        minimum=spelled(of, low, _LONGEST_VALUE) if whole else "",
        maximum=spelled(of, high, _LONGEST_VALUE) if whole else "",
        nulls=sum(counts) if counts and len(counts) == len(nulls) else None,
    )
