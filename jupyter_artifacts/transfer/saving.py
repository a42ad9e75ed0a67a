"""Saving files as a version: hashed, without what is held already, small ones packed.

    <prefix>/packs/<ulid>      files below 256 KiB, one after the other
    <prefix>/objects/<ulid>    a larger file

Both are written once and never again. A pack is the only copy of what lies in it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.media_types import media_type_of
from jupyter_artifacts.transfer.budget import Budget
from jupyter_artifacts.transfer.packing import PACKED, Pack, new_pack
from jupyter_artifacts.transfer.progress import Meter, Progress
from jupyter_artifacts.transfer.reading import hash_whole, read_small
from jupyter_artifacts.transfer.retrying import patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.transfer.target import Target

IN_FLIGHT: Final = 32 * 1024 * 1024
_BATCH: Final = 1000
_BATCH_BYTES: Final = 4 * 1024 * 1024
_WAITING: Final = 64


class Held(Protocol):
    """What is stored already where deduplication may look."""

    def find(self, digests: Sequence[str]) -> Mapping[str, tuple[str, int | None]]:
        """Return, of those of these digests that are held, key and offset."""

    def has_size(self, size: int) -> bool:
        """Return whether anything held has this size."""


class NothingHeld:
    """Nothing is stored yet."""

    def find(self, digests: Sequence[str]) -> Mapping[str, tuple[str, int | None]]:
        """Return nothing."""
        del digests
        return {}

    def has_size(self, size: int) -> bool:
        """Return False."""
        del size
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSave:
    """One line of what is to be saved.

    Attributes:
        path: what it is called.
        source: a regular file that has its bytes.
        content: the bytes themselves.
        asset: the whole line, for what we hold no bytes of.
        modified: the file's own time.
        size: bytes, as far as known beforehand.
    """

    path: str
    source: Path | None = None
    content: bytes | None = None
    asset: Asset | None = None
    modified: float = 0.0
    size: int = 0


def save(  # noqa: PLR0913 - what may differ, by keyword
    files: Iterable[ToSave],
    storage: Target,
    prefix: str,
    *,
    packed: bool,
    held: Held,
    sha256: bool = False,
    progress: Callable[[Progress], None] | None = None,
    canceled: Callable[[], bool] = lambda: False,
    total: tuple[int, int] = (0, 0),
) -> Iterator[StoredAsset]:
    """Store files, and yield where each of them is; in no particular order.

    Memory stays at about 48 MiB, whatever the files.

    Args:
        files: of different paths.
        storage: where to.
        prefix: below which everything new is stored.
        packed: whether small files go into packs.
        held: what need not be stored again.
        sha256: whether SHA-256 is computed, too.
        progress: told how far it is, at most ten times a second.
        canceled: asked between files whether to stop.
        total: bytes and files to come, for `progress`.

    Raises:
        ChangedAtSource: when a file changed while it was read.
        Gone: when a file is no longer there.
        Canceled: when `canceled` said so.
    """
    meter = Meter(*total, progress, canceled, what="saving")
    saving = _Saving(storage, prefix, held, meter, packed=packed, sha256=sha256)
    try:
        for file in files:
            meter.check()
            yield from saving.take(file)
        yield from saving.finish()
    finally:
        meter.stop()
        saving.close()
    meter.close()


class _Saving:
    def __init__(
        self,
        storage: Target,
        prefix: str,
        held: Held,
        meter: Meter,
        *,
        packed: bool,
        sha256: bool,
    ) -> None:
        self._storage = storage
        self._prefix = prefix
        self._held = held
        self._meter = meter
        self._packed = packed
        self._sha256 = sha256
        self._pack = new_pack(prefix)
        self._batch: list[tuple[Asset, Buffer]] = []
        self._batch_bytes = 0
        self._budget = Budget(IN_FLIGHT, meter.check)
        self._pool = ThreadPoolExecutor(max(2, storage.streams), "saving")
        self._waiting: deque[Future[list[StoredAsset]]] = deque()

    def take(self, file: ToSave) -> Iterator[StoredAsset]:
        """Take in one file; yield what is stored by now."""
        if file.asset is not None:
            yield StoredAsset(asset=file.asset, key="")
        elif self._packed and file.size < PACKED:
            yield from self._small(file)
        else:
            yield from self._submit(partial(self._large, file))

    def finish(self) -> Iterator[StoredAsset]:
        """Store what is left; yield it when it is."""
        yield from self._look_up()
        yield from self._close_pack()
        while self._waiting:
            yield from self._waiting.popleft().result()

    def close(self) -> None:
        """End every thread."""
        self._pool.shutdown(cancel_futures=True)

    def _small(self, file: ToSave) -> Iterator[StoredAsset]:
        content, digest = read_small(file.source, file.content)
        size = memoryview(content).nbytes
        if size >= PACKED:  # it grew since it was looked at
            yield from self._submit(partial(self._large, file))
            return
        asset = self._asset(file, size, digest)
        if self._sha256:
            sha256 = f"sha256:{hashlib.sha256(content).hexdigest()}"
            asset = msgspec.structs.replace(asset, sha256=sha256)
        self._batch.append((asset, content))
        self._batch_bytes += size
        if len(self._batch) >= _BATCH or self._batch_bytes >= _BATCH_BYTES:
            yield from self._look_up()

    def _look_up(self) -> Iterator[StoredAsset]:
        """Put what is not held already into a pack."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        known = self._held.find([asset.digest for asset, _ in batch]) if batch else {}
        for asset, content in batch:
            place = known.get(asset.digest)
            if place is not None:
                self._count(asset)
                yield self._stored(asset, *place)
                continue
            self._pack.add(asset, content)
            if self._pack.full:
                yield from self._close_pack()

    def _close_pack(self) -> Iterator[StoredAsset]:
        pack, self._pack = self._pack, new_pack(self._prefix)
        if pack.files:
            yield from self._submit(partial(self._store_pack, pack))

    def _store_pack(self, pack: Pack) -> list[StoredAsset]:
        with self._budget.taken(pack.size):
            patiently(
                lambda: self._storage.store_bytes(pack.key, pack.parts),
                self._meter.check,
            )
            pack.parts.clear()
        for asset, _ in pack.files:
            self._count(asset)
        return [self._stored(asset, pack.key, place) for asset, place in pack.files]

    def _large(self, file: ToSave) -> list[StoredAsset]:
        if file.content is not None:
            return [self._from_memory(file, file.content)]
        if file.source is None:
            msg = f"{file.path} has neither a file nor bytes"
            raise ValueError(msg)
        source, passed = file.source, self._meter.moved
        if self._held.has_size(file.size):
            found = hash_whole(source, sha256=self._sha256)
            place = self._held.find([found.digest]).get(found.digest)
            if place is not None:
                asset = self._asset(file, found.size, found.digest)
                asset = msgspec.structs.replace(asset, sha256=found.sha256)
                self._count(asset)
                return [self._stored(asset, *place)]
        key = f"{self._prefix}/objects/{new_id()}"
        kept = patiently(
            lambda: self._storage.store_file(key, source, passed), self._meter.check
        )
        asset = self._asset(file, kept.size, kept.digest)
        if self._sha256:
            again = hash_whole(source, sha256=True)
            again.check_same(kept.digest, source)
            asset = msgspec.structs.replace(asset, sha256=again.sha256)
        asset = msgspec.structs.replace(
            asset, checksum=kept.checksum, etag=kept.etag, version_id=kept.version_id
        )
        self._meter.finished(1)
        return [self._stored(asset, key, None)]

    def _from_memory(self, file: ToSave, content: bytes) -> StoredAsset:
        _, digest = read_small(None, content)
        asset = self._asset(file, len(content), digest)
        if self._sha256:
            sha256 = f"sha256:{hashlib.sha256(content).hexdigest()}"
            asset = msgspec.structs.replace(asset, sha256=sha256)
        place = self._held.find([digest]).get(digest)
        if place is None:
            place = (f"{self._prefix}/objects/{new_id()}", None)
            with self._budget.taken(len(content)):
                patiently(
                    lambda: self._storage.store_bytes(place[0], [content]),
                    self._meter.check,
                )
        self._count(asset)
        return self._stored(asset, *place)

    def _submit(self, work: Callable[[], list[StoredAsset]]) -> Iterator[StoredAsset]:
        """Hand work to a thread; yield what others have done by now."""
        self._waiting.append(self._pool.submit(work))
        while self._waiting and (
            len(self._waiting) > _WAITING or self._waiting[0].done()
        ):
            yield from self._waiting.popleft().result()

    def _asset(self, file: ToSave, size: int, digest: str) -> Asset:
        return Asset(
            path=file.path,
            size=size,
            digest=digest,
            modified=file.modified,
            media_type=media_type_of(file.path),
        )

    def _stored(self, asset: Asset, key: str, offset: int | None) -> StoredAsset:
        return StoredAsset(asset=asset, key=key, offset=offset)

    def _count(self, asset: Asset) -> None:
        self._meter.moved(asset.size)
        self._meter.finished(1)
