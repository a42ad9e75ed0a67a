"""Whether a set of paths can stand in a folder of this machine."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS: Final = ".jupyter_artifacts"
_MAX_NAME: Final = 255
_MAX_PATH: Final = 4095


def check_names(paths: list[str], to: str, standing: Path, address: str) -> None:
    """Raise `InvalidPath` when two paths, or a path and the file system, disagree.

    Args:
        paths: below the target; they may come from a hostile store.
        to: the target folder.
        standing: the target, or the folder above it that exists.
        address: what is downloaded, for the message.
    """
    for path in paths:
        AssetPath(path)
        _check_length(path, to, address)
    _check_file_or_folder(paths, address)
    for one, other in _twins(paths):
        if _fall_together(one, other, standing):
            msg = f"{one!r} and {other!r} would be the same file in {to}"
            hint = "download into a file system that tells them apart, or exclude one"
            raise InvalidPath(msg, address=address, hint=hint)


def _check_length(path: str, to: str, address: str) -> None:
    if path.split("/", 1)[0] == OURS:
        msg = f"{path!r} lies where receipts of downloads are kept"
        raise InvalidPath(msg, address=address, hint=f'exclude "{OURS}/"')
    long = max(path.split("/"), key=lambda part: len(part.encode()))
    if len(long.encode()) > _MAX_NAME:
        msg = f"the name {long[:40]!r}… is longer than {_MAX_NAME} bytes"
        raise InvalidPath(msg, address=address, hint="exclude it")
    if len(os.fsencode(to)) + 1 + len(path.encode()) > _MAX_PATH:
        msg = f"{path[:40]!r}… would have a path longer than {_MAX_PATH} bytes in {to}"
        hint = "download into a folder with a shorter path"
        raise InvalidPath(msg, address=address, hint=hint)


def _check_file_or_folder(paths: list[str], address: str) -> None:
    files = set(paths)
    for folder in _folders(paths):
        if folder in files:
            msg = f"{folder!r} is a file and a folder at once"
            raise InvalidPath(msg, address=address, hint=f'exclude "{folder}/"')


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _twins(paths: list[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs that some file systems take for one: by capitals, or by accents."""
    seen: dict[str, str] = {}
    for path in [*paths, *_folders(paths)]:
        other = seen.setdefault(_folded(path), path)
        if other != path:
            yield other, path


def _fall_together(one: str, other: str, standing: Path) -> bool:
    """Try it out: only the file system itself knows."""
    with tempfile.TemporaryDirectory(prefix=OURS, dir=standing) as trial:
        place = Path(trial)
        for mine, its in zip(one.split("/"), other.split("/"), strict=True):
            (place / mine).mkdir()
            if not (place / its).exists():
                return False
            place /= mine
        return True
