"""Verified files get their names in the target folder."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, WouldOverwrite
from jupyter_artifacts.records.transfers import PlannedFile, Verdict
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.copying import write_all
from jupyter_artifacts.storage.faults import fault
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.transfer.incoming import give_name
from jupyter_artifacts.transfer.partial import Partial
from jupyter_artifacts.transfer.standing import stands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from typing_extensions import Buffer

NEW_FILE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Writer:
    """Writes into a download's folder.

    Args:
        to: absolute, links in it resolved.
        incoming: where files are written before they have their names.
    """

    def __init__(self, to: str, incoming: int) -> None:
        self.to = to
        self.incoming = incoming
        # Small files are nearly all Python's own work, and threads that hand the
        # interpreter to and fro take four times as long: one writes at a time.
        self._small = threading.Lock()
        self._newest: tuple[str, int] | None = None
        self._numbers = count()

    def small(self) -> AbstractContextManager[bool]:
        """Let nobody else write small files for the length of a with block."""
        return self._small

    def close(self) -> None:
        """Let go of the folder that was written to last."""
        if self._newest is not None:
            os.close(self._newest[1])
            self._newest = None

    def write(self, file: PlannedFile, content: Buffer, digest: str) -> bool:
        """Write a small file whose bytes were verified; within `small`.

        Returns:
            Whether it was; see `name`.
        """
        with self.saying(file):
            folder, _, name = file.target.rpartition("/")
            target = self._folder(folder)
            passing = "small"
            opened = os.open(passing, NEW_FILE, 0o666, dir_fd=self.incoming)
            try:
                write_all(opened, memoryview(content))
                self.dress(file, opened)
                return self.name(file, passing, name, target, digest)
            except BaseException:
                os.unlink(passing, dir_fd=self.incoming)
                raise
            finally:
                os.close(opened)

    def make_folder(self, file: PlannedFile) -> None:
        """Make an empty folder."""
        with (
            self.saying(file),
            folder_beneath(self.to, file.target.split("/"), make_mode=0o777),
        ):
            return

    def dress(self, file: PlannedFile, opened: int) -> None:
        """Give a file its own time."""
        if file.modified:
            when = int(said_time(file.modified) * 1e9)
            os.utime(opened, ns=(when, when))

    @contextmanager
    def passing(self) -> Iterator[tuple[str, int]]:
        """Give a new file without a name yet; it goes if it gets none."""
        name = f"large-{next(self._numbers)}"
        opened = os.open(name, NEW_FILE, 0o666, dir_fd=self.incoming)
        try:
            yield name, opened
        except BaseException:
            os.unlink(name, dir_fd=self.incoming)
            raise
        finally:
            os.close(opened)

    def name(
        self, file: PlannedFile, passing: str, name: str, folder: int, digest: str
    ) -> bool:
        """Give a finished file its name.

        Returns:
            Whether it has it; else another download just brought the same bytes.

        Raises:
            FileExistsError: unless it replaces one, when something else stands there
                by now.
        """
        replace = file.verdict is Verdict.REPLACE
        try:
            give_name(passing, self.incoming, name, folder, replace=replace)
        except FileExistsError:
            if not stands(name, folder, digest):
                raise
            os.unlink(passing, dir_fd=self.incoming)
            return False
        return True

    def partial(self, file: PlannedFile) -> Partial:
        """Open what there is of a large file; see `finish`."""
        with self.saying(file):
            return Partial(self.to, file, self.incoming)

    def finish(self, file: PlannedFile, partial: Partial, digest: str) -> bool:
        """Give a large file its name.

        Returns:
            Whether it has it; see `name`.
        """
        replace = file.verdict is Verdict.REPLACE
        with self.saying(file), self.place_of(file) as (name, folder):
            self.dress(file, partial.opened)
            return partial.finish(name, folder, digest, replace=replace)

    @contextmanager
    def place_of(self, file: PlannedFile) -> Iterator[tuple[str, int]]:
        """Give the name of a file and its folder, made when missing."""
        folder, _, name = file.target.rpartition("/")
        parts = folder.split("/") if folder else []
        with folder_beneath(self.to, parts, make_mode=0o777) as opened:
            yield name, opened

    @contextmanager
    def saying(self, file: PlannedFile) -> Iterator[None]:
        """Turn what the operating system says of a file into our errors."""
        try:
            yield
        except ArtifactsError:
            raise
        except FileExistsError as error:
            msg = "a file appeared there since the plan was made, and was left alone"
            hint = "plan again, or choose overwrite skip, replace or rename"
            address = f"{self.to}/{file.target}"
            raise WouldOverwrite(msg, address=address, hint=hint) from error
        except OSError as error:
            address = f"{self.to}/{file.target}"
            raise fault(error, address, "the file cannot be written") from error

    def _folder(self, folder: str) -> int:
        if self._newest is not None:
            if self._newest[0] == folder:
                return self._newest[1]
            self.close()
        parts = folder.split("/") if folder else []
        with folder_beneath(self.to, parts, make_mode=0o777) as opened:
            self._newest = (folder, os.dup(opened))
        return self._newest[1]
