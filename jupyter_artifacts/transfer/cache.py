"""A cache of bytes by what they are, one for each user of a machine.

    <root>/blake3/4c/4c1e…     read-only, its modified time the last use
    <root>/pinned/<hex>        there while nothing may remove it

A hit is a file whose bytes, read again, have the digest that was asked for; what only
has the right name or size is removed. Only its user can read or write the folder. It
never holds more than its limit: what was not used for longest goes first.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import check_digest
from jupyter_artifacts.errors import NotWritable
from jupyter_artifacts.storage.copying import write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.standing import hash_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typing_extensions import Buffer

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_OTHERS: Final = 0o022
_ROOM: Final = 0.9
"""Once it is full, it is emptied to this part of its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a cache holds.

    Attributes:
        files: how many.
        bytes: of all of them.
        pinned: bytes that nothing may remove.
        limit: bytes at most.
    """

    files: int
    bytes: int
    pinned: int
    limit: int


class Cache:
    """The cache of one user.

    Args:
        root: its folder, made when first written to.
        limit: bytes at most; 0 keeps nothing.
    """

    def __init__(self, root: Path, limit: int) -> None:
        self.root = root
        self._folder = f"{root}/blake3"
        self.limit = limit

    def may_hold(self, digest: str) -> bool:
        """Say no where nothing is, which is asked of every file of a download."""
        name = digest.rpartition(":")[2]
        return os.path.lexists(f"{self._folder}/{name[:2]}/{name}")

    @contextmanager
    def opened(self, digest: str) -> Iterator[int | None]:
        """Open the bytes of a digest, verified; None when they are not held."""
        opened = self._open(digest)
        try:
            yield opened
        finally:
            if opened is not None:
                os.close(opened)

    def add(self, digest: str, content: Buffer) -> None:
        """Keep bytes that were verified to have this digest; may make room first."""
        view = memoryview(content)
        if view.nbytes > self.limit * _ROOM:
            return
        place = self._place(digest)
        with faults(str(self.root), "the cache cannot be written"):
            self._make(place.parent)
            if place.exists():
                return
            self.shrink(view.nbytes)
            passing = place.with_name(f".{secrets.token_hex(8)}")
            opened = os.open(passing, _NEW, 0o400)
            try:
                write_all(opened, view)
                passing.rename(place)
            except BaseException:
                passing.unlink()
                raise
            finally:
                os.close(opened)

    def pin(self, digest: str) -> None:
        """Keep the bytes of a digest whatever room is needed."""
        with faults(str(self.root), "the cache cannot be written"):
            self._make(self.root / "pinned")
            (self._pin(digest)).touch(mode=0o600)

    def unpin(self, digest: str) -> None:
        """Let the bytes of a digest go when room is needed."""
        self._pin(digest).unlink(missing_ok=True)

    def usage(self) -> Usage:
        """Return what is held."""
        held = list(self._held())
        pinned = self._pinned()
        return Usage(
            files=len(held),
            bytes=sum(size for _, size, _ in held),
            pinned=sum(size for _, size, path in held if path.name in pinned),
            limit=self.limit,
        )

    def shrink(self, room: int = 0) -> int:
        """Remove what was not used for longest until `room` bytes more fit.

        Returns:
            How many bytes were removed.
        """
        held = sorted(self._held())
        over = sum(size for _, size, _ in held) + room - self.limit
        if over <= 0:
            return 0
        over += int(self.limit * (1 - _ROOM))
        return self._remove(held, over)

    def unused(self, before: float) -> list[tuple[float, int, Path]]:
        """Return what was not used since `before` and is not pinned: used, size, path.

        Args:
            before: seconds since 1970.
        """
        pinned = self._pinned()
        return [
            each
            for each in sorted(self._held())
            if each[0] < before and each[2].name not in pinned
        ]

    def clear(self, before: float) -> int:
        """Remove what `unused` returns; return how many bytes that was."""
        held = self.unused(before)
        return self._remove(held, sum(size for _, size, _ in held))

    def _remove(self, held: list[tuple[float, int, Path]], wanted: int) -> int:
        pinned, freed = self._pinned(), 0
        for _, size, path in held:
            if freed >= wanted:
                break
            if path.name not in pinned:
                with suppress(FileNotFoundError):  # another process was quicker
                    path.unlink()
                    freed += size
        return freed

    def _open(self, digest: str) -> int | None:
        place = self._place(digest)
        try:
            opened = os.open(place, _READ)
        except OSError:
            return None  # not held, or not ours to read: as good as not held
        try:
            if hash_file(opened) != digest:
                place.unlink(missing_ok=True)
                os.close(opened)
                return None
            os.utime(opened)
            os.lseek(opened, 0, os.SEEK_SET)
        except BaseException:
            os.close(opened)
            raise
        return opened

    def _held(self) -> Iterator[tuple[float, int, Path]]:
        for path in (self.root / "blake3").glob("??/*"):
            with suppress(FileNotFoundError):
                found = path.stat(follow_symlinks=False)
                yield found.st_mtime, found.st_size, path

    def _pinned(self) -> set[str]:
        folder = self.root / "pinned"
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    def _place(self, digest: str) -> Path:
        name = check_digest(digest).rpartition(":")[2]
        return self.root / "blake3" / name[:2] / name

    def _pin(self, digest: str) -> Path:
        return self.root / "pinned" / check_digest(digest).rpartition(":")[2]

    def _make(self, folder: Path) -> None:
        """Make a folder that its user alone may enter.

        Raises:
            NotWritable: when somebody else could put bytes there.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self.root.stat()
        if found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
            msg = "the cache's folder can be written by somebody else"
            hint = "chmod 700 it, or name another by JUPYTER_ARTIFACTS_CACHE"
            raise NotWritable(msg, address=str(self.root), hint=hint)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
