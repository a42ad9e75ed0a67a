"""Runs: stop, tag, clone, delete."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.emptying import deleted, empty_folders
from jupyter_artifacts.operations.places import AtRun, experiment_prefix
from jupyter_artifacts.operations.ranges import Tags  # noqa: TC001 - msgspec reads it
from jupyter_artifacts.operations.runs import add_experiment
from jupyter_artifacts.operations.table import CHANGE_RUN, DELETE_RUN, MAKE, operation
from jupyter_artifacts.records.artifacts import node_of
from jupyter_artifacts.records.base import Ok, Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.runs import Run, RunWithExperiments
from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.runs import Experiment


KILLING: Final = 10.0
"""Seconds that whoever looks after a run has to kill it."""

_SAME_CLICK: Final = 2.0


_CLONED = ("point",)
"""What of an experiment's metadata says how to start it again: its sweep's point."""


class DeleteRun(AtRun, frozen=True, kw_only=True):
    """Which run, and why when it is someone else's."""

    reason: str = ""


class TagRun(AtRun, frozen=True, kw_only=True):
    """Which run, and all its tags from now on."""

    tags: Tags


class CloneRun(AtRun, frozen=True, kw_only=True):
    """Which run, and the name of mine; "" for the same."""

    name: str = ""


class Cloned(Record, frozen=True, kw_only=True):
    """A queued run of mine, and the line that starts it."""

    run: Run
    command: str


@operation("runs.delete", "DELETE runs/{user}/{run}", needs=DELETE_RUN)
def delete(ctx: Context, ask: DeleteRun) -> Ok:
    """Delete a run that has ended, with its bytes.

    Bytes that the storage does not let go of now are on a list, and tried again.
    """
    with ctx.catalog.write() as rows:
        run = rows.runs.get(ask.user, ask.run)
        living = [
            experiment
            for experiment in rows.experiments.of_run(run.id)
            if not experiment.state.ended and experiment.state is not State.QUEUED
        ]
        if living:
            msg = f"{living[0].address} is {living[0].state}: a run that lives stays"
            hint = f"first: jupyter artifacts stop {run.address}"
            if living[0].state.stopping:
                hint += (
                    f"; asked again after {_SAME_CLICK:.0f} s that kills it, and after "
                    f"{KILLING:.0f} s more it gives it up"
                )
            raise Conflict(msg, address=run.address, hint=hint)
        ids = rows.runs.delete(run.id)
        rows.lineage.forget([node_of("experiment", each) for each in ids])
        gone = [experiment_prefix(each) for each in ids]
        rows.doomed.add(gone, ctx.clock())
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        rows.events.add("run", "deleted", run.address, ctx.clock(), data)
    return deleted(run.address, empty_folders(ctx.catalog, ctx.storage, gone))


@operation("runs.stop", "POST runs/{user}/{run}/stop", needs=CHANGE_RUN)
def stop(ctx: Context, ask: AtRun) -> RunWithExperiments:
    """Ask every experiment of a run that lives to stop; asked again, more firmly.

    At first a script may end by itself. Asked again, it is killed by whoever looks
    after it; nobody kills a notebook. When that comes to nothing, asked once more,
    the experiment is CANCELED in the catalog: nobody looks after it any more.
    """
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        run = rows.runs.get(ask.user, ask.run)
        living = [
            experiment
            for experiment in rows.experiments.of_run(run.id)
            if not experiment.state.ended
        ]
        if not living:
            msg = f"nothing to stop: it is {run.state} already"
            raise Conflict(msg, address=run.address)
        waits = [_stop_one(ctx, rows, experiment, now) for experiment in living]
        if (wait := min(waits)) > 0:
            msg = "it is being killed right now"
            hint = f"if it has not ended in {wait:.0f} s, stop it again: that ends it"
            raise Conflict(msg, address=run.address, hint=hint)
        return RunWithExperiments(
            run=rows.runs.by_id(run.id), experiments=rows.experiments.of_run(run.id)
        )


def _stop_one(ctx: Context, rows: Rows, experiment: Experiment, now: float) -> float:
    """Take the step that is due; return in how many seconds the next one is."""
    asked = now - (experiment.running_since or 0.0)
    reason = f"stopped by {ctx.actor.handle}"
    if experiment.state is State.QUEUED:
        state = State.CANCELED
    elif not experiment.state.stopping:
        state = State.STOPPING_CANCELED
    elif experiment.state is not State.STOPPING_KILLED:
        if asked < _SAME_CLICK:
            return 0.0
        state = State.STOPPING_KILLED
    elif asked < KILLING:
        return KILLING - asked
    else:
        state = State.CANCELED
        reason += "; nobody looked after it any more, so nobody knows how it ended"
    rows.experiments.move(experiment.id, state, reason=reason, now=now)
    data = {"state": state.value}
    rows.events.add("experiment", "changed", experiment.address, now, data)
    return 0.0


@operation("runs.tag", "PUT runs/{user}/{run}/tags", needs=CHANGE_RUN)
def tag(ctx: Context, ask: TagRun) -> Run:
    """Replace a run's tags."""
    for text in ask.tags:
        check_name(text, "tag")
    with ctx.catalog.write() as rows:
        run = rows.runs.get(ask.user, ask.run)
        tagged = rows.runs.set_tags(run.id, sorted(set(ask.tags)))
        rows.events.add("run", "changed", run.address, ctx.clock())
        return tagged


@operation("runs.clone", "POST runs/{user}/{run}/clone", needs=MAKE)
def clone(ctx: Context, ask: CloneRun) -> Cloned:
    """Queue a run of mine made as this one was."""
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        model = rows.runs.get(ask.user, ask.run)
        experiments = rows.experiments.of_run(model.id)
        name = check_name(ask.name or model.name, "run")
        run = rows.runs.create(
            Run(
                id=new_id(),
                address=run_address(ctx.actor.handle, name).short,
                user=ctx.actor.handle,
                name=name,
                state=State.QUEUED,
                source=model.source,
                tags=model.tags,
                created=now,
                script=model.script,
                arguments=model.arguments,
                folder=model.folder,
                git=model.git,
                environment=model.environment,
                datastores=model.datastores,
                cloned_from=model.address,
            )
        )
        for experiment in experiments:
            add_experiment(
                ctx,
                rows,
                run,
                state=State.QUEUED,
                params=experiment.params,
                metadata={
                    name: experiment.metadata[name]
                    for name in _CLONED
                    if name in experiment.metadata
                },
                task_ids=[],
                searcher_metric=experiment.searcher_metric,
            )
        rows.events.add("run", "created", run.address, now)
        note(ctx, rows, "runs.clone", run.address)
        return Cloned(run=rows.runs.by_id(run.id), command=_command(run))


def _command(run: Run) -> str:
    """Return the line that starts a queued run, as a shell reads it."""
    if not run.script:
        return (
            f'ja.start_run("{run.name}")  # from a notebook, as {run.cloned_from} was'
        )
    words = ["jupyter", "artifacts", "run", "--into", run.address, run.script]
    line = shlex.join([*words, *run.arguments])
    return f"cd {shlex.quote(run.folder)} && {line}" if run.folder else line
