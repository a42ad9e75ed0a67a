"""What a file holds, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.words import size, when

if TYPE_CHECKING:
    from jupyter_artifacts.records.peeks import Peek


def show_peek(found: Peek, *, as_json: bool) -> None:
    """Print what a file holds; what is not shown is said beside it."""
    if as_json:
        output.as_json(found)
        return
    output.line(f"{found.address}: {found.summary} ({size(found.size)})")
    for key, value in found.details.items():
        output.line(f"{key}: {value}")
    _show_tables(found)
    if found.imports:
        output.line("loading it would import:")
    for name in found.imports:
        output.line(f"  {name}")
    _show_lines(found)
    for said in found.left_out:
        output.note(f"not shown: {said}")


def _show_tables(found: Peek) -> None:
    if found.columns:
        output.table(
            ("COLUMN", "TYPE", "MINIMUM", "MAXIMUM", "NULLS"),
            [
                (
                    column.name,
                    column.type,
                    column.minimum,
                    column.maximum,
                    "" if column.nulls is None else f"{column.nulls:,}",
                )
                for column in found.columns
            ],
            right=("NULLS",),
        )
    if found.row_groups:
        output.table(
            ("ROW GROUP", "ROWS", "SIZE"),
            [
                (str(number), f"{group.rows:,}", size(group.bytes))
                for number, group in enumerate(found.row_groups)
            ],
            right=("ROW GROUP", "ROWS", "SIZE"),
        )
    if found.tensors:
        output.table(
            ("ARRAY", "DTYPE", "SHAPE", "SIZE", "NOTE"),
            [
                (
                    tensor.name,
                    tensor.dtype,
                    " x ".join(map(str, tensor.shape)),
                    size(tensor.bytes),
                    tensor.warning,
                )
                for tensor in found.tensors
            ],
            right=("SIZE",),
        )
    if found.entries:
        output.table(
            ("ENTRY", "KIND", "SIZE", "MODIFIED", "WARNING"),
            [
                (
                    f"{entry.name} → {entry.link}" if entry.link else entry.name,
                    entry.kind,
                    size(entry.size),
                    when(entry.modified),
                    entry.warning,
                )
                for entry in found.entries
            ],
            right=("SIZE",),
        )


def _show_lines(found: Peek) -> None:
    between = ["…"] if found.tail else []
    lines = [*found.head, *between, *found.tail]
    output.log(f"{line}\n".encode() for line in lines)
