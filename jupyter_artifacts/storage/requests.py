"""What all storages do alike with requests for bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from jupyter_artifacts.errors import ArtifactsError, ChangedAtSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_Staged = TypeVar("_Staged")


def check_whole(key: str, got: int, length: int) -> None:
    """Raise `ChangedAtSource` unless as many bytes came as were asked for."""
    if got != length:
        msg = f"{got:,} bytes came instead of {length:,}"
        hint = "look at the listing again; it may have been written anew"
        raise ChangedAtSource(msg, address=key, hint=hint)


def each_or_error(
    stage: Callable[[str, Path], _Staged], key: str, source: Path
) -> _Staged | ArtifactsError:
    """Return what `stage` returns, or the error that it raises."""
    try:
        return stage(key, source)
    except ArtifactsError as error:
        return error
