"""Records of any number in little memory: the first in a list, many in a file."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY: Final = 16_384
_BLOCK: Final = 2_048

_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class Spool(Generic[_Kind]):
    """An append-only sequence of records.

    Up to `IN_MEMORY` records are kept as they are. From then on all of them lie, in
    blocks of MessagePack, in a file without a name, which is gone with the process.

    Args:
        kind: of the records.
    """

    def __init__(self, kind: type[_Kind]) -> None:
        self._decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        self._encoder = msgspec.msgpack.Encoder()
        self._newest: list[_Kind] = []
        self._blocks: list[tuple[int, int]] = []
        self._file: int | None = None

    def append(self, record: _Kind) -> None:
        """Add a record at the end."""
        self._newest.append(record)
        if len(self._newest) >= (_BLOCK if self._blocks else IN_MEMORY):
            self._spill()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._blocks) * _BLOCK + len(self._newest)

    def __iter__(self) -> Iterator[_Kind]:
        """Go through them, a block at a time."""
        for number in range(len(self._blocks)):
            yield from self._block(number)
        yield from self._newest

    def __getitem__(self, index: int) -> _Kind:
        """Return one of them; a negative index counts from the end."""
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            msg = f"there is no record {index} among {len(self)}"
            raise IndexError(msg)
        block, within = divmod(place, _BLOCK)
        if block < len(self._blocks):
            return self._block(block)[within]
        return self._newest[place - len(self._blocks) * _BLOCK]

    def _block(self, number: int) -> list[_Kind]:
        if self._file is None:  # no block is there before it is
            return []
        start, length = self._blocks[number]
        return self._decoder.decode(os.pread(self._file, length, start))

    def _spill(self) -> None:
        if self._file is None:
            with tempfile.TemporaryFile() as opened:
                self._file = os.dup(opened.fileno())
        while len(self._newest) >= _BLOCK:
            block, self._newest = self._newest[:_BLOCK], self._newest[_BLOCK:]
            encoded = self._encoder.encode(block)
            start = sum(self._blocks[-1]) if self._blocks else 0
            written = 0
            while written < len(encoded):
                written += os.pwrite(self._file, encoded[written:], start + written)
            self._blocks.append((start, len(encoded)))

    def __del__(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
