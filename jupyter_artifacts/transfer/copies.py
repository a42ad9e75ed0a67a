"""Files of this machine: copied, hashed on their way, on from where a kill was."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from jupyter_artifacts.errors import ChangedAtSource, NoSpace
from jupyter_artifacts.storage.copying import CHUNK, copy_checked
from jupyter_artifacts.transfer.checks import Check, Checked, checked
from jupyter_artifacts.transfer.partial import RANGE
from jupyter_artifacts.transfer.units import SMALL

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.partial import Partial
    from jupyter_artifacts.transfer.progress import Meter
    from jupyter_artifacts.transfer.reach import Reach
    from jupyter_artifacts.transfer.writing import Writer


class Done(Protocol):
    """Told of each file that has its name."""

    def __call__(self, file: PlannedFile, found: Checked, *, ours: bool) -> None:
        """Note it; see `Results.note`."""


class Copier:
    """Moves files whose bytes a file system of this machine has.

    Args:
        writer: gives files their names.
        reach: opens the bytes.
        meter: counts them.
        done: told of each file.
        sha256: whether SHA-256 is computed, too.
    """

    def __init__(
        self, writer: Writer, reach: Reach, meter: Meter, done: Done, *, sha256: bool
    ) -> None:
        self._writer = writer
        self._reach = reach
        self._meter = meter
        self._done = done
        self._sha256 = sha256

    def near(self, files: list[PlannedFile]) -> None:
        """Move a large file, or small ones."""
        if len(files) == 1 and files[0].size > SMALL:
            self._large(files[0])
            return
        with self._writer.small():
            for file in files:
                self._meter.check()
                content = self._reach.whole(file)
                found = checked(file, content, sha256=self._sha256)
                self._meter.moved(file.size)
                ours = self._writer.write(file, content, found.digest)
                self._done(file, found, ours=ours)

    def copy(self, file: PlannedFile, source: int) -> None:
        """Move a file from where it is open; `source` is closed in the end."""
        try:
            if file.size > RANGE:
                found, ours = self._in_ranges(file, source)
            else:
                found, ours = self._at_once(file, source)
        finally:
            os.close(source)
        self._done(file, found, ours=ours)

    def _large(self, file: PlannedFile) -> None:
        source = self._reach.open_here(file)
        if source is None:
            self._reach.whole(file)  # says that it is gone
            return
        self.copy(file, source)

    def _at_once(self, file: PlannedFile, source: int) -> tuple[Checked, bool]:
        check = Check(file, sha256=self._sha256)
        with (
            self._writer.saying(file),
            self._writer.passing() as (passing, opened),
            self._writer.place_of(file) as (name, folder),
        ):
            copy_checked(source, opened, check.update, self._meter.moved, file.size)
            found = check.outcome()
            self._writer.dress(file, opened)
            return found, self._writer.name(file, passing, name, folder, found.digest)

    def _in_ranges(self, file: PlannedFile, source: int) -> tuple[Checked, bool]:
        with closing(self._writer.partial(file)) as partial:
            try:
                with self._writer.saying(file):
                    found = _copy_on(
                        file, source, partial, self._meter, sha256=self._sha256
                    )
            except NoSpace:
                partial.drop()  # it is here all the same, and the disk is full
                raise
            return found, self._writer.finish(file, partial, found.digest)


def _copy_on(
    file: PlannedFile, source: int, partial: Partial, meter: Meter, *, sha256: bool
) -> Checked:
    """Copy a file on from where an earlier process came to; return what was checked.

    Args:
        file: what it is to be.
        source: its bytes, open for reading.
        partial: where they go.
        meter: told of them.
        sha256: whether SHA-256 is computed, too.

    Raises:
        ChangedAtSource: when the bytes are not those that were recorded; then what is
            there is removed.
    """
    came = (partial.come + b"\0").index(0)
    try:
        return _copied(file, source, partial, meter, Check(file, sha256=sha256), came)
    except ChangedAtSource:
        if not came:
            partial.drop()
            raise
    # what an earlier process left may be wrong
    meter.came_before(-file.size)
    partial.restart()
    try:
        return _copied(file, source, partial, meter, Check(file, sha256=sha256), 0)
    except ChangedAtSource:
        partial.drop()
        raise


def _copied(
    file: PlannedFile,
    source: int,
    partial: Partial,
    meter: Meter,
    check: Check,
    came: int,
) -> Checked:
    start = at = min(came * RANGE, file.size)
    _show(partial.opened, start, check)
    meter.came_before(start)
    partial.cut(came)
    os.ftruncate(partial.opened, start)
    os.lseek(source, start, os.SEEK_SET)
    os.lseek(partial.opened, start, os.SEEK_SET)

    def passed(count: int) -> None:
        nonlocal at
        for number in range(at // RANGE, (at + count) // RANGE):
            partial.note(number)
        at += count
        meter.moved(count)

    copy_checked(source, partial.opened, check.update, passed, file.size - start)
    return check.outcome()


def _show(opened: int, end: int, check: Check) -> None:
    """Show the first bytes of an open file to a check."""
    at, buffer = 0, memoryview(bytearray(min(CHUNK, end + 1)))
    while got := os.preadv(opened, [buffer[: end - at]], at):
        check.update(buffer[:got])
        at += got
