"""Sums that files keep up to date: of the folders above them, of their experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace
from sqlalchemy import func, insert, select, update

from jupyter_artifacts.catalog.schema import checkpoints, experiments, folders
from jupyter_artifacts.catalog.upkeep import (
    find_experiment,
    keep_experiment,
    read_experiment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.assets import Asset

T = TypeVar("T")
_AT_ONCE: Final = 500  # old builds of SQLite take 999 values in a statement


@dataclass(slots=True)
class Growth:
    """What files add to a folder above them."""

    bytes: int = 0
    files: int = 0
    modified: float = 0.0

    def add(self, new: Asset, old: Asset | None) -> None:
        """Count a file that is new, or that takes the place of an old one."""
        self.bytes += new.size - (old.size if old else 0)
        self.files += 0 if old else 1
        self.modified = max(self.modified, new.modified)


def batched(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in parts that one statement can name."""
    for at in range(0, len(values), _AT_ONCE):
        yield values[at : at + _AT_ONCE]


def place_of(parts: tuple[str, ...]) -> dict[str, str]:
    """Return the columns that say where in a tree something is."""
    return {
        "path": "/".join(parts),
        "parent": "/".join(parts[:-1]),
        "name": parts[-1],
    }


def grow(
    connection: Connection, manifest_id: str, parts: tuple[str, ...], growth: Growth
) -> None:
    """Add to a folder's sums; the folder is made when it is new."""
    c = folders.c
    place = place_of(parts)
    newer = func.max if connection.dialect.name == "sqlite" else func.greatest
    changed = connection.execute(
        update(folders)
        .where(c.manifest == manifest_id, c.path == place["path"])
        .values(
            size=c.size + growth.bytes,
            files=c.files + growth.files,
            modified=newer(c.modified, growth.modified),
        )
    )
    if not changed.rowcount:
        connection.execute(
            insert(folders).values(
                manifest=manifest_id,
                **place,
                size=growth.bytes,
                files=growth.files,
                modified=growth.modified,
            )
        )


def count(
    connection: Connection, manifest_id: str, growth: Growth, *, captured_now: int
) -> None:
    """Bring the experiment's sums up to date, if it is one's or a checkpoint's.

    Args:
        connection: within a transaction.
        manifest_id: whose files they are.
        growth: of the whole manifest.
        captured_now: how many files were listed as not captured, and no longer are.
    """
    found = find_experiment(connection, manifest_id)
    if found:
        seq, old = found
        new = replace(
            old,
            file_count=old.file_count + growth.files,
            artifact_bytes=old.artifact_bytes + growth.bytes,
            uncaptured=old.uncaptured - captured_now,
        )
        keep_experiment(connection, seq, old, new)
        return
    mine = checkpoints.c.uuid == manifest_id
    bytes_now = checkpoints.c.bytes + growth.bytes
    connection.execute(update(checkpoints).where(mine).values(bytes=bytes_now))
    owner = connection.execute(
        select(experiments.c.seq, experiments.c.doc)
        .join(checkpoints, checkpoints.c.experiment == experiments.c.seq)
        .where(mine)
    ).first()
    if owner:
        old = read_experiment(owner.doc)
        new = replace(
            old,
            total_checkpoint_size=old.total_checkpoint_size + growth.bytes,
            artifact_bytes=old.artifact_bytes + growth.bytes,
        )
        keep_experiment(connection, owner.seq, old, new)
