"""What could go wrong if an archive's entries were extracted as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.addresses import reason_against_path

if TYPE_CHECKING:
    from jupyter_artifacts.records.peeks import PeekEntry

_SPECIAL: Final = {"device", "pipe", "other"}
_LINKS: Final = {"link", "hard link"}
_SET_ID: Final = 0o6000
LONGEST_NAME: Final = 4097  # one more than a path may have
RATIO: Final = 100
_SMALL: Final = 1 << 20


@dataclass(slots=True)
class Hazards:
    """Looks at entries in their order; what came before matters.

    Attributes:
        marked: how many entries have a warning.
    """

    marked: int = 0
    _seen: set[str] = field(default_factory=set)
    _links: set[str] = field(default_factory=set)

    def mark(self, entry: PeekEntry, *, mode: int = 0, also: str = "") -> PeekEntry:
        """Return the entry with its warnings.

        Args:
            entry: as the archive has it.
            mode: its permission bits.
            also: a warning that only the archive's reader could tell.
        """
        name = _plain(entry.name) or "."
        reason = (
            "" if name == "." and entry.kind == "folder" else reason_against_path(name)
        )
        through = any(name.startswith(f"{link}/") for link in self._links)
        rules = (
            (reason, f"its name: {reason}"),
            (entry.kind in _SPECIAL, f"it is a {entry.kind}, no file"),
            (_leaves(entry), "it is a link that leaves the archive's folder"),
            (through, "it would be written through a link"),
            (name in self._seen and entry.kind != "folder", "it stands there twice"),
            (mode & _SET_ID, "it would run with another user's rights"),
            (_is_bomb(entry), f"it unpacks to {_times(entry):,} times its bytes"),
            (also, also),
        )
        self._seen.add(name)
        if entry.kind in _LINKS:
            self._links.add(name)
        warning = "; ".join(said for broken, said in rules if broken)
        self.marked += bool(warning)
        return msgspec.structs.replace(entry, warning=warning)

    @property
    def said(self) -> str:
        """Return how many have a warning, for the end of a summary."""
        if not self.marked:
            return ""
        verb = "is" if self.marked == 1 else "are"
        return f", of which {self.marked:,} {verb} not to be extracted as they stand"


def _plain(name: str) -> str:
    """Return a name without what changes nothing: "./" before it, "/" at its end."""
    while name.startswith("./"):
        name = name.removeprefix("./").lstrip("/")
    return name.removesuffix("/")


def _leaves(entry: PeekEntry) -> bool:
    if entry.kind not in _LINKS:
        return False
    target = entry.link
    if target.startswith("/") or "\\" in target or "\0" in target:
        return True
    depth = 0
    # a hard link's target counts from the archive's top, a symbolic one's from its own
    above = entry.name.split("/")[:-1] if entry.kind == "link" else []
    for part in [*above, *target.split("/")]:
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def _times(entry: PeekEntry) -> int:
    return entry.size // max(1, entry.packed or 0)


def _is_bomb(entry: PeekEntry) -> bool:
    return entry.packed is not None and entry.size > _SMALL and _times(entry) > RATIO
