"""The faster copies of an experiment's files, for a plan to download them by."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.operations.places import experiment_of_key, pack_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import StoredAsset

_AT_ONCE: Final = 1000
_WORTH: Final = 16
"""Fewer files of one experiment are not looked up: a request each will do."""


def with_copies(
    ctx: Context, rows: Rows, files: Iterable[StoredAsset]
) -> Iterator[StoredAsset]:
    """Yield files; those of an experiment with the place of their copy in a pack.

    The copy is of the very bytes that the file has now: it is found by their digest.
    The catalog is asked once for many files.
    """
    if ctx.storage.streams == 1:
        yield from files
        return
    left = iter(files)
    while some := list(islice(left, _AT_ONCE)):
        places = _places(rows, some)
        for stored in some:
            place = places.get((experiment_of_key(stored.key), stored.asset.digest))
            if place is None:
                yield stored
                continue
            yield msgspec.structs.replace(
                stored, copy_key=place[0], copy_offset=place[1]
            )


def _places(
    rows: Rows, some: list[StoredAsset]
) -> dict[tuple[str, str], tuple[str, int]]:
    """Return key and offset of the copies there are, by experiment and digest."""
    digests: dict[str, list[str]] = defaultdict(list)
    for stored in some:
        if (owner := experiment_of_key(stored.key)) and stored.asset.digest:
            digests[owner].append(stored.asset.digest)
    return {
        (owner, digest): (pack_key(owner, pack), offset)
        for owner, mine in digests.items()
        if len(mine) >= _WORTH
        for digest, (pack, offset) in rows.output_packs.find(owner, mine).items()
    }
