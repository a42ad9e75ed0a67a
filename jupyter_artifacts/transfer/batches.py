"""Files of a plan → pieces of work that are worth handing to a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.records.transfers import PlannedFile

SMALL: Final = 1024 * 1024
_AT_ONCE: Final = 128
_BYTES_AT_ONCE: Final = 8 * SMALL


def batches(files: Iterable[PlannedFile]) -> Iterator[tuple[str, list[PlannedFile]]]:
    """Yield target folders with some of their files: many small ones, or a large one.

    A batch opens its folder once, which is half the work of a small file.
    """
    small: dict[str, list[PlannedFile]] = {}
    for file in files:
        folder = file.target.rpartition("/")[0]
        if file.size > SMALL:
            yield folder, [file]
        else:
            small.setdefault(folder, []).append(file)
    for folder, together in small.items():
        yield from ((folder, batch) for batch in _split(together))


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
