"""Experiments: add, look at, move from state to state, note things."""

from __future__ import annotations

from typing import Final

from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtExperiment, AtRun, experiment_at
from jupyter_artifacts.operations.runs import add_experiment
from jupyter_artifacts.operations.table import CHANGE_RUN, SEE, operation
from jupyter_artifacts.records.base import JsonObject  # noqa: TC001 - msgspec reads it
from jupyter_artifacts.records.runs import Experiment
from jupyter_artifacts.records.states import State

_REPLACED: Final = (
    "params",
    "runner_state",
    "task_ids",
    "searcher_metric",
    "warm_start_checkpoint",
)


class AddExperiment(AtRun, frozen=True, kw_only=True):
    """What the new experiment is."""

    params: JsonObject = {}
    metadata: JsonObject = {}
    state: State = State.RUNNING
    task_ids: list[str] = []
    searcher_metric: str = ""


class MoveExperiment(AtExperiment, frozen=True, kw_only=True):
    """Where it goes, and why, for a person."""

    state: State
    reason: str = ""


class NoteExperiment(AtExperiment, frozen=True, kw_only=True):
    """What is noted; None leaves a thing as it is.

    Attributes:
        params: replaces the params.
        metadata: merged into the metadata, key by key.
        runner_state: what the process that runs it says of itself.
        task_ids: process ids or cluster tasks.
        searcher_metric: "<group>.<name>", "-" in front when smaller is better.
        warm_start_checkpoint: uuid it started from.
    """

    params: JsonObject | None = None
    metadata: JsonObject | None = None
    runner_state: str | None = None
    task_ids: list[str] | None = None
    searcher_metric: str | None = None
    warm_start_checkpoint: str | None = None


@operation(
    "experiments.add",
    "POST runs/{user}/{run}/experiments",
    needs=CHANGE_RUN,
    routine=True,
)
def add(ctx: Context, ask: AddExperiment) -> Experiment:
    """Add an experiment to a run."""
    with ctx.catalog.write() as rows:
        return add_experiment(
            ctx,
            rows,
            rows.runs.get(ask.user, ask.run),
            state=ask.state,
            params=ask.params,
            metadata=ask.metadata,
            task_ids=ask.task_ids,
            searcher_metric=ask.searcher_metric,
        )


@operation("experiments.get", "GET runs/{user}/{run}/exp{number}", needs=SEE)
def get(ctx: Context, ask: AtExperiment) -> Experiment:
    """Return an experiment."""
    with ctx.catalog.read() as rows:
        return experiment_at(rows, ask)


@operation(
    "experiments.move",
    "POST runs/{user}/{run}/exp{number}/state",
    needs=CHANGE_RUN,
    routine=True,
)
def move(ctx: Context, ask: MoveExperiment) -> Experiment:
    """Move an experiment to another state, by the table of moves."""
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        moved = rows.experiments.move(
            experiment.id, ask.state, reason=ask.reason, now=now
        )
        data = {"state": moved.state.value}
        rows.events.add("experiment", "changed", moved.address, now, data)
        return moved


@operation(
    "experiments.note",
    "PATCH runs/{user}/{run}/exp{number}",
    needs=CHANGE_RUN,
    routine=True,
)
def note(ctx: Context, ask: NoteExperiment) -> Experiment:
    """Note things about an experiment."""
    changes = {
        name: getattr(ask, name) for name in _REPLACED if getattr(ask, name) is not None
    }
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        if ask.metadata is not None:
            changes["metadata"] = {**experiment.metadata, **ask.metadata}
        changed = rows.experiments.change(experiment.id, **changes)
        rows.events.add("experiment", "changed", changed.address, ctx.clock())
        return changed
