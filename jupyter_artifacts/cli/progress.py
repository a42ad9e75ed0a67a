"""How far a long work is: a bar on a terminal, a line a minute without one."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.words import counted, duration, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.transfer.progress import Progress

    Tell = Callable[[Progress], None]

LINE_EVERY: Final = 60.0


@contextmanager
def showing_progress(what: str, files: int) -> Iterator[Tell]:
    """Give a listener that shows progress on stderr.

    Args:
        what: is being done.
        files: how many will be moved; 0 shows nothing.
    """
    if not files:
        yield _nothing
    elif sys.stderr.isatty():
        with _bar(what) as tell:
            yield tell
    else:
        yield lines_of_progress(what)


def _nothing(now: Progress) -> None:
    del now


def lines_of_progress(
    what: str, *, every: float = LINE_EVERY, clock: Callable[[], float] = time.monotonic
) -> Tell:
    """Return a listener that says how far it is on a line of its own.

    Args:
        what: is being done.
        every: seconds between lines; nothing is said before.
        clock: seconds.
    """
    said = clock()

    def tell(now: Progress) -> None:
        nonlocal said
        if clock() - said < every:
            return
        said = clock()
        bytes_done = f"{size(now.done_bytes)} of {size(now.total_bytes)}"
        files_done = f"{now.done_files:,} of {counted(now.total_files, 'file')}"
        left = now.total_bytes - now.done_bytes
        then = f", {duration(left / now.rate)} left" if now.rate else ""
        output.note(f"{what}: {bytes_done}, {files_done}, {size(now.rate)}/s{then}")

    return tell


@contextmanager
def _bar(what: str) -> Iterator[Tell]:
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with bars.Progress(*columns, console=console, transient=True) as drawn:
        task = drawn.add_task(output.visible(what), total=None)

        def tell(now: Progress) -> None:
            drawn.update(task, completed=now.done_bytes, total=now.total_bytes)

        yield tell
