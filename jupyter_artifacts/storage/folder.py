"""A storage in a folder, laid out so that a person can list it.

    <root>/experiments/<ulid>/artifacts/figures/loss.png
    <root>/.incoming/<random>        what is on its way in, or out for good

A key is the relative path. A file comes to stand under its key by one rename, so
that a reader sees the old bytes or the new ones, never half of them.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.storage.beneath import folder_beneath, open_beneath
from jupyter_artifacts.storage.copying import CHUNK, write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.storage.reading import bytes_at
from jupyter_artifacts.storage.requests import check_whole, each_or_error, fetched
from jupyter_artifacts.storage.staging import (
    FILE_MODE,
    FOLDER_MODE,
    INCOMING,
    StagedFile,
    Staging,
    key_parts,
)
from jupyter_artifacts.storage.syncing import Syncer
from jupyter_artifacts.storage.trees import freeze, remove, thaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.errors import ArtifactsError
    from jupyter_artifacts.records.assets import Asset

_STALE_AFTER: Final = 24 * 3600.0


class FolderStorage:
    """Bytes in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """Store below `root`, made when first written to."""
        self.root = Path(os.path.realpath(root))
        self._root = str(self.root)
        self._syncer = Syncer()
        self._staging = Staging(self._root, self._syncer)

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source`, a regular file itself, to `key`, whole or not at all."""
        return self.store_file(key, source)

    def stage(self, key: str, source: Path, keep: str = "") -> StagedFile:
        """Copy and hash `source`, as `put` does, but give it no name yet."""
        del keep  # publishing keeps what it replaces
        key_parts(key)
        return self._staging.stage(key, source, self.uri(key))

    def publish(self, staged: StagedFile, keep: str = "") -> None:
        """Let a staged file take the place of what stands under its key.

        Readers see the old bytes until they see the new ones.

        Args:
            staged: by `stage`.
            keep: key under which the old bytes stay; "" to let them go.
        """
        self._staging.publish(staged, keep)

    def withdraw(self, staged: StagedFile) -> None:
        """Undo a `publish`, as long as nothing else took the place since."""
        self._staging.withdraw(staged)

    def discard(self, staged: StagedFile) -> None:
        """Forget what is on its way of a staged file; comes last, always."""
        self._staging.discard(staged)

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size.

        Writers take turns; what could not be written whole is taken back.
        """
        parts = key_parts(key)
        with faults(key, "the file cannot be added to"):
            opened = self._open_for_append(parts)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX)
                size = os.fstat(opened).st_size
                try:
                    write_all(opened, chunk)
                except OSError:
                    os.ftruncate(opened, size)
                    raise
                # the syncer's copy of the descriptor would hold the lock as well
                fcntl.flock(opened, fcntl.LOCK_UN)
                self._syncer.add(opened)
                return size + len(chunk)
            finally:
                os.close(opened)

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most 1 MiB; `Gone` at once, not later."""
        chunks = self._chunks(key, start, length)
        next(chunks)
        return chunks

    # threads only take the disk, and Python, from each other
    streams = small_streams = 1
    stream = fetched

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> Buffer:
        """Return exactly these bytes of `key`; there are no versions of it."""
        del version, whole
        parts = key_parts(key)
        with faults(key, "the file cannot be read"):
            opened = open_beneath(self._root, parts, os.O_RDONLY | os.O_NONBLOCK)
            try:
                content = bytes_at(opened, start, length)
            finally:
                os.close(opened)
        check_whole(key, len(content), length)
        return content

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all."""
        self._staging.store_bytes(key, parts)

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file of any size as `put` does."""
        key_parts(key)
        staged = self._staging.stage(key, source, self.uri(key), passed)
        try:
            self.publish(staged)
        finally:
            self.discard(staged)
        return staged.asset

    def unfinished(self, prefix: str, source: Path) -> str | None:  # noqa: ARG002
        """Return None: a copy that was killed begins anew."""
        return None

    def presign(self, key: str, seconds: int) -> str | None:  # noqa: ARG002
        """Return None: no URL of its own leads here."""
        return None

    def stage_many(
        self, files: Sequence[tuple[str, Path]], keep: Mapping[str, str] | None = None
    ) -> list[StagedFile | ArtifactsError]:
        """Do what `stage` does for many; return what came of each."""
        del keep  # publishing keeps what it replaces
        return [each_or_error(self.stage, key, source) for key, source in files]

    def size(self, key: str) -> int | None:
        """Return how many bytes are stored under `key`; None when nothing is."""
        found = self._look(key)
        return found.st_size if found and stat.S_ISREG(found.st_mode) else None

    def local_path(self, key: str) -> Path | None:
        """Return where the file `key` lies; None when nothing is stored there."""
        found = self._look(key)
        stored = found and stat.S_ISREG(found.st_mode)
        return Path(f"{self._root}/{key}") if stored else None

    def folder(self, prefix: str) -> Path | None:
        """Return the folder of everything under `prefix`; None when there is none."""
        found = self._look(prefix)
        stored = found and stat.S_ISDIR(found.st_mode)
        return Path(f"{self._root}/{prefix}") if stored else None

    def freeze(self, prefix: str) -> None:
        """Make everything under `prefix` read-only; `delete` still takes it.

        This guards against accidents: whoever owns the files may undo it.
        """
        with (
            faults(prefix, "the folder cannot be made read-only"),
            suppress(FileNotFoundError),  # an empty version has no folder
            folder_beneath(self._root, key_parts(prefix)) as opened,
        ):
            freeze(opened)

    def uri(self, key: str) -> str:
        """Return the file:// URI of `key`, quoted."""
        return AssetPath(key).inside(self.root).as_uri()

    def delete(self, prefix: str) -> None:
        """Delete everything stored under `prefix` + "/". Done twice, the same.

        The folder leaves the tree by one rename and is taken apart afterwards, so
        that nobody meets half of it.
        """
        parts = key_parts(prefix)
        doomed = secrets.token_hex(16)
        with faults(prefix, "the folder cannot be deleted"):
            found = self._look(prefix)
            if found is None or not stat.S_ISDIR(found.st_mode):
                return
            with (
                suppress(FileNotFoundError),  # another has deleted it meanwhile
                folder_beneath(self._root, parts[:-1]) as folder,
                self._staging.incoming() as incoming,
            ):
                thaw(parts[-1], folder)  # a frozen folder cannot be moved
                os.rename(parts[-1], doomed, src_dir_fd=folder, dst_dir_fd=incoming)
                remove(doomed, incoming)

    def remove(self, key: str) -> None:
        """Remove the one file `key`. Done twice, the same."""
        parts = key_parts(key)
        with (
            faults(key, "the file cannot be removed"),
            suppress(FileNotFoundError),
            folder_beneath(self._root, parts[:-1]) as folder,
        ):
            os.unlink(parts[-1], dir_fd=folder)

    def sync(self) -> None:
        """Return when everything stored so far is on the disk; it is soon anyway."""
        self._syncer.wait()

    def sweep(self) -> int:
        """Remove what killed processes left on its way; return how many entries.

        Only what has not changed for a day is removed: a slow copy may be younger.
        """
        removed = 0
        too_old = time.time() - _STALE_AFTER
        with (
            faults(INCOMING, "the storage cannot be swept"),
            self._staging.incoming() as incoming,
            os.scandir(incoming) as entries,
        ):
            for entry in entries:
                # not the modified time: put restores the source's
                with suppress(FileNotFoundError):  # its process has finished
                    if entry.stat(follow_symlinks=False).st_ctime < too_old:
                        remove(entry.name, incoming)
                        removed += 1
        return removed

    def _open_for_append(self, parts: tuple[str, ...]) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            return open_beneath(self._root, parts, flags, FILE_MODE)
        except FileNotFoundError:
            with folder_beneath(self._root, parts[:-1], make_mode=FOLDER_MODE):
                return open_beneath(self._root, parts, flags, FILE_MODE)

    def _look(self, key: str) -> os.stat_result | None:
        parts = key_parts(key)
        with faults(key, "the storage cannot be read"):
            try:
                opened = open_beneath(self._root, parts, os.O_PATH)
            except (FileNotFoundError, NotADirectoryError):
                return None
            try:
                found = os.fstat(opened)
            finally:
                os.close(opened)
        return None if stat.S_ISLNK(found.st_mode) else found

    def _chunks(self, key: str, start: int, length: int | None) -> Iterator[bytes]:
        parts = key_parts(key)
        with faults(key, "the file cannot be read"):
            opened = open_beneath(self._root, parts, os.O_RDONLY | os.O_NONBLOCK)
            try:
                if start:
                    os.lseek(opened, start, os.SEEK_SET)
                yield b""  # so that `read` has opened the file before it returns
                left = length
                while left is None or left > 0:
                    chunk = os.read(opened, CHUNK if left is None else min(CHUNK, left))
                    if not chunk:
                        return
                    yield chunk
                    left = None if left is None else left - len(chunk)
            finally:
                os.close(opened)
