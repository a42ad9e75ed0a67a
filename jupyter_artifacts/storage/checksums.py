"""The checksums that providers record, computed again.

crc64nvme: CRC-64/NVME, 64 bits (NVM Express NVM Command Set specification, 5.2.1.3.4).
crc32c: CRC-32C, Castagnoli's polynomial (RFC 3720, appendix B.4).
"""

from __future__ import annotations

import base64
import hashlib
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

# the first of these that is installed computes it
_CRCS: Final = {
    "crc64nvme": (16, ("awscrt.checksums:crc64nvme",)),
    "crc32c": (8, ("awscrt.checksums:crc32c", "google_crc32c:extend")),
}
_HASHES: Final = ("md5", "sha256")


def from_base64(name: str, said: str) -> str:
    """Return a checksum as we write it, from the base64 that providers send."""
    return f"{name}:{base64.b64decode(said).hex()}"


class _Sum(Protocol):
    def update(self, chunk: Buffer) -> None:
        """Take in a chunk."""

    def hexdigest(self) -> str:
        """Return the checksum in hexadecimal."""


class Checker:
    """Computes the checksum that somebody recorded, from bytes in their order.

    Args:
        recorded: "<name>:<hex>", as in `Asset.checksum`.
    """

    def __init__(self, recorded: str) -> None:
        self.recorded = recorded
        self.name, _, self._expected = recorded.partition(":")
        self._sum = _sum_of(self.name)

    @property
    def able(self) -> bool:
        """Whether this machine can compute it: CRCs need a library of the extras."""
        return self._sum is not None

    def update(self, chunk: Buffer) -> None:
        """Take in the next bytes."""
        if self._sum is not None:
            self._sum.update(chunk)

    def matches(self) -> bool:
        """Return whether the bytes are those of the recorded checksum."""
        return self._sum is not None and self._sum.hexdigest() == self._expected


class _Crc:
    def __init__(self, width: int, step: Callable[[bytes, int], int]) -> None:
        self._width = width
        self._step = step
        self._value = 0

    def update(self, chunk: Buffer) -> None:
        self._value = self._step(bytes(chunk), self._value)

    def hexdigest(self) -> str:
        return f"{self._value:0{self._width}x}"


def _sum_of(name: str) -> _Sum | None:
    if name in _HASHES:
        return hashlib.new(name, usedforsecurity=False)
    if name not in _CRCS:
        return None
    width, places = _CRCS[name]
    for place in places:
        module, _, function = place.partition(":")
        try:
            step = getattr(import_module(module), function)
        except ImportError:
            continue
        if module == "google_crc32c":
            return _Crc(width, _swapped(step))
        return _Crc(width, step)
    return None


def _swapped(step: Callable[[int, bytes], int]) -> Callable[[bytes, int], int]:
    return lambda chunk, value: step(value, chunk)
