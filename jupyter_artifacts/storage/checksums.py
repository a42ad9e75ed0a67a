"""The checksums that providers record, computed again.

crc64nvme: CRC-64/NVME, 64 bits (NVM Express NVM Command Set specification, 5.2.1.3.4).
crc32c: CRC-32C, Castagnoli's polynomial (RFC 3720, appendix B.4).
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from jupyter_artifacts.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    _Step = Callable[[Buffer, int], int]

# the first of these that is installed computes it
_CRCS: Final = {
    "crc64nvme": (16, ("awscrt.checksums:crc64nvme",)),
    "crc32c": (8, ("awscrt.checksums:crc32c", "google_crc32c:extend")),
}
_POLYNOMIAL: Final = 0x9A6C9329AC4BC9B5  # of CRC-64/NVME, lowest power first
_ONE: Final = 1 << 63
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

    @property
    def found(self) -> str:
        """The checksum of the bytes, "<name>:<hex>"; "" where it is not computed."""
        return f"{self.name}:{self._sum.hexdigest()}" if self._sum else ""


def crc64nvme(chunk: Buffer, before: int = 0) -> int:
    """Return the CRC-64/NVME of what gave `before`, followed by `chunk`."""
    return _step_of("crc64nvme")(chunk, before)


def crc64nvme_of_both(first: int, second: int, length: int) -> int:
    """Return the CRC-64/NVME of bytes and others after them, from those of each.

    As zlib's `crc32_combine`: what follows shifts the first by so many bits.

    Args:
        first: of the first bytes.
        second: of those after them.
        length: how many those are.
    """
    return _times(_shift(length), first) ^ second


@lru_cache(64)
def _shift(length: int) -> int:
    """Return x to the power of `length` bytes, modulo the polynomial."""
    shift, square, bits = _ONE, _ONE >> 1, 8 * length
    while bits:
        if bits & 1:
            shift = _times(square, shift)
        square = _times(square, square)
        bits >>= 1
    return shift


def _times(one: int, other: int) -> int:
    """Multiply polynomials whose highest bit is the lowest power."""
    product, bit = 0, _ONE
    while bit:
        if one & bit:
            product ^= other
        bit >>= 1
        other = other >> 1 ^ (_POLYNOMIAL if other & 1 else 0)
    return product


def crc32c(chunk: Buffer, before: int = 0) -> int:
    """Return the CRC-32C of what gave `before`, followed by `chunk`."""
    return _step_of("crc32c")(chunk, before)


class _Crc:
    def __init__(self, width: int, step: _Step) -> None:
        self._width = width
        self._step = step
        self._value = 0

    def update(self, chunk: Buffer) -> None:
        self._value = self._step(chunk, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:0{self._width}x}"


def _sum_of(name: str) -> _Sum | None:
    if name in _HASHES:
        return hashlib.new(name, usedforsecurity=False)
    if name not in _CRCS:
        return None
    step = _installed(name)
    return _Crc(_CRCS[name][0], step) if step else None


def _step_of(name: str) -> _Step:
    step = _installed(name)
    if step is None:
        module = _CRCS[name][1][-1].partition(":")[0]
        msg = f"{module} is not installed, without which no {name} can be computed"
        hint = "pip install 'jupyter-artifacts[s3,gcs]'"
        raise Unavailable(msg, hint=hint)
    return step


@lru_cache
def _installed(name: str) -> _Step | None:
    for place in _CRCS[name][1]:
        module, _, function = place.partition(":")
        try:
            step: Callable[..., int] = getattr(import_module(module), function)
        except ImportError:
            continue
        return _swapped(step) if module == "google_crc32c" else step
    return None


def _swapped(step: Callable[[int, bytes], int]) -> _Step:
    # it takes bytes alone
    return lambda chunk, value: step(value, bytes(chunk))
