"""What an operation needs of a storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.errors import ArtifactsError
    from jupyter_artifacts.records.assets import Asset


class Staged(Protocol):
    """A file that the storage has copied, and not yet given its name."""

    @property
    def asset(self) -> Asset:
        """What it is: size, digest, modified time, URI; its path is the key."""


class Storage(Protocol):
    """Bytes under keys. A key is an `AssetPath` text, e.g. "experiments/<ulid>/…"."""

    def stage(self, key: str, source: Path, keep: str = "") -> Any:
        """Copy and hash `source` for `key`, as `put` does, but give it no name yet.

        A store that cannot rename lets it stand under its key at once.

        Args:
            key: where it is to stand.
            source: a regular file, no link.
            keep: key under which what stands there now stays; "" when nothing does.

        Returns:
            A `Staged`, for the three methods below. `discard` it in the end.
        """

    def publish(self, staged: Any, keep: str = "") -> None:
        """Let a staged file take the place of what stands under its key.

        Readers see the old bytes until they see the new ones. The old bytes stay
        under the key `keep`, when one is given.
        """

    def withdraw(self, staged: Any) -> None:
        """Undo a `publish`, as long as nothing else took the place since."""

    def discard(self, staged: Any) -> None:
        """Forget what is on its way of a staged file; once published, it stays."""

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source` to `key`, whole or not at all; hash what was copied.

        Returns:
            An asset with size, digest, modified time and URI; its path is the key.

        Raises:
            ChangedAtSource: when `source` changed while it was read; nothing stored.
            Gone: when `source` is no longer there.
            NoSpace: when the disk is full; nothing stored.
            NotWritable: when the storage cannot be written.
        """

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size."""

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most 1 MiB.

        Raises:
            Gone: when nothing is stored under `key`.
        """

    def size(self, key: str) -> int | None:
        """Return how many bytes are stored under `key`; None when nothing is."""

    def local_path(self, key: str) -> Path | None:
        """Return where the bytes lie on this machine; None when they do not."""

    def folder(self, prefix: str) -> Path | None:
        """Return the folder of everything under `prefix`; None when not a local one."""

    def freeze(self, prefix: str) -> None:
        """Make everything under `prefix` read-only, where the store knows how."""

    def uri(self, key: str) -> str:
        """Return the URI of `key`, for a person and their tools."""

    def delete(self, prefix: str) -> None:
        """Delete everything stored under `prefix` + "/". Done twice, the same."""

    def remove(self, key: str) -> None:
        """Remove the one file `key`. Done twice, the same."""

    @property
    def streams(self) -> int:
        """How many requests at a time are worth it: 1 for a disk of this machine."""

    @property
    def small_streams(self) -> int:
        """How many requests for small files at a time are worth it."""

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> Buffer:
        """Return exactly these bytes of `key`, by one request.

        Args:
            key: of the object.
            start: the first byte.
            length: how many.
            version: the store's name for the object that was recorded, as a hint: where
                it is no longer there, the newest is read.
            whole: whether that should be all of it, which a store gives sooner.

        Raises:
            Gone: when nothing is stored under `key`.
            ChangedAtSource: when the object ends before them.
            Unavailable: when it failed for now; the storage has not tried again.
        """

    def stream(
        self, key: str, start: int, length: int, version: str = ""
    ) -> Iterator[Buffer]:
        """Yield what `fetch` returns in pieces, each good until the next one.

        Memory stays at a few hundred KiB where the store can.

        Raises:
            as `fetch`, at once or between two pieces.
        """

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all.

        For keys that are written once: nothing stands there yet.
        """

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file of any size as `put` does, under a key that is written once.

        Memory stays at 6 x 8 MiB; begun again after a kill it goes on where it was,
        where the store can.

        Args:
            key: nothing stands there yet.
            source: a regular file, no link.
            passed: told how many bytes went out; what it raises ends it.
        """

    def unfinished(self, prefix: str, source: Path) -> str | None:
        """Return the key below `prefix` that `source` was on its way to at a kill.

        `store_file` under that key goes on where it was. None when it was on its way
        to none, or when this storage never goes on.
        """

    def presign(self, key: str, seconds: int) -> str | None:
        """Return a URL that gives the object `key` for so long, to whoever has it.

        None when this storage has no such URLs. It is a secret: for one answer, never
        for a log, a receipt or a record.
        """

    def stage_many(
        self, files: Sequence[tuple[str, Path]], keep: Mapping[str, str] | None = None
    ) -> list[Any | ArtifactsError]:
        """Do what `stage` does for many at once; return, in order, what came of each.

        What one of them raised stands in its place; the others go on.

        Args:
            files: key and source of each.
            keep: of those that replace something, the key that it is kept under.
        """

    def sweep(self) -> int:
        """Remove what killed processes left on its way; return how many entries."""
