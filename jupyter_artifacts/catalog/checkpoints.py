"""Checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, func, insert, select, update

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.catalog.best import with_best_checkpoint
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import assets, checkpoints, experiments
from jupyter_artifacts.catalog.upkeep import (
    keep_experiment,
    need_experiment,
    read_experiment,
)
from jupyter_artifacts.records.runs import Checkpoint
from jupyter_artifacts.records.states import CheckpointState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_GONE: Final = CheckpointState.DELETED
_read = document_reader(Checkpoint)


class CheckpointRows:
    """Checkpoints, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, experiment_id: str, checkpoint: Checkpoint) -> Checkpoint:
        """Add a checkpoint (uuid given)."""
        seq, experiment = need_experiment(self._connection, experiment_id)
        place = parse_address(experiment.address)
        added = replace(
            checkpoint,
            address=f"{place.tree}/checkpoints/{checkpoint.uuid}",
            resources={},
        )
        self._connection.execute(
            insert(checkpoints).values(
                uuid=added.uuid,
                experiment=seq,
                state=added.state.value,
                steps_completed=added.steps_completed,
                reported=added.reported,
                bytes=0,
                doc=to_document(added, address=added.address),
            )
        )
        self._recount(seq)
        return added

    def get(self, experiment_id: str, uuid: str) -> Checkpoint:
        """Return one checkpoint, resources filled from its manifest (its uuid)."""
        seq, experiment = need_experiment(self._connection, experiment_id)
        mine = checkpoints.c.experiment == seq
        found = self._connection.execute(
            select(checkpoints).where(mine, checkpoints.c.uuid == uuid)
        ).first()
        if found is None:
            known = self._connection.scalars(select(checkpoints.c.uuid).where(mine))
            msg = f"it has no checkpoint {uuid}"
            raise not_found(msg, address=experiment.address, name=uuid, known=known)
        return self._checkpoint(found)

    def by_uuid(self, uuid: str) -> tuple[Checkpoint, str]:
        """Return a checkpoint and the id of its experiment."""
        found = self._connection.execute(
            select(checkpoints, experiments.c.id)
            .join(experiments, experiments.c.seq == checkpoints.c.experiment)
            .where(checkpoints.c.uuid == uuid)
        ).first()
        if found is None:
            msg = f"there is no checkpoint {uuid}"
            raise not_found(msg, address=uuid)
        return self._checkpoint(found), found.id

    def all(self, experiment_id: str) -> list[Checkpoint]:
        """Return an experiment's checkpoints, by steps, then time."""
        seq, _ = need_experiment(self._connection, experiment_id)
        c = checkpoints.c
        found = self._connection.execute(
            select(checkpoints)
            .where(c.experiment == seq)
            .order_by(c.steps_completed, c.reported, c.uuid)
        ).all()
        return [self._checkpoint(row) for row in found]

    def move(self, uuid: str, state: CheckpointState) -> Checkpoint:
        """Set its state; keeps the experiment's counts and bytes up to date."""
        mine = checkpoints.c.uuid == uuid
        row = self._connection.execute(select(checkpoints).where(mine)).first()
        if row is None:
            msg = f"there is no checkpoint {uuid}"
            raise not_found(msg, address=uuid)
        moved = replace(_read(row.doc), state=state)
        doc = to_document(moved, address=moved.address)
        self._connection.execute(
            update(checkpoints).where(mine).values(state=state.value, doc=doc)
        )
        self._recount(row.experiment)
        return self._checkpoint(
            self._connection.execute(select(checkpoints).where(mine)).one()
        )

    def _recount(self, seq: int) -> None:
        c = checkpoints.c
        counted = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(c.bytes), 0)).where(
                c.experiment == seq, c.state != _GONE.value
            )
        ).one()
        count, size = int(counted[0]), int(counted[1])
        doc = select(experiments.c.doc).where(experiments.c.seq == seq)
        old = read_experiment(self._connection.scalar(doc))
        new = replace(
            old,
            checkpoint_count=count,
            total_checkpoint_size=size,
            artifact_bytes=old.artifact_bytes - old.total_checkpoint_size + size,
        )
        new = with_best_checkpoint(self._connection, seq, new)
        keep_experiment(self._connection, seq, old, new)

    def _checkpoint(self, row: Row[Any]) -> Checkpoint:
        found = self._connection.execute(
            select(assets.c.path, assets.c.size)
            .where(assets.c.manifest == row.uuid)
            .order_by(assets.c.path)
        )
        return replace(
            _read(row.doc), resources={item.path: item.size for item in found}
        )
