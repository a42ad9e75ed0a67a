"""Packs of experiments' outputs, built after the end, as a faster copy only.

    experiments/<ulid>/artifacts/figures/loss.png   the file: what tools list
    experiments/<ulid>/packs/<ulid>                 many small ones' bytes again

Each file is read again and checked against its digest, packs are stored, and one
transaction per pack lets downloads find it. A pack is noted as doomed before it is
stored and taken off that list with its rows, so that what a killed process leaves is
deleted a day later, and whoever comes next goes on behind the last pack with rows.
Several at once are harmless: the first rows stay, and a pack without any is deleted.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource, Gone, NotFound, StoreRefused
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.operations.places import (
    experiment_prefix,
    pack_folder,
    pack_name,
)
from jupyter_artifacts.records.assets import AssetKind, StoredAsset
from jupyter_artifacts.records.states import CheckpointState
from jupyter_artifacts.transfer.packing import PACKED, Pack, new_pack
from jupyter_artifacts.transfer.retrying import patiently
from jupyter_artifacts.transfer.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from typing_extensions import Buffer

    from jupyter_artifacts.operations.context import Catalog, Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.operations.stores import Storage

AT_LEAST: Final = 64
"""Fewer small files are not worth a pack."""

HELD: Final = 600.0
"""Seconds in which whoever is at an experiment, or died at it, keeps others from it."""

_DAY: Final = 24 * 3600.0
_AT_ONCE: Final = 1000
_BYTES_AT_ONCE: Final = 8 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Packed:
    """What became of an experiment's small files.

    Attributes:
        address: of the experiment.
        files: how many contents packs have now that they had not before.
        packs: how many were stored for them.
        left_out: how many files were not what was recorded, gone or refused.
        example: path of one of those.
    """

    address: str
    files: int = 0
    packs: int = 0
    left_out: int = 0
    example: str = ""

    def __str__(self) -> str:
        """Return it as one line for a log."""
        said = f"{self.address}: {self.files} small files are in {self.packs} packs"
        if not self.left_out:
            return said
        return (
            f"{said}; {self.left_out} cannot be read as recorded, "
            f"e.g. {self.example!r}: jupyter artifacts verify {self.address}"
        )


def pack_waiting(
    ctx: Context,
    *,
    before: float,
    run_id: str = "",
    check: Callable[[], None] = lambda: None,
) -> Iterator[Packed]:
    """Pack the outputs of experiments that wait for it; yield what came of each.

    Of each, one process at a time does so. In memory are at most 48 MiB.

    Args:
        ctx: gives the catalog, the storage and the clock.
        before: only those that wait since then.
        run_id: only those of one run; "" for all.
        check: raises when it is to stop; asked between files.

    Raises:
        Unavailable: when the storage failed for a while; the experiment waits on.
    """
    while ctx.storage.streams > 1:
        with ctx.catalog.read() as rows:
            found = rows.output_packs.waiting(before, limit=1, run_id=run_id)
        if not found:
            return
        check()
        now = ctx.clock()
        with ctx.catalog.write() as rows:
            mine = rows.output_packs.claim(found[0], before, now + HELD)
        if not mine:
            continue
        try:
            packed = pack_outputs(ctx, found[0], check=check)
        except NotFound:
            continue  # it was deleted meanwhile, and its rows with it
        with ctx.catalog.write() as rows:
            rows.output_packs.settle(found[0])
        yield packed


def pack_outputs(
    ctx: Context, experiment_id: str, *, check: Callable[[], None] = lambda: None
) -> Packed:
    """Store the small files of an experiment that has ended once more, in packs.

    Done twice, the second time finds nothing to do. Nothing is done for a storage on
    this machine, nor for fewer than `AT_LEAST` files.

    Raises:
        NotFound: when the experiment was deleted meanwhile.
        Unavailable: when the storage failed for a while; what has rows stays.
    """
    with ctx.catalog.read() as rows:
        experiment = rows.experiments.by_id(experiment_id)
        packed = Packed(address=experiment.address)
        if not experiment.state.ended or ctx.storage.streams == 1:
            return packed
        small = Spool(StoredAsset)
        for stored in _small(rows, experiment_id):
            small.append(stored)
    if len(small) >= AT_LEAST:
        _Packing(ctx.catalog, ctx.storage, ctx.clock, experiment_id, packed).of(
            small, check
        )
    return packed


def _small(rows: Rows, experiment_id: str) -> Iterator[StoredAsset]:
    """Yield the files that are worth packing, those of whole checkpoints last."""
    manifests = [experiment_id]
    manifests += [
        checkpoint.uuid
        for checkpoint in rows.checkpoints.all(experiment_id)
        if checkpoint.state is CheckpointState.COMPLETED
    ]
    for manifest in manifests:
        for page in rows.assets.pages(manifest):
            for stored in page:
                asset = stored.asset
                is_file = asset.kind is AssetKind.FILE and bool(asset.digest)
                # an empty one costs no request anyway
                if is_file and 0 < asset.size < PACKED:
                    yield stored


@dataclass(slots=True)
class _Packing:
    """One experiment's packs on their way."""

    catalog: Catalog
    storage: Storage
    clock: Callable[[], float]
    experiment: str
    packed: Packed
    given: bool = False

    def of(self, files: Iterable[StoredAsset], check: Callable[[], None]) -> None:
        prefix = experiment_prefix(self.experiment)
        pack = new_pack(prefix)
        at_once = max(2, self.storage.small_streams)
        with ThreadPoolExecutor(at_once, "packing") as pool:
            for some in _batches(files):
                check()
                new = self._not_yet_packed(some)
                contents = list(pool.map(lambda stored: self._read(stored, check), new))
                self._check_given(contents)
                for stored, content in zip(new, contents, strict=True):
                    if content is None or isinstance(content, StoreRefused):
                        self.packed.left_out += 1
                        self.packed.example = stored.asset.path
                        continue
                    pack.add(stored.asset, content)
                    if pack.full:
                        self._store(pack, check)
                        pack = new_pack(prefix)
        if pack.files:
            self._store(pack, check)

    def _not_yet_packed(self, some: list[StoredAsset]) -> list[StoredAsset]:
        """Return one file of each content that no pack has."""
        different = {stored.asset.digest: stored for stored in some}
        with self.catalog.read() as rows:
            known = rows.output_packs.find(self.experiment, list(different))
        return [each for digest, each in different.items() if digest not in known]

    def _check_given(self, contents: list[Buffer | StoreRefused | None]) -> None:
        """Raise what the store refuses with, unless that is about some files only.

        An archived object is refused for good, and others are given.
        """
        refused = [each for each in contents if isinstance(each, StoreRefused)]
        self.given = self.given or len(refused) < len(contents)
        if refused and not self.given:
            raise refused[0]

    def _read(
        self, stored: StoredAsset, check: Callable[[], None]
    ) -> Buffer | StoreRefused | None:
        """Return a file's bytes; None when they are not what was recorded."""
        asset = stored.asset
        check()
        try:
            content = patiently(
                lambda: self.storage.fetch(
                    stored.key, 0, asset.size, asset.version_id, whole=True
                ),
                check,
            )
        except (ChangedAtSource, Gone):
            return None
        except StoreRefused as error:
            return error
        return content if digest_of(content) == asset.digest else None

    def _store(self, pack: Pack, check: Callable[[], None]) -> None:
        """Store a pack, and let it be found."""
        with self.catalog.write() as rows:
            rows.experiments.by_id(self.experiment)
            now = self.clock()
            folder = pack_folder(self.experiment)
            rows.doomed.keep([(pack.key, folder)], now + _DAY)
            rows.output_packs.postpone(self.experiment, now + HELD)
        patiently(lambda: self.storage.store_bytes(pack.key, pack.parts), check)
        places = [(asset.digest, offset) for asset, offset in pack.files]
        with self.catalog.write() as rows:
            added = 0
            if rows.doomed.is_due(pack.key, math.inf):  # else it is deleted already
                name = pack_name(pack.key)
                added = rows.output_packs.add(self.experiment, name, places)
            if added:
                rows.doomed.forget([pack.key])
            else:
                rows.doomed.remove([pack.key], self.clock())
        if not added:
            empty(self.catalog, self.storage, self.clock())
            return
        self.packed.files += added
        self.packed.packs += 1


def _batches(files: Iterable[StoredAsset]) -> Iterator[list[StoredAsset]]:
    """Yield files, so many at a time as may be in memory at once."""
    some: list[StoredAsset] = []
    size = 0
    for stored in files:
        some.append(stored)
        size += stored.asset.size
        if len(some) == _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
