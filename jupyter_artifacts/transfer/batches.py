"""Files of a plan → pieces of work that are worth handing to a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.transfers import PlannedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Batch = tuple[str, list[PlannedFile]]
"""A target folder and some of its files."""

SMALL: Final = 1024 * 1024
_AT_ONCE: Final = 128
_BYTES_AT_ONCE: Final = 8 * SMALL


def batches(files: Iterable[PlannedFile]) -> tuple[list[Batch], list[Batch]]:
    """Return batches of many small files, and of one large file each.

    A batch opens its folder once, which is half the work of a small file.
    """
    small: dict[str, list[PlannedFile]] = {}
    large: list[Batch] = []
    for file in files:
        folder = file.target.rpartition("/")[0]
        if file.size > SMALL:
            large.append((folder, [file]))
        else:
            small.setdefault(folder, []).append(file)
    split = [(folder, one) for folder, all_ in small.items() for one in _split(all_)]
    return split, large


def _split(files: list[PlannedFile]) -> Iterator[list[PlannedFile]]:
    batch: list[PlannedFile] = []
    size = 0
    for file in files:
        if batch and (len(batch) == _AT_ONCE or size + file.size > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch
