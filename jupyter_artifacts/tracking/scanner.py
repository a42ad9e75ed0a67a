"""What stands below a capture root, and which of it an experiment wrote."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_artifacts.addresses import reason_against_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.tracking.rules import Rules


class Signature(NamedTuple):
    """What differs once a file was written again."""

    inode: int
    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that stands below the root and came to be since the marker.

    Attributes:
        path: below the root.
        signature: of it, or of what its link leads to.
        source: where its bytes are: its own place, or where its link leads.
        reason: why it cannot be captured; "" when it can.
    """

    path: str
    signature: Signature
    source: str
    reason: str = ""


class Scanner:
    """Looks at files below a root.

    Args:
        root: the capture root, resolved.
        marker: what was changed since this time (ns) is an output.
        rules: what is passed over.
    """

    def __init__(self, root: str, marker: int, rules: Rules) -> None:
        self.root = root
        self._marker = marker
        self._rules = rules

    def scan(self, folder: str = "") -> Iterator[Seen]:
        """Yield every output there is below `folder`, a path below the root."""
        self._rules.forget()
        folders = [folder]
        while folders:
            folder = folders.pop()
            below = f"{folder}/" if folder else ""
            for name in _names(f"{self.root}/{folder}"):
                relative = below + name
                found = self.look(relative, known_folder=True)
                if isinstance(found, Seen):
                    yield found
                elif found and not self._rules.skips_folder(relative):
                    folders.append(relative)

    def look(self, relative: str, *, known_folder: bool = False) -> Seen | bool:
        """Return what stands at `relative` when it is an output.

        Args:
            relative: path below the root.
            known_folder: whether its folder is known not to be passed over.

        Returns:
            What was seen; else whether it is a folder.
        """
        place = f"{self.root}/{relative}"
        try:
            status = os.lstat(place)
        except OSError:
            return False
        if stat.S_ISDIR(status.st_mode):
            return True
        name = relative.rpartition("/")[2]
        passed = (
            name.startswith(".") if known_folder else self._rules.skips_file(relative)
        )
        if passed:
            return False
        reason = reason_against_path(relative)
        source = place
        if stat.S_ISLNK(status.st_mode):
            source, target, why = self._follow(place)
            reason = reason or why
            # a new link to an old file is no output, a link to a new one is
            status = target or status
        elif not stat.S_ISREG(status.st_mode):
            reason = "it is a pipe, a socket or a device, not a file"
        if max(status.st_mtime_ns, status.st_ctime_ns) < self._marker:
            return False
        if source == place and self._rules.came_from_elsewhere(
            relative, status, fresh=not known_folder
        ):
            return False
        return Seen(relative, _signature(status), source, reason)

    def _follow(self, place: str) -> tuple[str, os.stat_result | None, str]:
        target = os.path.realpath(place)
        if not target.startswith(f"{self.root}/"):
            return place, None, "it is a link that leads outside the folder"
        try:
            status = Path(target).stat()
        except OSError:
            return place, None, "it is a link that leads nowhere"
        if not stat.S_ISREG(status.st_mode):
            return place, None, "it is a link to a folder; its files have their place"
        return target, status, ""


def _names(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        # it went away, or is not ours to read, so nothing in it is ours
        return []


def _signature(status: os.stat_result) -> Signature:
    return Signature(
        status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )
