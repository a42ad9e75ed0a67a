"""How the bytes of a planned file are reached, wherever they lie."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final, Protocol

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Gone,
    Unavailable,
)
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.storage.revisions import read_pinned
from jupyter_artifacts.transfer.partial import RANGE
from jupyter_artifacts.transfer.retrying import patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.cache import Cache

    Remote = Callable[[PlannedFile, int, int], Buffer]
    """Fetches bytes of exactly the planned version of a remote object."""

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


class Source(Protocol):
    """What a download needs of a storage."""

    @property
    def streams(self) -> int:
        """How many requests at a time are worth it."""

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes of `key`."""

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> Buffer:
        """Return exactly these bytes of `key`, by one request."""

    def stream(
        self, key: str, start: int, length: int, version: str = ""
    ) -> Iterator[Buffer]:
        """Yield exactly these bytes of `key` in pieces, by one request."""

    def local_path(self, key: str) -> Path | None:
        """Return where `key` lies on this machine; None when it does not."""

    def uri(self, key: str) -> str:
        """Return the URI of `key`."""


class Reach:
    """Fetches bytes of planned files.

    Args:
        storage: the team's.
        remote: fetches from other people's buckets.
        check: raises when nobody wants the bytes any more.
        cache: of this user; None to ask none.
    """

    def __init__(
        self,
        storage: Source,
        remote: Remote,
        check: Callable[[], None],
        cache: Cache | None = None,
    ) -> None:
        self._cache = cache
        self._storage = storage
        self._remote = remote
        self._check = check

    def fetch(self, file: PlannedFile, start: int, length: int) -> Buffer:
        """Return bytes of a file, asked for again while its store is unavailable.

        Raises:
            ChangedAtSource: when the object is too short to be the one recorded.
        """
        try:
            if file.kind is AssetKind.REMOTE:
                return patiently(lambda: self._remote(file, start, length), self._check)
            if file.offset is not None:
                return self.fetch_key(file.key, file.offset + start, length)
            key, version, whole = file.key, file.version_id, length == file.size
            return patiently(
                lambda: self._storage.fetch(key, start, length, version, whole=whole),
                self._check,
            )
        except ChangedAtSource as error:
            error.message = f"{file.path!r} is not what was recorded: {error.message}"
            raise

    def stream(self, file: PlannedFile, start: int, length: int) -> Generator[Buffer]:
        """Yield bytes of a file in pieces, each good until the next is asked for.

        Where the stream breaks off it is asked for anew, from there on.

        Raises:
            ChangedAtSource: when the object is too short to be the one recorded.
        """
        pieces: Iterator[Buffer] | None = None
        at, end = start, start + length

        def more() -> Buffer:
            nonlocal pieces
            try:
                if pieces is None:
                    pieces = self._open(file, at, end - at)
                return _at_most(end - at, next(pieces, b""), file)
            except Unavailable:
                pieces = None
                raise

        try:
            while at < end:
                piece = patiently(more, self._check)
                at += memoryview(piece).nbytes
                yield piece
                del piece  # before there is more
        except ChangedAtSource as error:
            error.message = f"{file.path!r} is not what was recorded: {error.message}"
            raise

    def _open(self, file: PlannedFile, start: int, length: int) -> Iterator[Buffer]:
        if file.kind is not AssetKind.REMOTE:
            start += file.offset or 0
            return self._storage.stream(file.key, start, length, file.version_id)
        return (
            self._remote(file, at, min(RANGE, start + length - at))
            for at in range(start, start + length, RANGE)
        )

    def fetch_key(self, key: str, start: int, length: int) -> Buffer:
        """Return bytes of an object of the team's storage."""
        return patiently(lambda: self._storage.fetch(key, start, length), self._check)

    def earlier(self, file: PlannedFile) -> Buffer | None:
        """Return the whole bytes that a small file had before it was written anew.

        None where they were not kept.
        """
        if not file.pinned:
            return None
        try:
            return self.fetch_key(file.pinned, 0, file.size)
        except Gone:
            return None

    def may_be_cached(self, file: PlannedFile) -> bool:
        """Return whether the user's cache may have a file's bytes, by a quick look."""
        if self._cache is None or not file.digest:
            return False
        return self._cache.may_hold(file.digest)

    def open_cached(self, file: PlannedFile) -> int | None:
        """Open a file's bytes in the user's cache; None when they are not there."""
        if self._cache is None or not self.may_be_cached(file):
            return None
        with self._cache.opened(file.digest) as opened:
            return None if opened is None else os.dup(opened)

    def whole(self, file: PlannedFile) -> Buffer:
        """Return the bytes of a small file of this machine."""
        chunks = read_pinned(self._storage, file.key, file.pinned, 0, file.size)
        return b"".join(chunks)

    def is_near(self, file: PlannedFile) -> bool:
        """Return whether the bytes lie in a file system of this machine."""
        if file.kind is AssetKind.REMOTE:
            return False
        keys = (file.key, file.pinned) if file.pinned else (file.key,)
        try:
            return any(self._storage.local_path(key) is not None for key in keys)
        except ArtifactsError:
            return False  # reading it will say why not

    def open_here(self, file: PlannedFile) -> int | None:
        """Open the planned bytes on this machine; None when they are not here."""
        with faults(file.key, "the stored file cannot be read"), ExitStack() as unused:
            source = None
            # in this order, see `storage.revisions`
            for key in filter(None, (file.key, file.pinned)):
                local = self._storage.local_path(key)
                if local is not None:
                    with suppress(FileNotFoundError):
                        source = os.open(local, _READ)
                        unused.callback(os.close, source)
            return None if source is None else os.dup(source)


def _at_most(count: int, piece: Buffer, file: PlannedFile) -> Buffer:
    if 0 < memoryview(piece).nbytes <= count:
        return piece
    msg = "the file cannot be read: other bytes came than were asked for"
    raise Unavailable(msg, address=file.uri or file.key, hint="try again in a while")
