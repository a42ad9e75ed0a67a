"""Chunks of a metric series as bytes.

    u8    version of the encoding, 1
    u32   how many points, little-endian
    ...   one zstd frame of three columns, each byte-shuffled (all first bytes,
          then all second bytes, …): steps as the differences of int64, times as
          the differences of their bits, values as their bits

Differences wrap around, so any 64 bits come back as they were, NaN payloads too.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import zstandard

from jupyter_artifacts.errors import CatalogCorrupt

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS: Final = 8192
_HEAD: Final = struct.Struct("<BI")
_VERSION: Final = 1
_LEVEL: Final = 1
# A zstd context must not be used by two threads at once.
_contexts = threading.local()


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Points of one series, in the order they were logged."""

    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, part: slice | NDArray[Any]) -> Columns:
        return Columns(self.steps[part], self.times[part], self.values[part])


def no_points() -> Columns:
    """Return columns without a point."""
    return Columns(np.empty(0, np.int64), np.empty(0), np.empty(0))


def joined(parts: list[Columns]) -> Columns:
    """Return the points of all parts, one after another."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return no_points()
    return Columns(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def encode_chunk(points: Columns) -> bytes:
    """Return the points as bytes."""
    columns = (
        _differences(points.steps.view(np.uint64)),
        _differences(points.times.view(np.uint64)),
        points.values.view(np.uint64),
    )
    shuffled = b"".join(
        np.ascontiguousarray(
            column.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8).T
        ).tobytes()
        for column in columns
    )
    if not hasattr(_contexts, "compressor"):
        _contexts.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    packed: bytes = _contexts.compressor.compress(shuffled)
    return _HEAD.pack(_VERSION, len(points)) + packed


def decode_chunk(data: bytes) -> Columns:
    """Return the points that `encode_chunk` was given.

    Raises:
        CatalogCorrupt: when the bytes are no chunk.
    """
    if not hasattr(_contexts, "decompressor"):
        _contexts.decompressor = zstandard.ZstdDecompressor()
    try:
        version, count = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise _damaged(f"encoding {version} is unknown")
        raw = _contexts.decompressor.decompress(
            data[_HEAD.size :], max_output_size=3 * 8 * count
        )
        shuffled = np.frombuffer(raw, np.uint8).reshape(3, 8, count)
    except (struct.error, zstandard.ZstdError, ValueError) as error:
        raise _damaged(str(error)) from error
    plain = np.ascontiguousarray(shuffled.transpose(0, 2, 1))
    steps, times, values = plain.view("<u8").reshape(3, count).astype(np.uint64)
    return Columns(
        np.cumsum(steps, dtype=np.uint64).view(np.int64),
        np.cumsum(times, dtype=np.uint64).view(np.float64),
        values.view(np.float64),
    )


def _differences(column: NDArray[np.uint64]) -> NDArray[np.uint64]:
    found = column.copy()
    found[1:] -= column[:-1]
    return found


def _damaged(why: str) -> CatalogCorrupt:
    msg = f"a chunk of metrics is damaged ({why})"
    return CatalogCorrupt(msg, hint="restore the catalog from a backup")
