"""Large files on their way, so that what came of them before a kill still counts.

    <to>/.jupyter_artifacts/partial/<name>         the bytes, as far as they came
    <to>/.jupyter_artifacts/partial/<name>.ranges  a byte for each range: 1 when it came

The name is made of what the bytes are to be, so nobody else's are gone on with. Who
moves a file holds it locked. A range counts as come when it was written; whether it
is right, the check of the whole file says, which reads all of it in any case.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.transfer.incoming import give_name
from jupyter_artifacts.transfer.names import OURS
from jupyter_artifacts.transfer.standing import stands

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import PlannedFile

RANGE: Final = 8 * 1024 * 1024
_NAME: Final = "partial"
_JOURNAL: Final = ".ranges"
_OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_LOOK: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_KEPT: Final = 7 * 24 * 3600.0


class Partial:
    """A file that comes in ranges.

    Args:
        to: the download's folder.
        file: what it is to be.
        incoming: the folder of a download that is moving, for a file whose name in
            `partial` another download holds.
    """

    def __init__(self, to: str, file: PlannedFile, incoming: int) -> None:
        self.ranges = max(1, -(-file.size // RANGE))
        self.come = bytearray(self.ranges)
        self._journal: int | None = None
        known = _known(file)
        self._name = _name_of(file)
        with folder_beneath(to, (OURS, _NAME), make_mode=0o777) as folder:
            self._folder = os.dup(folder)
        try:
            resumed = bool(known) and self._resume(file.size)
        except OSError:
            os.close(self._folder)
            raise
        if not resumed:
            os.close(self._folder)
            self._folder = os.dup(incoming)
            self._name = f"{self._name}-{time.monotonic_ns()}"
            self.opened = os.open(self._name, _OPEN, 0o666, dir_fd=incoming)

    def _resume(self, size: int) -> bool:
        opened = os.open(self._name, _OPEN, 0o666, dir_fd=self._folder)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        if not os.fstat(opened).st_nlink:  # it got its name a moment ago
            os.close(opened)
            return False
        name = f"{self._name}{_JOURNAL}"
        try:
            self._journal = os.open(name, _OPEN, 0o666, dir_fd=self._folder)
        except OSError:
            os.close(opened)  # else nobody here could go on with it
            raise
        self.opened = opened
        before = os.pread(self._journal, self.ranges, 0)
        there = os.fstat(opened).st_size
        for number, come in enumerate(before):
            end = min(size, (number + 1) * RANGE)
            self.come[number] = come == 1 and there >= end
        self._note_all()
        return True

    def write(self, at: int, content: memoryview) -> None:
        """Write bytes where they belong."""
        written = 0
        while written < len(content):
            written += os.pwrite(self.opened, content[written:], at + written)

    def note(self, number: int) -> None:
        """Note that a range came whole."""
        self.come[number] = 1
        if self._journal is not None:
            os.pwrite(self._journal, b"\1", number)

    def restart(self) -> None:
        """Forget every range."""
        self.cut(0)

    def cut(self, ranges: int) -> None:
        """Forget all but the first ranges."""
        self.come[ranges:] = bytes(self.ranges - ranges)
        self._note_all()

    def _note_all(self) -> None:
        """Note what came and what did not: where the file ends is a hole later."""
        if self._journal is not None:
            os.pwrite(self._journal, self.come, 0)

    def finish(self, name: str, folder: int, digest: str, *, replace: bool) -> bool:
        """Give the file its name.

        Returns:
            Whether it has it; else another download just brought the same bytes.

        Raises:
            FileExistsError: unless `replace`, when something else stands there by now.
        """
        try:
            give_name(self._name, self._folder, name, folder, replace=replace)
        except FileExistsError:
            if not stands(name, folder, digest):
                raise
            self.drop()
            return False
        self._forget_journal()
        return True

    def drop(self) -> None:
        """Remove what came: it is wrong."""
        with suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._forget_journal()

    def close(self) -> None:
        """Let go of it; what came stays for the next download."""
        os.close(self.opened)
        if self._journal is not None:
            os.close(self._journal)
        os.close(self._folder)

    def _forget_journal(self) -> None:
        if self._journal is not None:
            with suppress(FileNotFoundError):
                os.unlink(f"{self._name}{_JOURNAL}", dir_fd=self._folder)


def _known(file: PlannedFile) -> str:
    """Return what tells these bytes from others; "" when nothing does."""
    return file.digest or (file.uri and (file.version_id or file.etag))


def _name_of(file: PlannedFile) -> str:
    said = f"{_known(file)}\0{file.uri}\0{file.size}"
    return digest_of(said.encode()).rpartition(":")[2][:32]


def space_held(to: str, file: PlannedFile) -> int:
    """Return how many bytes of the disk already belong to what came of a file."""
    with suppress(OSError):
        found = os.stat(  # noqa: PTH116 - a text, as everywhere here
            f"{to}/{OURS}/{_NAME}/{_name_of(file)}", follow_symlinks=False
        )
        return min(file.size, found.st_blocks * 512)
    return 0


def bytes_come(to: str, file: PlannedFile) -> int:
    """Return how many bytes of a file the next download need not fetch."""
    ranges = range(0, file.size, RANGE)
    name = f"{to}/{OURS}/{_NAME}/{_name_of(file)}{_JOURNAL}"
    with suppress(OSError):
        journal = os.open(name, _LOOK)
        try:
            come = os.read(journal, len(ranges))
        finally:
            os.close(journal)
        return sum(
            min(RANGE, file.size - start)
            for start, came in zip(ranges, come, strict=False)
            if came == 1
        )
    return 0


def sweep_partials(to: str, now: float) -> None:
    """Remove what nobody went on with for a week, with what is noted of it."""
    with (
        suppress(FileNotFoundError),
        folder_beneath(to, (OURS, _NAME)) as folder,
        os.scandir(folder) as entries,
    ):
        used: dict[str, float] = {}
        names = []
        for entry in entries:
            with suppress(FileNotFoundError):
                name = entry.name.removesuffix(_JOURNAL)
                found = entry.stat(follow_symlinks=False)
                used[name] = max(used.get(name, 0), found.st_mtime)
                names.append(entry.name)
        for name in names:
            if now - used[name.removesuffix(_JOURNAL)] > _KEPT:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
