"""Checkpoints of experiments."""

from __future__ import annotations

import uuid as uuids
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.files import source_of, the_one
from jupyter_artifacts.operations.places import (
    AtExperiment,
    address_at,
    check_takes_files,
    checkpoint_key,
    content_of,
    experiment_at,
    experiment_prefix,
    still_there,
)
from jupyter_artifacts.operations.ranges import Step  # noqa: TC001 - msgspec reads it
from jupyter_artifacts.operations.table import (
    CHANGE_RUN,
    SEE,
    Body,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.operations.taking import Wanted, take
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.runs import Checkpoint
from jupyter_artifacts.records.states import CheckpointState

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows


class BeginCheckpoint(AtExperiment, frozen=True, kw_only=True):
    """What the new checkpoint is."""

    steps_completed: Step
    metadata: dict[str, Any] = {}


class AtCheckpoint(AtExperiment, frozen=True, kw_only=True):
    """A checkpoint."""

    uuid: str


class AtCheckpointFile(AtCheckpoint, frozen=True, kw_only=True):
    """A file of a checkpoint."""

    path: str


@operation(
    "checkpoints.list", "GET runs/{user}/{run}/exp{number}/checkpoints", needs=SEE
)
def list_all(ctx: Context, ask: AtExperiment) -> list[Checkpoint]:
    """Return an experiment's checkpoints, by steps completed."""
    with ctx.catalog.read() as rows:
        return rows.checkpoints.all(experiment_at(rows, ask).id)


@operation(
    "checkpoints.begin",
    "POST runs/{user}/{run}/exp{number}/checkpoints",
    needs=CHANGE_RUN,
    routine=True,
)
def begin(ctx: Context, ask: BeginCheckpoint) -> Checkpoint:
    """Begin a checkpoint: ACTIVE until it is complete."""
    identity = str(uuids.uuid4())
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        check_takes_files(experiment)
        prefix = experiment_prefix(experiment.id)
        return rows.checkpoints.create(
            experiment.id,
            Checkpoint(
                uuid=identity,
                address=f"{address_at(ask).tree}/checkpoints/{identity}",
                state=CheckpointState.ACTIVE,
                steps_completed=ask.steps_completed,
                reported=ctx.clock(),
                metadata=ask.metadata,
                storage_uri=ctx.storage.uri(f"{prefix}/checkpoints/{identity}"),
            ),
        )


@operation(
    "checkpoints.get",
    "GET runs/{user}/{run}/exp{number}/checkpoints/{uuid}",
    needs=SEE,
)
def get(ctx: Context, ask: AtCheckpoint) -> Checkpoint:
    """Return a checkpoint."""
    with ctx.catalog.read() as rows:
        return rows.checkpoints.get(experiment_at(rows, ask).id, ask.uuid)


@operation(
    "checkpoints.capture",
    "PUT runs/{user}/{run}/exp{number}/checkpoints/{uuid}/{path*}",
    needs=CHANGE_RUN,
    routine=True,
)
def capture(ctx: Context, ask: AtCheckpointFile, body: Body) -> Asset:
    """Take a file into a checkpoint that is not complete yet."""
    path = AssetPath(ask.path)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
        checkpoint = rows.checkpoints.get(experiment.id, ask.uuid)
    _check_active(checkpoint)
    key = checkpoint_key(experiment.id, checkpoint.uuid, path)

    def admit(rows: Rows) -> str:
        check_takes_files(still_there(rows, experiment))
        _check_active(rows.checkpoints.get(experiment.id, checkpoint.uuid))
        return checkpoint.uuid

    def tell(rows: Rows, kept: list[Asset]) -> None:
        data = {"path": f"{checkpoint.uuid}/{path}", "size": kept[0].size}
        rows.events.add("files", "changed", experiment.address, ctx.clock(), data)

    wanted = Wanted(path=path, key=key, source=source_of(body, path))
    return the_one(take(ctx, [wanted], admit, tell))


def _check_active(checkpoint: Checkpoint) -> None:
    if checkpoint.state is not CheckpointState.ACTIVE:
        msg = f"it is {checkpoint.state}: a checkpoint does not change any more"
        raise Conflict(msg, address=checkpoint.address, hint="save another one")


@operation(
    "checkpoints.complete",
    "POST runs/{user}/{run}/exp{number}/checkpoints/{uuid}/complete",
    needs=CHANGE_RUN,
    routine=True,
)
def complete(ctx: Context, ask: AtCheckpoint) -> Checkpoint:
    """Say that a checkpoint has all its files."""
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        checkpoint = rows.checkpoints.get(experiment.id, ask.uuid)
        if checkpoint.state is not CheckpointState.ACTIVE:
            msg = f"it is {checkpoint.state} already"
            raise Conflict(msg, address=checkpoint.address)
        done = rows.checkpoints.move(checkpoint.uuid, CheckpointState.COMPLETED)
        rows.events.add("checkpoint", "created", experiment.address, ctx.clock())
        return done


@operation(
    "checkpoints.read",
    "GET runs/{user}/{run}/exp{number}/checkpoints/{uuid}/{path*}",
    needs=SEE,
    kind=Kind.BYTES,
)
def read(ctx: Context, ask: AtCheckpointFile) -> Content:
    """Return the bytes of a checkpoint's file."""
    path = AssetPath(ask.path)
    with ctx.catalog.read() as rows:
        checkpoint = rows.checkpoints.get(experiment_at(rows, ask).id, ask.uuid)
        stored = rows.assets.get(checkpoint.uuid, path.text)
    return content_of(ctx, stored, f"{checkpoint.address}/{path}")
