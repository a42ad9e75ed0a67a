"""The first and the last lines of a text."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.formats.words import counted
from jupyter_artifacts.records.peeks import Peek

if TYPE_CHECKING:
    from jupyter_artifacts.formats.source import Source

MOST_LINES: Final = 20
LONGEST_LINE: Final = 500
PIECE: Final = 1 << 16
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def is_text(start: bytes) -> bool:
    """Whether bytes at the beginning of a file are UTF-8 without control characters."""
    if _NO_TEXT.search(start):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def peek_lines(source: Source) -> Peek:
    """Show the first lines of a text and its last, without reading between them."""
    start = source.at(0, min(source.size, PIECE))
    whole = len(start) == source.size
    lines = _lines(start)
    head = lines[:MOST_LINES]
    if whole:
        tail = lines[MOST_LINES:][-MOST_LINES:]
        between = len(lines) - len(head) - len(tail)
        left_out = [f"{counted(between, 'line')} between them"] if between else []
        summary = f"text of {counted(len(lines), 'line')}"
    else:
        first = max(len(start), source.size - PIECE)
        # what begins in the middle of a line is not one of the last lines
        end = source.at(first, source.size - first)
        tail = _lines(end)[-MOST_LINES:]
        if len(_lines(end)) <= MOST_LINES and first > len(start):
            tail = tail[1:] or tail
        left_out = ["the lines between them, which were not read"]
        summary = "text, looked at where it begins and where it ends"
    if any(len(line) > LONGEST_LINE for line in (*head, *tail)):
        left_out.append(f"what is beyond {LONGEST_LINE} characters of a line")
    return Peek(
        kind="text",
        size=source.size,
        summary=summary,
        head=[line[:LONGEST_LINE] for line in head],
        tail=[line[:LONGEST_LINE] for line in tail],
        left_out=left_out,
    )


def _lines(content: bytes) -> list[str]:
    text = content.decode("utf-8", "replace")
    return re.split(r"\r\n|\n|\r", text.removesuffix("\n").removesuffix("\r"))
