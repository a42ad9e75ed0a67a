"""What an artifact holds already, so that nothing of it is stored twice."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping, Sequence

    from jupyter_artifacts.operations.context import Context


class Held:
    """What an artifact holds, for `save`: asked for some at a time."""

    def __init__(self, ctx: Context, artifact_id: str) -> None:
        self._ctx = ctx
        self._artifact_id = artifact_id
        self._sizes: array[int] | None = None
        self._nothing: bool | None = None

    def find(self, digests: Sequence[str]) -> Mapping[str, tuple[str, int | None]]:
        """Return, of those of these digests that are held, key and offset."""
        with self._ctx.catalog.read() as rows:
            if self._nothing is None:
                self._nothing = rows.held.is_nothing(self._artifact_id)
            if self._nothing:  # of a first version, none need be looked up
                return {}
            return rows.held.find(self._artifact_id, digests)

    def has_size(self, size: int) -> bool:
        """Return whether anything held has this size."""
        if self._sizes is None:
            with self._ctx.catalog.read() as rows:
                self._sizes = rows.held.sizes(self._artifact_id)
        at = bisect_left(self._sizes, size)
        return at < len(self._sizes) and self._sizes[at] == size
