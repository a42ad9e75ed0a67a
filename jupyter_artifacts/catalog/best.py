"""Which checkpoint had the best validation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import select

from jupyter_artifacts.catalog.schema import checkpoints
from jupyter_artifacts.records.states import CheckpointState

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.runs import Experiment


def checkpoint_steps(connection: Connection, seq: int) -> dict[str, int]:
    """Return the steps of an experiment's completed checkpoints, by uuid."""
    c = checkpoints.c
    found = connection.execute(
        select(c.uuid, c.steps_completed)
        .where(c.experiment == seq, c.state == CheckpointState.COMPLETED.value)
        .order_by(c.reported, c.uuid)
    )
    return {row.uuid: row.steps_completed for row in found}


def with_best_checkpoint(
    connection: Connection, seq: int, experiment: Experiment
) -> Experiment:
    """Return the experiment with its best checkpoint named.

    That is the one at whose step the searcher's metric was best; of equals the
    first. Without a searcher's metric, or a validation at such a step, it is "".
    """
    metric = experiment.searcher_metric
    group, _, name = metric.removeprefix("-").partition(".")
    sign = -1.0 if metric.startswith("-") else 1.0
    if not metric:
        return replace(experiment, best_checkpoint="")
    from jupyter_artifacts.catalog.series_rows import SeriesRows  # brings numpy

    rows = SeriesRows(connection, seq)
    known = rows.states().get((group, name))
    best, best_value = "", -math.inf
    if known is None:
        return replace(experiment, best_checkpoint="")
    for uuid, step in checkpoint_steps(connection, seq).items():
        there = [
            float(value) * sign
            for part in rows.points(known[0], step, step)
            for value in part.values[part.steps == step][-1:]
        ]
        if there and there[-1] > best_value:
            best, best_value = uuid, there[-1]
    return replace(experiment, best_checkpoint=best)
