"""A Parquet file's schema, row groups and statistics, from its footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    TooLarge,
    Unavailable,
    Unreadable,
)
from jupyter_artifacts.formats.words import counted, first_of, shown
from jupyter_artifacts.records.peeks import Peek, PeekColumn, PeekRowGroup

if TYPE_CHECKING:
    from jupyter_artifacts.formats.source import Source

MAGIC: Final = b"PAR1"
MOST_COLUMNS: Final = 500
MOST_GROUPS: Final = 200
MOST_CHUNKS: Final = 20_000
LONGEST_FOOTER: Final = 16 << 20
_ENDING: Final = 8
_LONGEST_VALUE: Final = 100


def peek_parquet(source: Source) -> Peek:
    """Tell a table's columns, their types and statistics, and its row groups.

    Raises:
        Unreadable: when it is no Parquet file, or a damaged one.
        TooLarge: when its footer is.
        Unavailable: when pyarrow is not installed.
    """
    _check_footer(source)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        msg = "a Parquet file is read by pyarrow, which is not installed"
        raise Unavailable(msg, hint="pip install pyarrow") from error
    try:
        with source.open() as file:
            metadata = pq.read_metadata(file)
            return _peek(source, metadata)
    except ArtifactsError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        msg = f"it is no sound Parquet file: {_first_line(error)}"
        raise Unreadable(msg, address=source.name) from error


def _check_footer(source: Source) -> None:
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


def _peek(source: Source, metadata: Any) -> Peek:
    rows, groups = metadata.num_rows, metadata.num_row_groups
    width = metadata.num_columns
    left_out = [
        *first_of(width, MOST_COLUMNS, "column"),
        *first_of(groups, MOST_GROUPS, "row group"),
    ]
    chunks = range(groups)
    if min(width, MOST_COLUMNS) * groups > MOST_CHUNKS:
        chunks = range(0)
        left_out.append("statistics: there are too many row groups and columns")
    columns = [
        _column(
            metadata.schema.column(at),
            [metadata.row_group(n).column(at).statistics for n in chunks],
        )
        for at in range(min(width, MOST_COLUMNS))
    ]
    return Peek(
        kind="parquet",
        size=source.size,
        summary=(
            f"table of {counted(rows, 'row')} and {counted(width, 'column')}"
            f" in {counted(groups, 'row group')}"
        ),
        details={"created by": shown(metadata.created_by or "")},
        columns=columns,
        row_groups=[
            PeekRowGroup(rows=group.num_rows, bytes=group.total_byte_size)
            for group in map(metadata.row_group, range(min(groups, MOST_GROUPS)))
        ],
        left_out=left_out,
    )


def _column(column: Any, told: list[Any]) -> PeekColumn:
    logical = str(column.logical_type)
    lowest, highest = _bounds(told)
    nulls = [each.null_count if each and each.has_null_count else None for each in told]
    known = [count for count in nulls if count is not None]
    return PeekColumn(
        name=shown(column.path),
        type=shown(column.physical_type if logical == "None" else logical),
        minimum=lowest,
        maximum=highest,
        nulls=sum(known) if known and len(known) == len(nulls) else None,
    )


def _bounds(told: list[Any]) -> tuple[str, str]:
    """Return the least and the greatest value as text; "" where one is not told."""
    if not told or not all(each is not None and each.has_min_max for each in told):
        return "", ""
    try:
        lowest = min(each.min for each in told)
        highest = max(each.max for each in told)
    except (TypeError, ValueError, OverflowError, NotImplementedError):
        return "", ""  # Python has no such value, e.g. a date in the year 12,000
    return shown(lowest, _LONGEST_VALUE), shown(highest, _LONGEST_VALUE)


def _first_line(error: Exception) -> str:
    return shown(str(error).partition("\n")[0] or type(error).__name__)
