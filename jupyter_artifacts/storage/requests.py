"""What all storages do alike with requests for bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from jupyter_artifacts.errors import ArtifactsError, ChangedAtSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typing_extensions import Buffer

_Staged = TypeVar("_Staged")

_PIECE: Final = 8 * 1024 * 1024


def check_whole(key: str, got: int, length: int) -> None:
    """Raise `ChangedAtSource` unless as many bytes came as were asked for."""
    if got != length:
        msg = f"{got:,} bytes came instead of {length:,}"
        hint = "look at the listing again; it may have been written anew"
        raise ChangedAtSource(msg, address=key, hint=hint)


class _Fetches(Protocol):
    def fetch(self, key: str, start: int, length: int) -> Buffer:
        """Return exactly these bytes of `key`."""


def fetched(
    self: _Fetches, key: str, start: int, length: int, version: str = ""
) -> Iterator[Buffer]:
    """Yield what `fetch` returns, piece after piece: a method for what is near."""
    del version
    end = start + length
    for at in range(start, end, _PIECE):
        yield self.fetch(key, at, min(_PIECE, end - at))


def each_or_error(
    stage: Callable[[str, Path], _Staged], key: str, source: Path
) -> _Staged | ArtifactsError:
    """Return what `stage` returns, or the error that it raises."""
    try:
        return stage(key, source)
    except ArtifactsError as error:
        return error
