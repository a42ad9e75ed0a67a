"""What an object storage needs of a bucket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.journals import Journals

PART: Final = 8 * 1024 * 1024
"""Larger objects come and go in parts of this size."""

IN_FLIGHT: Final = 5
"""So many parts are on their way at once, and in memory one more, which is read."""

DIGEST: Final = "blake3"
"""The name under which an object's metadata has our digest, in hexadecimal."""

UPLOAD: Final = "upload"
"""The name under which it has what a resumed upload knows its own object by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """An object, as its bucket lists it.

    Attributes:
        key: below the bucket.
        size: bytes.
        etag: without quotes.
        modified: seconds since 1970.
        version: in a versioned bucket; "" for none.
        checksum: "crc32c:<hex>" and the like, where the provider says it; "" else.
        metadata: of the object, where it was asked for.
    """

    key: str
    size: int
    etag: str = ""
    modified: float = 0.0
    version: str = ""
    checksum: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A large file on its way up.

    Attributes:
        key: below the bucket.
        opened: the file, open for reading.
        before: what it was when it was opened.
        journals: where it is noted how far it is.
        check: raises when the file changed; told how many bytes it had.
        passed: told how many bytes went out; what it raises ends it.
    """

    key: str
    opened: int
    before: os.stat_result
    journals: Journals
    check: Callable[[int], None]
    passed: Callable[[int], None]


class Bucket(Protocol):
    """Objects under keys, over a wire. One request a call; nothing is tried again.

    Raises, each of them:
        Gone: when there is no such object.
        ChangedAtSource: when a condition does not hold.
        StoreRefused: when the store does not let us.
        Unavailable: when it failed for now.
    """

    @property
    def address(self) -> str:
        """The URI of the bucket, e.g. "s3://models"."""

    def get(
        self,
        key: str,
        start: int,
        length: int,
        *,
        version: str = "",
        etag: str = "",
        whole: bool = False,
    ) -> Buffer:
        """Return bytes of an object, fewer where it ends before.

        Args:
            key: below the bucket.
            start: the first byte.
            length: how many, at least 1.
            version: of the object; "" for the newest.
            etag: that the object must still have; "" for any.
            whole: whether that should be all of it, which a store gives sooner.
        """

    def stream(
        self, key: str, start: int, length: int, *, version: str = ""
    ) -> Iterator[Buffer]:
        """Return an iterator of exactly these bytes, in small pieces, by one request.

        Raises:
            as all of them, when it is called; between two pieces `Unavailable` alone.
        """

    def put(
        self,
        key: str,
        parts: Sequence[Buffer],
        metadata: Mapping[str, str],
        *,
        create: bool = False,
    ) -> ObjectInfo:
        """Store an object, whole or not at all, with a checksum that the store checks.

        Args:
            key: below the bucket.
            parts: its bytes, one after the other.
            metadata: of the object.
            create: refuse when something stands there, where the store can.

        Raises:
            Conflict: when it refused.
        """

    def upload(self, upload: Upload) -> tuple[ObjectInfo, str]:
        """Store a large file in parts of 8 MiB; return it, and the file's digest.

        Many requests; begun again after a kill it goes on where it was.
        """

    def abandon(self, prefix: str, before: float) -> int:
        """Give up uploads below a prefix that began before a time; say how many."""

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""

    def head(self, key: str, version: str = "") -> ObjectInfo:
        """Return what an object is, with its checksum and metadata."""

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket, without moving its bytes to here."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are deleted already."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield every object whose key begins so, by key."""

    def presign(self, key: str, seconds: float) -> str:
        """Return a URL that reads an object without credentials for a while."""
