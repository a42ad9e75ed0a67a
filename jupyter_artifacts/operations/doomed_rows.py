"""What an operation needs of a catalog: bytes that are to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class DoomedRows(Protocol):
    """Bytes that no row needs, written down until the storage has let them go."""

    def add(self, prefixes: Sequence[str], now: float) -> None:
        """Note folders of bytes that are to be deleted now."""

    def remove(self, keys: Sequence[str], now: float) -> None:
        """Note single objects that are to be deleted now."""

    def keep(self, revisions: Sequence[tuple[str, str]], until: float) -> None:
        """Note old bytes, (their key, the key they were replaced under), to keep.

        Noted again, they stay until the later time.
        """

    def hasten(self, replaced: Sequence[str], now: float) -> None:
        """Let go at once the old bytes of these keys that are kept so far."""

    def postpone(self, keys: Sequence[str], until: float) -> None:
        """Let what the storage did not let go of wait, and others be deleted first."""

    def try_again(self, now: float) -> None:
        """Let what was postponed be deleted now; old bytes that are kept stay so."""

    def due(
        self, now: float, *, limit: int, again: bool = False
    ) -> tuple[list[str], list[str], list[str]]:
        """Return folders, single objects, and old bytes, that are to be deleted by now.

        Nobody needs one of the first two again; of the last somebody may, see `keep`.

        Args:
            now: seconds since 1970.
            limit: at most so many of them together.
            again: whether what was postponed is due, too, as after `try_again`.
        """

    def is_due(self, key: str, now: float) -> bool:
        """Return whether one of them is still to be deleted by now."""

    def forget(self, keys: Sequence[str]) -> None:
        """Take off the list what is deleted, with everything below it."""
