"""Records as a person reads them, where Python prints one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jupyter_artifacts.records.artifacts import ArtifactDiff
    from jupyter_artifacts.records.peeks import Peek
    from jupyter_artifacts.records.transfers import Receipt

_LINES: Final = 20
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


def receipt_text(receipt: Receipt) -> str:
    """Return what a download did, and where its receipt is."""
    lines = [
        f"{receipt.address} → {receipt.to}",
        f"  outcome  {_counts(receipt.outcomes)}",
        f"  checked  {_counts(receipt.checks)}",
        f"  receipt  {receipt.path}",
    ]
    return _safe(lines)


def diff_text(diff: ArtifactDiff) -> str:
    """Return what differs, a line for each of the first files, and a summary."""
    lines = [f"{_MARKS[line.change]} {line.path}" for line in diff.lines[:_LINES]]
    if more := len(diff.lines) - len(lines) + diff.left_out:
        lines.append(f"… and {more:,} more")
    counts = {
        "added": diff.added,
        "removed": diff.removed,
        "changed": diff.changed,
        "the same": diff.same,
    }
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    lines.append(f"{diff.before} → {diff.after}: {said}")
    return _safe(lines)


def peek_text(peek: Peek) -> str:
    """Return what a file holds: a sentence, then columns, arrays, entries or lines."""
    lines = list(islice(_held(peek), _LINES))
    more = sum(1 for _ in _held(peek)) - len(lines)
    where = f"{peek.address}: " if peek.address else ""
    left_out = [f"… and {more:,} more"] if more else []
    left_out += [f"not shown: {each}" for each in peek.left_out]
    return _safe([f"{where}{peek.summary}", *lines, *left_out])


def _held(peek: Peek) -> Iterator[str]:
    for name, said in peek.details.items():
        yield f"  {name}: {said}"
    for column in peek.columns:
        span = f"  {column.minimum} … {column.maximum}" if column.minimum else ""
        yield f"  {column.name}  {column.type}{span}"
    for tensor in peek.tensors:
        shape = " x ".join(map(str, tensor.shape)) or "a number"
        yield f"  {tensor.name}  {tensor.dtype}  {shape}"
    for entry in peek.entries:
        yield f"  {entry.name}  {entry.size:,} B"
    for name in peek.imports:
        yield f"  would import {name}"
    for line in (*peek.head, *peek.tail):
        yield f"  {line}"


def _counts(counts: Mapping[str, int]) -> str:
    most_first = sorted(counts.items(), key=lambda each: -each[1])
    return ", ".join(f"{count:,} {what}" for what, count in most_first)


def _safe(lines: Iterable[str]) -> str:
    """Return lines in which nothing steers a terminal; names and texts are hostile."""
    return "\n".join(
        "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line)
        for line in lines
    )
