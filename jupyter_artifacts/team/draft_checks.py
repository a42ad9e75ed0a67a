"""What an artifact could never be logged with, refused as soon as it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import InvalidPath, InvalidRequest
from jupyter_artifacts.operations.checking import check_values
from jupyter_artifacts.records.base import value_to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KEPT: Final = 16_384
"""So many paths are remembered; logging compares all of them, however many."""


class Taken:
    """Paths that an artifact is sure to have: no folder's, which is read later."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def take(self, paths: Iterable[str]) -> None:
        """Remember that these are files; all of them, or none when one is refused.

        Raises:
            InvalidPath: when a path comes twice, or is a file and a folder.
        """
        files: set[str] = set()
        folders: set[str] = set()
        for path in paths:
            above = set(_above(path))
            if path in files or path in self._files:
                msg = "this path is there twice"
                hint = "give each file a name of its own"
                raise InvalidPath(msg, address=path, hint=hint)
            both = [each for each in above if each in files or each in self._files]
            if path in folders or path in self._folders:
                both.append(path)
            if both:
                msg = "this path is a file and a folder"
                raise InvalidPath(msg, address=both[0], hint="rename one")
            if len(self._files) + len(files) < KEPT:
                files.add(path)
                folders |= above
        self._files |= files
        self._folders |= folders


def _above(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def checked_metadata(metadata: Mapping[Any, Any] | None) -> dict[str, Any]:
    """Return metadata that can be logged.

    Raises:
        InvalidRequest: for a key that is no text, and for what JSON cannot hold.
    """
    found = dict(metadata or {})
    for key in found:
        if not isinstance(key, str):
            msg = f"metadata has the key {key!r}, which is no text"
            raise InvalidRequest(msg, hint=f"write {str(key)!r}")
    check_values({"metadata": value_to_wire(found)})
    return found
