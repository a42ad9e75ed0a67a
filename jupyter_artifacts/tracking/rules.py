"""What is never captured, and what a run may not watch."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.tracking.downloads import Downloads

if TYPE_CHECKING:
    from jupyter_artifacts.settings import Settings

OUTPUTS: Final = "jupyter_artifacts_outputs"
"""The folder, beside a notebook, of its runs' own folders."""

NEVER: Final = frozenset(
    {
        "__pycache__",
        "node_modules",
        "datastores",
        "jupyter_artifacts_downloads",
    }
)
_MARKS: Final = ("pyvenv.cfg", "conda-meta")
"""A folder that holds one of these is an environment."""


class Rules:
    """Which folders and files below a capture root are nobody's output.

    Args:
        root: the capture root, resolved.
        settings: say where our own home and storage are.
    """

    def __init__(self, root: str, settings: Settings) -> None:
        self._root = root
        ours = settings.folders
        self._ours = {os.path.realpath(folder) for folder in ours}
        self._known: dict[str, bool] = {}
        self._downloads = Downloads(root)

    def forget(self) -> None:
        """Look at folders again: one may have become an environment since."""
        self._known.clear()
        self._downloads.forget()

    def came_from_elsewhere(
        self, relative: str, status: os.stat_result, *, fresh: bool
    ) -> bool:
        """Whether this file is a download, as it came; see `Downloads.holds`."""
        return self._downloads.holds(relative, status, fresh=fresh)

    def skips_folder(self, relative: str) -> bool:
        """Whether nothing below this folder is captured."""
        known = self._known.get(relative)
        if known is None:
            known = self._known[relative] = self._skips(relative)
        return known

    def skips_file(self, relative: str) -> bool:
        """Whether this file is hidden, or lies in a folder that is passed over."""
        folder, _, name = relative.rpartition("/")
        if name.startswith("."):
            return True
        while folder:
            if self.skips_folder(folder):
                return True
            folder = folder.rpartition("/")[0]
        return False

    def _skips(self, relative: str) -> bool:
        name = relative.rpartition("/")[2]
        if name.startswith(".") or name in NEVER:
            return True
        place = f"{self._root}/{relative}"
        return place in self._ours or any(
            os.path.lexists(f"{place}/{mark}") for mark in _MARKS
        )


def reason_against_root(folder: Path) -> str:
    """Return why a run may not capture all of `folder`, or "" when it may."""
    place = folder.resolve()
    if place == Path(place.anchor):
        return f"{place} is the whole machine"
    if place == Path.home().resolve():
        return f"{place} is your whole home folder"
    return ""


def shown(path: str) -> str:
    """Return a path as text that any terminal, page and database can hold."""
    whole = path.encode("utf-8", "backslashreplace").decode()
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) == "Cc"
        else character
        for character in whole
    )
