"""Where the bytes of a file stay for a while after it was written anew.

    experiments/<ulid>/artifacts/figures/loss.png    the newest bytes
    experiments/<ulid>/revisions/<digest, hex>       those it had until then

The old bytes have their second name before the new ones have the first. So whoever
has opened the plain key, and then finds nothing under the revision's, has opened the
bytes of that digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from jupyter_artifacts.errors import Gone

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = "experiments"
_FOLDER: Final = "revisions"
_BELOW: Final = 2


class Readable(Protocol):
    """What reading needs of a storage."""

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes of `key`; `Gone` at once when there are none."""


def revision_key(key: str, digest: str) -> str:
    """Return where the bytes of `digest` stay when `key` is written anew.

    "" for what never changes (a datastore's version) or has no digest (a log).
    """
    parts = key.split("/")
    if parts[0] != _ROOT or len(parts) <= _BELOW or not digest:
        return ""
    return f"{_ROOT}/{parts[1]}/{_FOLDER}/{digest.rpartition(':')[2]}"


def read_pinned(
    storage: Readable, key: str, pinned: str, start: int = 0, length: int | None = None
) -> Iterator[bytes]:
    """Yield the bytes that `key` had when `pinned` was made of their digest.

    Args:
        storage: where they are.
        key: the plain key.
        pinned: by `revision_key`; "" to take what `key` has now.
        start: the first byte.
        length: how many; None for the rest.

    Raises:
        Gone: when nothing is stored under either.
    """
    if not pinned:
        return storage.read(key, start, length)
    try:
        newest = storage.read(key, start, length)
    except Gone:
        return storage.read(pinned, start, length)
    try:
        return storage.read(pinned, start, length)
    except Gone:
        return newest
