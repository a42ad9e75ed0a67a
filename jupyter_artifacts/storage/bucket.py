"""What an object storage needs of a bucket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typing_extensions import Buffer

DIGEST: str = "blake3"
"""The name under which an object's metadata has our digest, in hexadecimal."""


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
        self, key: str, start: int, length: int, *, version: str = "", etag: str = ""
    ) -> Buffer:
        """Return bytes of an object, fewer where it ends before.

        Args:
            key: below the bucket.
            start: the first byte.
            length: how many, at least 1.
            version: of the object; "" for the newest.
            etag: that the object must still have; "" for any.
        """

    def put(
        self, key: str, parts: Iterable[Buffer], size: int, metadata: Mapping[str, str]
    ) -> ObjectInfo:
        """Store an object, whole or not at all; large ones go in parts of 8 MiB."""

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
