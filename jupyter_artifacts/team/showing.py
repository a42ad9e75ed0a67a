"""How far long work is, for whoever waits for it.

A bar on a terminal, one line that is written anew in a notebook, a line a minute
where there is neither. What is done at once shows nothing.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.transfer.words import how_far, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.transfer.progress import Progress

    Tell = Callable[[Progress], None]
    Total = Callable[[], tuple[int, int]]
    """Counts bytes and files to come, when somebody is shown them."""

LINE_EVERY: Final = 60.0
_NOTEBOOK_EVERY: Final = 0.3
_AT_ONCE: Final = 0.5


@contextmanager
def showing_progress(
    what: str,
    *,
    total: Total | None = None,
    say: Callable[[str], None] | None = None,
    at_once: bool = False,
) -> Iterator[Tell]:
    """Give a listener that shows progress, on stderr or in the notebook.

    Args:
        what: is being done.
        total: counts what is to come, where that is not known beforehand.
        say: prints a line; on stderr by default.
        at_once: whether somebody waits for nothing else.
    """
    text = _printable(what)
    if _in_notebook():
        with _line_anew(text) as tell:
            yield _late(tell, total)
    elif sys.stderr.isatty():
        with _bar(text, at_once=at_once) as tell:
            yield tell if at_once else _late(tell, total)
    else:
        yield lines_of_progress(text, say=say, total=total)


def lines_of_progress(
    what: str,
    *,
    every: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    say: Callable[[str], None] | None = None,
    total: Total | None = None,
) -> Tell:
    """Return a listener that says how far it is on a line of its own.

    Args:
        what: is being done.
        every: seconds between lines, `LINE_EVERY` by default; nothing is said before.
        clock: seconds.
        say: prints a line; on stderr by default.
        total: counts what is to come, where that is not known beforehand.
    """
    print_line = say or _say
    complete = _completing(total)
    said = clock()

    def tell(now: Progress) -> None:
        nonlocal said
        if clock() - said < (LINE_EVERY if every is None else every):
            return
        said = clock()
        print_line(f"{what}: {how_far(complete(now))}")

    return tell


def _late(tell: Tell, total: Total | None) -> Tell:
    """Return a listener that passes nothing on in the first moment."""
    begun = time.monotonic()
    complete = _completing(total)

    def tell_late(now: Progress) -> None:
        if time.monotonic() - begun >= _AT_ONCE:
            tell(complete(now))

    return tell_late


def _completing(total: Total | None) -> Callable[[Progress], Progress]:
    known: list[tuple[int, int]] = []

    def complete(now: Progress) -> Progress:
        if total is None:
            return now
        if not known:
            known.append(total())
        bytes_, files = known[0]
        return dataclasses.replace(now, total_bytes=bytes_, total_files=files)

    return complete


@contextmanager
def _bar(what: str, *, at_once: bool) -> Iterator[Tell]:
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    drawn = bars.Progress(*columns, console=Console(stderr=True), transient=True)
    task = drawn.add_task(what, total=None)

    def tell(now: Progress) -> None:
        drawn.start()
        drawn.update(task, completed=now.done_bytes, total=now.total_bytes)

    try:
        if at_once:
            drawn.start()
        yield tell
    finally:
        drawn.stop()


@contextmanager
def _line_anew(what: str) -> Iterator[Tell]:
    from IPython.display import display

    shown: list[Any] = []
    newest: list[Progress] = []
    told = begun = time.monotonic()

    def show(text: str) -> None:
        data = {"text/plain": text}
        if shown:
            shown[0].update(data, raw=True)
        else:
            handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
            shown.append(handle)

    def tell(now: Progress) -> None:
        nonlocal told
        newest[:] = [now]
        if not shown or time.monotonic() - told >= _NOTEBOOK_EVERY:
            told = time.monotonic()
            show(f"{what}: {how_far(now)}")

    try:
        yield tell
    finally:
        if shown:
            seconds = time.monotonic() - begun
            done = newest[0].done_bytes
            rate = size(done / seconds)
            show(f"{what}: {size(done)} in {seconds:.1f} s ({rate}/s)")


def _in_notebook() -> bool:
    """Return whether what is displayed goes to a notebook; imports nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


def _printable(text: str) -> str:
    """Return a text in which nothing steers a terminal or changes its direction."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
