"""Runs: stop, tag, clone, delete."""

from __future__ import annotations

import shlex

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtRun, experiment_prefix
from jupyter_artifacts.operations.ranges import Tags  # noqa: TC001 - msgspec reads it
from jupyter_artifacts.operations.runs import add_experiment
from jupyter_artifacts.operations.table import CHANGE_RUN, DELETE_RUN, MAKE, operation
from jupyter_artifacts.records.base import Ok, Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.runs import Run, RunWithExperiments
from jupyter_artifacts.records.states import State


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
    """Delete a run that has ended, with its bytes."""
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
            raise Conflict(msg, address=run.address, hint=hint)
        gone = rows.runs.delete(run.id)
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        rows.events.add("run", "deleted", run.address, ctx.clock(), data)
    for experiment_id in gone:
        ctx.storage.delete(experiment_prefix(experiment_id))
    return Ok(message=f"deleted {run.address} and its bytes", address=run.address)


@operation("runs.stop", "POST runs/{user}/{run}/stop", needs=CHANGE_RUN)
def stop(ctx: Context, ask: AtRun) -> RunWithExperiments:
    """Ask every experiment of a run that lives to stop."""
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        run = rows.runs.get(ask.user, ask.run)
        experiments = rows.experiments.of_run(run.id)
        living = [
            experiment for experiment in experiments if not experiment.state.ended
        ]
        if not living:
            msg = f"nothing to stop: it is {run.state} already"
            raise Conflict(msg, address=run.address)
        for experiment in living:
            if experiment.state.stopping:
                continue
            queued = experiment.state is State.QUEUED
            state = State.CANCELED if queued else State.STOPPING_CANCELED
            reason = f"stopped by {ctx.actor.handle}"
            rows.experiments.move(experiment.id, state, reason=reason, now=now)
            rows.events.add("experiment", "changed", experiment.address, now)
        return RunWithExperiments(
            run=rows.runs.by_id(run.id), experiments=rows.experiments.of_run(run.id)
        )


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
                metadata={},
                task_ids=[],
                searcher_metric=experiment.searcher_metric,
            )
        rows.events.add("run", "created", run.address, now)
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
