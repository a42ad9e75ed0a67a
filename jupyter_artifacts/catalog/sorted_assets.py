"""Files of a manifest that never changes: sorted, cut into chunks, in bounded memory.

Files come in any order. Runs of them are sorted in memory and spooled to files without
a name, then merged; what comes out waits in another such file until it is written to
the catalog. So a million files take the memory of some thousands, and nothing of the
work is done while the catalog is locked.
"""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from typing import IO, TYPE_CHECKING, Final, Self, TypeVar

import msgspec
import zstandard

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.catalog.manifest_lines import (
    Chunk,
    FolderRow,
    Part,
    place_key,
    said_by,
)
from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import InvalidPath
from jupyter_artifacts.records.assets import AssetKind, StoredAsset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType


CHUNK: Final = 2048
_RUN: Final = 16_384
_BLOCK: Final = 128
_PART: Final = 4
_FOLDERS: Final = 2000
_IN_MEMORY: Final = 8 << 20
_LENGTH: Final = 8

T = TypeVar("T")

_encode: Final = msgspec.msgpack.Encoder().encode
_Line = tuple[str, StoredAsset | None]  # None: the place is a folder with files in it


class SortedAssets:
    """A whole manifest, ready to be written; use it as a context manager.

    Attributes:
        digest: of what it says: the same for the same paths with the same content.
        files: how many, without empty folders.
        bytes: sum of their sizes.
    """

    def __init__(self, digest: str, files: int, size: int, spool: IO[bytes]) -> None:
        self.digest = digest
        self.files = files
        self.bytes = size
        self._spool = spool

    def parts(self) -> Iterator[Part]:
        """Yield what is to be written, from its beginning."""
        return _read_blocks(self._spool, Part)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the spool back."""
        self._spool.close()


def sort_assets(files: Iterable[StoredAsset]) -> SortedAssets:
    """Take files in any order; return them as a manifest that can be written.

    Raises:
        InvalidPath: when a path comes twice, or is a file and a folder.
    """
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - handed on
    cutter = _Cutter(spool)
    try:
        with ExitStack() as opened:
            for stored in _distinct(_merged(files, opened)):
                cutter.add(stored)
        cutter.finish()
    except BaseException:
        spool.close()
        raise
    return SortedAssets(cutter.digest(), cutter.files, cutter.bytes, spool)


def _merged(files: Iterable[StoredAsset], opened: ExitStack) -> Iterator[_Line]:
    runs: list[Iterator[_Line]] = []
    lines: list[_Line] = []
    for line in _with_folders(files):
        lines.append(line)
        if len(lines) == _RUN:
            run = tempfile.TemporaryFile()  # noqa: SIM115 - read until `opened` ends
            opened.enter_context(run)
            lines.sort(key=itemgetter(0))
            for at in range(0, _RUN, _BLOCK):
                _write_block(run, lines[at : at + _BLOCK])
            runs.append(_read_run(run))
            lines = []
    lines.sort(key=itemgetter(0))
    return heapq.merge(*runs, lines, key=itemgetter(0))


def _with_folders(files: Iterable[StoredAsset]) -> Iterator[_Line]:
    """Yield lines, and one for each folder above them, some of those again."""
    seen: set[str] = set()
    for stored in files:
        path = AssetPath(stored.asset.path).text
        yield place_key(path), stored
        folder = path.rpartition("/")[0]
        while folder and folder not in seen:
            seen.add(folder)
            yield place_key(folder), None
            folder = folder.rpartition("/")[0]
        if len(seen) > _RUN:
            seen.clear()


def _distinct(lines: Iterable[_Line]) -> Iterator[StoredAsset]:
    """Yield what stands at each place; an empty folder only where it is empty."""
    for _, group in groupby(lines, key=itemgetter(0)):
        here = [stored for _, stored in group]
        found = [stored for stored in here if stored is not None]
        folders = [each for each in found if each.asset.kind is AssetKind.FOLDER]
        others = len(found) - len(folders)
        if others > 1:
            msg = "this path is there twice"
            hint = "give each file a name of its own"
            raise InvalidPath(msg, address=found[0].asset.path, hint=hint)
        if others and len(here) > 1:
            msg = "this path is a file and a folder"
            raise InvalidPath(msg, address=found[0].asset.path, hint="rename one")
        if len(found) == len(here):
            yield found[0]


class _Cutter:
    """Cuts sorted lines into chunks, sums up the folders, and spools both."""

    def __init__(self, spool: IO[bytes]) -> None:
        self.files = 0
        self.bytes = 0
        self._spool = spool
        self._hasher = Hasher()
        self._lines: list[StoredAsset] = []
        self._part = Part([], [])
        self._number = 0
        self._above: list[FolderRow] = []

    def add(self, stored: StoredAsset) -> None:
        """Take the next line."""
        asset = stored.asset
        self._hasher.update(said_by(asset))
        self._lines.append(stored)
        parent = asset.path.rpartition("/")[0]
        self._move_to(parent)
        if asset.kind is AssetKind.FOLDER:
            self._part.folders.append(FolderRow(asset.path, modified=asset.modified))
        else:
            self.files += 1
            self.bytes += asset.size
            if self._above:
                _sum(self._above[-1], asset.size, 1, asset.modified)
        if len(self._lines) == CHUNK:
            self._cut()

    def finish(self) -> None:
        """Spool what is left."""
        self._move_to("")
        if self._lines:
            self._cut()
        self._flush()

    def digest(self) -> str:
        """Return the digest of what the manifest says."""
        return self._hasher.digest()

    def _move_to(self, folder: str) -> None:
        """Close the folders that `folder` is not below, and open those it is."""
        above = self._above
        while above and not f"{folder}/".startswith(f"{above[-1].path}/"):
            closed = above.pop()
            self._part.folders.append(closed)
            if above:
                _sum(above[-1], closed.size, closed.files, closed.modified)
        opened = above[-1].path.count("/") + 1 if above else 0
        parts = folder.split("/") if folder else []
        for depth in range(opened, len(parts)):
            above.append(FolderRow("/".join(parts[: depth + 1])))
        if len(self._part.folders) >= _FOLDERS:
            self._flush()

    def _cut(self) -> None:
        lines, self._lines = self._lines, []
        files = sum(line.asset.kind is not AssetKind.FOLDER for line in lines)
        first, last = (place_key(lines[at].asset.path) for at in (0, -1))
        data = zstandard.ZstdCompressor(3).compress(_encode(lines))
        self._part.chunks.append(Chunk(self._number, first, last, files, data))
        self._number += 1
        if len(self._part.chunks) == _PART:
            self._flush()

    def _flush(self) -> None:
        if self._part.chunks or self._part.folders:
            _write_block(self._spool, self._part)
            self._part = Part([], [])


def _sum(folder: FolderRow, size: int, files: int, modified: float) -> None:
    folder.size += size
    folder.files += files
    folder.modified = max(folder.modified, modified)


def _write_block(spool: IO[bytes], block: object) -> None:
    data = zstandard.ZstdCompressor(1).compress(_encode(block))
    spool.write(len(data).to_bytes(_LENGTH, "little") + data)


def _read_blocks(spool: IO[bytes], kind: type[T]) -> Iterator[T]:
    """Yield blocks from the beginning; others may read between two of them."""
    decode = msgspec.msgpack.Decoder(kind).decode
    at = 0
    while True:
        spool.seek(at)
        length = int.from_bytes(spool.read(_LENGTH), "little")
        if not length:
            return
        data = spool.read(length)
        at += _LENGTH + length
        yield decode(zstandard.ZstdDecompressor().decompress(data))


def _read_run(run: IO[bytes]) -> Iterator[_Line]:
    for block in _read_blocks(run, list[_Line]):
        yield from block
