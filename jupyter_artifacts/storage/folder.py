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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.storage.beneath import folder_beneath, open_beneath
from jupyter_artifacts.storage.copying import CHUNK, copy, write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.storage.source import check_unchanged, open_source
from jupyter_artifacts.storage.syncing import Syncer
from jupyter_artifacts.storage.trees import freeze, remove, thaw

if TYPE_CHECKING:
    from collections.abc import Iterator

_INCOMING: Final = ".incoming"
_FOLDER_MODE: Final = 0o770  # the umask decides whether the group may write
_FILE_MODE: Final = 0o660
_TRIES: Final = 16
_STALE_AFTER: Final = 24 * 3600.0


class FolderStorage:
    """Bytes in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """Store below `root`, made when first written to."""
        self.root = Path(os.path.realpath(root))
        self._root = str(self.root)
        self._syncer = Syncer()

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source` to `key`, whole or not at all; hash what was copied.

        `source` must be a regular file itself: a link is not followed, and a pipe,
        a socket or a device is never read.
        """
        parts = _parts(key)
        with (
            open_source(source) as (opened, before),
            faults(key, "the file cannot be stored"),
        ):
            size, digest = self._take_in(parts, source, opened, before)
        return Asset(
            path=key,
            size=size,
            digest=digest,
            modified=before.st_mtime,
            captured=time.time(),
            uri=self.uri(key),
        )

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size.

        Writers take turns; what could not be written whole is taken back.
        """
        parts = _parts(key)
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
            folder_beneath(self._root, _parts(prefix)) as opened,
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
        parts = _parts(prefix)
        doomed = secrets.token_hex(16)
        with faults(prefix, "the folder cannot be deleted"):
            found = self._look(prefix)
            if found is None or not stat.S_ISDIR(found.st_mode):
                return
            with (
                suppress(FileNotFoundError),  # another has deleted it meanwhile
                folder_beneath(self._root, parts[:-1]) as folder,
                self._incoming() as incoming,
            ):
                thaw(parts[-1], folder)  # a frozen folder cannot be moved
                os.rename(parts[-1], doomed, src_dir_fd=folder, dst_dir_fd=incoming)
                remove(doomed, incoming)

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
            faults(_INCOMING, "the storage cannot be swept"),
            self._incoming() as incoming,
            os.scandir(incoming) as entries,
        ):
            for entry in entries:
                # not the modified time: put restores the source's
                with suppress(FileNotFoundError):  # its process has finished
                    if entry.stat(follow_symlinks=False).st_ctime < too_old:
                        remove(entry.name, incoming)
                        removed += 1
        return removed

    @contextmanager
    def _incoming(self) -> Iterator[int]:
        with folder_beneath(
            self._root, (_INCOMING,), make_mode=_FOLDER_MODE
        ) as incoming:
            yield incoming

    def _take_in(
        self, parts: tuple[str, ...], source: Path, opened: int, before: os.stat_result
    ) -> tuple[int, str]:
        name = secrets.token_hex(16)
        with self._incoming() as incoming:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            target = os.open(name, flags, _FILE_MODE, dir_fd=incoming)
            try:
                size, digest = copy(opened, target)
                check_unchanged(source, opened, before, size)
                os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
                self._give_name(incoming, name, parts)
                self._syncer.add(target)
            except BaseException:
                os.unlink(name, dir_fd=incoming)
                raise
            finally:
                os.close(target)
        return size, digest

    def _give_name(self, incoming: int, name: str, parts: tuple[str, ...]) -> None:
        for attempt in range(_TRIES):
            try:
                with folder_beneath(
                    self._root, parts[:-1], make_mode=_FOLDER_MODE
                ) as folder:
                    os.replace(name, parts[-1], src_dir_fd=incoming, dst_dir_fd=folder)
            except FileNotFoundError:  # somebody deletes the folders we make
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def _open_for_append(self, parts: tuple[str, ...]) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            return open_beneath(self._root, parts, flags, _FILE_MODE)
        except FileNotFoundError:
            with folder_beneath(self._root, parts[:-1], make_mode=_FOLDER_MODE):
                return open_beneath(self._root, parts, flags, _FILE_MODE)

    def _look(self, key: str) -> os.stat_result | None:
        parts = _parts(key)
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
        parts = _parts(key)
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


def _parts(key: str) -> tuple[str, ...]:
    parts = AssetPath(key).parts
    if parts[0] == _INCOMING:
        msg = "this name is kept for files on their way"
        raise InvalidPath(msg, address=key, hint="choose another name")
    return parts
