"""What saving needs of a storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.records.assets import Asset


class Target(Protocol):
    """What saving needs of a storage."""

    @property
    def streams(self) -> int:
        """How many requests at a time are worth it."""

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all."""

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file of any size."""

    def uri(self, key: str) -> str:
        """Return the URI of `key`."""
