"""The files that are moved: incompressible, the same on every machine."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KIB, MIB, GIB = 1024, 1024**2, 1024**3
PIECE = 256 * KIB  # little: whoever measures must stay small


@dataclass(frozen=True)
class Data:
    """A folder of files.

    Attributes:
        name: of the folder.
        title: for a person.
        sizes: of each file, by its path.
    """

    name: str
    title: str
    sizes: dict[str, int]

    @property
    def total(self) -> int:
        """All bytes."""
        return sum(self.sizes.values())

    def write(self, folder: Path) -> None:
        """Write the files; the same bytes each time."""
        dice = random.Random(self.name)  # noqa: S311 - the same in every run
        for path, size in self.sizes.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                for piece in pieces(size):
                    file.write(dice.randbytes(piece))


def pieces(size: int) -> Iterator[int]:
    """Yield the sizes of the pieces that make up `size`."""
    while size > 0:
        yield min(PIECE, size)
        size -= PIECE


def small(scale: float) -> Data:
    """10,000 files of 4 KiB in ten folders."""
    count = max(10, int(10_000 * scale))
    each = max(1, count // 10)
    sizes = {f"d{n // each}/f{n}.bin": 4 * KIB for n in range(count)}
    return Data("small", f"{count:,} files of 4 KiB", sizes)


def large(scale: float) -> Data:
    """One file of 2 GiB."""
    size = max(MIB, int(2 * GIB * scale))
    return Data("large", f"1 file of {size / GIB:.3g} GiB", {"large.bin": size})


def mixed(scale: float) -> Data:
    """200 files of 1.2 KiB to 50 MiB, 1 GiB in all."""
    dice = random.Random("sizes")  # noqa: S311 - as above
    low, high, wanted = 1229, int(50 * MIB * scale), int(GIB * scale)
    sizes = [int(low * (high / low) ** dice.random()) for _ in range(200)]
    factor = wanted / sum(sizes)
    sizes = [min(high, max(low, int(size * factor))) for size in sizes]
    named = {f"m{n % 8}/f{n}.bin": size for n, size in enumerate(sizes)}
    return Data("mixed", f"200 files, {sum(sizes) / GIB:.2f} GiB", named)


ALL = {"small": small, "large": large, "mixed": mixed}
