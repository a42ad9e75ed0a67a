"""What an operation needs of a catalog: packs of experiments' outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class OutputPackRows(Protocol):
    """Where packs have the contents of experiments' outputs once more.

    An experiment that ends with files waits to be packed, until it was looked at.
    """

    def find(
        self, experiment_id: str, wanted: Sequence[str]
    ) -> Mapping[str, tuple[str, int]]:
        """Return, of those of these digests that packs have, pack and offset."""

    def add(
        self, experiment_id: str, pack: str, files: Sequence[tuple[str, int]]
    ) -> int:
        """Note what a pack has, (digest, offset), but what another one has already.

        Returns:
            How many of them are new; 0 when the experiment was deleted meanwhile.
        """

    def waiting(self, now: float, *, limit: int, run_id: str = "") -> list[str]:
        """Return ids of experiments whose outputs wait to be packed since `now`.

        Args:
            now: what became due later is left out.
            limit: at most so many, the oldest first.
            run_id: only those of this run; "" for all.
        """

    def claim(self, experiment_id: str, now: float, until: float) -> bool:
        """Keep others from packing an experiment for a while.

        Returns:
            Whether it waits, and nobody else is at it.
        """

    def postpone(self, experiment_id: str, until: float) -> None:
        """Keep others from it for a while longer: who claimed it goes on."""

    def settle(self, experiment_id: str) -> None:
        """Note that an experiment was looked at, and needs it never again."""
