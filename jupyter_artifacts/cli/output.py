"""The one place that prints.

What a program may read goes to stdout: tables, JSON, bytes. What is said to a person
goes to stderr. Text of other people cannot steer the terminal: its control characters
are shown, not sent.
"""

from __future__ import annotations

import codecs
import os
import re
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jupyter_artifacts.errors import ArtifactsError

# C0, DEL and C1; and what reorders or hides text (https://trojansource.codes)
_CONTROLS: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,40}m")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_UNFINISHED: Final = re.compile(r"(\r|\x1b\[?[0-9;]{0,40})\Z")


def on_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def asks_on_terminal() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def visible(text: str) -> str:
    """Return `text` with a visible character for each that steers a terminal."""
    return _CONTROLS.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:  # noqa: PLR2004 - Unicode has a picture of each: ␀, ␁, …
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"  # noqa: PLR2004 - DEL


def visible_log(text: str) -> str:
    """Return a piece of a log as a terminal may have it: lines, tabs and colours.

    A lone carriage return begins a new line: a progress bar writes many, and a
    hostile log could hide what it wrote before.
    """
    lines = _LINE_END.split(text)
    return "\n".join(_visible_log_line(line) for line in lines)


def _visible_log_line(line: str) -> str:
    colours = _COLOUR.findall(line)
    between = _COLOUR.split(line)
    shown = ["\t".join(map(visible, part.split("\t"))) for part in between]
    if not colours:
        return shown[0]
    pairs = zip(shown, [*colours, "\x1b[0m"], strict=True)
    return "".join(part + colour for part, colour in pairs)


def line(text: str = "") -> None:
    """Print a line of the result."""
    print(visible(text))


def cut_line(text: str) -> None:
    """Print a line of the result; a terminal gets it as far as it is wide."""
    if not on_terminal():
        line(text)
        return
    from rich.cells import cell_len, set_cell_size

    shown, width = visible(text), shutil.get_terminal_size().columns
    if cell_len(shown) > width:
        shown = set_cell_size(shown, width - 1) + "…"
    print(shown)


def note(text: str) -> None:
    """Say something to the person, beside the result and after what it has so far."""
    sys.stdout.flush()
    print(visible(text), file=sys.stderr)


def interrupted() -> None:
    """Say that Ctrl-C ended it; nobody may read stdout any more."""
    print("interrupted", file=sys.stderr)


def problem(error: ArtifactsError) -> None:
    """Print an error: one line; a query's with the place marked below it."""
    error.message = visible(error.message)
    error.address = visible(error.address)
    error.hint = visible(error.hint)
    text = str(error)
    print(f"error: {text}", file=sys.stderr)


def bug(error: BaseException) -> None:
    """Print one line for an exception that nobody meant to happen."""
    what = visible(f"{type(error).__name__}: {error}".strip())[:300]
    print(
        f"error: this is a bug in jupyter_artifacts: {what} "
        "(set JUPYTER_ARTIFACTS_DEBUG=1 to see where, and please report it)",
        file=sys.stderr,
    )


def as_json(value: Any) -> None:
    """Print records as one JSON document; their fields are its keys."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    chunk(text + b"\n")


def chunk(content: bytes) -> None:
    """Write bytes to stdout, exactly."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def text_chunk(text: str) -> None:
    """Write text to stdout, exactly, and at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def log(pieces: Iterable[bytes]) -> None:
    """Write pieces of a log: exactly, or such that no terminal is steered by it."""
    if not on_terminal():
        for piece in pieces:
            chunk(piece)
        return
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for piece in pieces:
        text = rest + decoder.decode(piece)
        found = _UNFINISHED.search(text)
        rest = found.group() if found else ""
        text_chunk(visible_log(text[: len(text) - len(rest)]))
    text_chunk(visible_log(rest + decoder.decode(b"", final=True)))


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Iterable[str] = (),
) -> None:
    """Print a table: drawn on a terminal, plain aligned columns otherwise.

    Args:
        columns: their heads.
        rows: their cells.
        right: heads of the columns that are aligned at the right (numbers).
    """
    cells = [[visible(cell) for cell in row] for row in rows]
    if on_terminal():
        _drawn(columns, cells, set(right))
    else:
        _plain(columns, cells, set(right))


def _drawn(
    columns: Sequence[str], rows: Iterable[Sequence[str]], right: set[str]
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in columns:
        # folded, never cut: an address that ends in "…" is of no use
        justify = "right" if head in right else "left"
        drawn.add_column(head, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        drawn.add_row(*map(Text, row))
    Console(highlight=False).print(drawn)


def _plain(columns: Sequence[str], rows: list[list[str]], right: set[str]) -> None:
    every = [list(columns), *rows]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    for row in every:
        cells = [
            cell.rjust(width) if head in right else cell.ljust(width)
            for head, cell, width in zip(columns, row, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())


def prepare() -> None:
    """Let both streams take any character: what cannot be encoded is escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def finish() -> None:
    """Write out what is still buffered; a reader that went away is noticed here."""
    sys.stdout.flush()
    sys.stderr.flush()


def give_up_stdout() -> None:
    """Let Python end in peace although nobody reads stdout any more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
