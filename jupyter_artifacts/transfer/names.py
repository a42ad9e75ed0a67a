"""Whether a set of paths can stand in a folder of this machine."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from array import array
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OURS: Final = ".jupyter_artifacts"
_MAX_NAME: Final = 255
_MAX_PATH: Final = 4095
_FEW: Final = 20_000
# what most paths are, told by one match: then no rule can be broken
_PLAIN: Final = re.compile(r"(?:\w[\w.+=-]{0,200}/)*\w[\w.+=-]{0,200}", re.ASCII)


class Names:
    """The paths of one download, checked as they come by.

    A million of them take 8 MB: of each only a hash of its folded form is kept, and
    those that fall together are looked at again.

    Args:
        to: the target folder.
        address: what is downloaded, for messages.
    """

    def __init__(self, to: str, address: str) -> None:
        self._to = to
        self._address = address
        self._room = _MAX_PATH - len(os.fsencode(to)) - 1
        self._folders: set[str] = set()
        self._newest = ""
        self._folded = array("q")

    def add(self, path: str) -> None:
        """Take in one path; it may come from a hostile store.

        Raises:
            InvalidPath: when it is none, or cannot stand in a file system.
        """
        if not _PLAIN.fullmatch(path) or len(path) > self._room:
            AssetPath(path)
            self._check_length(path)
        self._folded.append(hash(_folded(path)))
        folder = path.rpartition("/")[0]
        if folder != self._newest:
            self._newest = folder
            self._add_folders(folder)

    def check(
        self, paths: Iterable[str], fall_together: Callable[[str, str], bool]
    ) -> None:
        """Raise `InvalidPath` when two of the paths cannot stand side by side.

        Args:
            paths: those that were added, once more.
            fall_together: whether two that differ in capitals or accents alone are
                one in the target's file system.
        """
        twice = _twice(self._folded)
        if not twice:
            return
        seen: dict[str, str] = {}
        for path in chain(paths, sorted(self._folders)):
            if hash(_folded(path)) not in twice:
                continue
            other = seen.setdefault(_folded(path), path)
            if other is not path:
                self._compare(other, path, fall_together)

    def _compare(
        self, one: str, other: str, fall_together: Callable[[str, str], bool]
    ) -> None:
        if one == other:
            msg = f"{one!r} is a file and a folder at once"
            hint = f'exclude "{one}/"'
            raise InvalidPath(msg, address=self._address, hint=hint)
        if fall_together(one, other):
            msg = f"{one!r} and {other!r} would be the same file in {self._to}"
            hint = "download into a file system that tells them apart, or exclude one"
            raise InvalidPath(msg, address=self._address, hint=hint)

    def _check_length(self, path: str) -> None:
        address = self._address
        # in capitals it is the same folder to some file systems
        if _folded(path.split("/", 1)[0]) == OURS:
            msg = f"{path!r} lies where receipts of downloads are kept"
            raise InvalidPath(msg, address=address, hint=f'exclude "{OURS}/"')
        long = max(path.split("/"), key=lambda part: len(part.encode()))
        if len(long.encode()) > _MAX_NAME:
            msg = f"the name {long[:40]!r}… is longer than {_MAX_NAME} bytes"
            raise InvalidPath(msg, address=address, hint="exclude it")
        if len(path.encode()) > self._room:
            msg = f"{path[:40]!r}… would have a path longer than {_MAX_PATH} bytes"
            hint = f"download into a folder with a shorter path than {self._to}"
            raise InvalidPath(msg, address=address, hint=hint)

    def _add_folders(self, folder: str) -> None:
        while folder and folder not in self._folders:
            self._folders.add(folder)
            self._folded.append(hash(_folded(folder)))
            folder = folder.rpartition("/")[0]


def _twice(hashes: array[int]) -> set[int]:
    """Return the values that are there more than once."""
    if len(hashes) <= _FEW:
        return {value for value, count in Counter(hashes).items() if count > 1}
    import numpy as np  # of many, in an eighth of the memory

    ordered = np.sort(np.frombuffer(hashes, dtype=np.int64))
    return set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def trial_in(standing: Path) -> Callable[[str, str], bool]:
    """Return what tries two paths out in a folder: only the file system knows.

    Args:
        standing: the target, or the folder above it that exists.
    """

    def fall_together(one: str, other: str) -> bool:
        with tempfile.TemporaryDirectory(prefix=OURS, dir=standing) as trial:
            place = Path(trial)
            for mine, its in zip(one.split("/"), other.split("/"), strict=True):
                (place / mine).mkdir()
                if not (place / its).exists():
                    return False
                place /= mine
            return True

    return fall_together
