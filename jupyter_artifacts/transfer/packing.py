"""Small files, gathered into packs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.ids import new_id

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.records.assets import Asset

PACKED: Final = 256 * 1024
"""Files below this size travel in packs."""

PACK: Final = 16 * 1024 * 1024
"""Once a pack has so many bytes, the next one begins."""

MOST: Final = 8_192
"""So many files at most: they are in memory until their pack is stored."""


@dataclass(slots=True)
class Pack:
    """A pack that is being filled.

    Attributes:
        key: of the object that it becomes.
        parts: the bytes, file after file.
        files: each file, and where it begins.
        size: bytes so far.
    """

    key: str
    parts: list[Buffer] = field(default_factory=list)
    files: list[tuple[Asset, int]] = field(default_factory=list)
    size: int = 0
    _places: dict[str, int] = field(default_factory=dict)

    def add(self, asset: Asset, content: Buffer) -> None:
        """Put a file into the pack; the same bytes are put in once."""
        place = self._places.get(asset.digest)
        if place is None:
            place = self._places[asset.digest] = self.size
            self.parts.append(content)
            self.size += asset.size
        self.files.append((asset, place))

    @property
    def full(self) -> bool:
        """Whether it is time for the next one."""
        return self.size >= PACK or len(self.files) >= MOST


def new_pack(prefix: str) -> Pack:
    """Return an empty pack below `prefix`."""
    return Pack(f"{prefix}/packs/{new_id()}")
