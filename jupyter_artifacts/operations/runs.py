"""Runs: start, find, stop, tag, clone, delete."""

from __future__ import annotations

import shlex
from typing import Any

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.errors import Conflict, InvalidRequest
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtRun, Nothing, experiment_prefix
from jupyter_artifacts.operations.table import (
    CHANGE_RUN,
    DELETE_RUN,
    MAKE,
    SEE,
    Kind,
    operation,
)
from jupyter_artifacts.records.base import JsonObject, Ok, Page, Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.runs import Experiment, Field, Run, RunWithExperiments
from jupyter_artifacts.records.states import State

MAX_PAGE = 1000


class Search(Record, frozen=True, kw_only=True):
    """Which experiments, in which order.

    Attributes:
        query: see the README; "" for all.
        sort: a field's name, "-" in front for descending.
        limit: at most this many, up to 1,000.
        cursor: of the page before.
    """

    query: str = ""
    sort: str = "-started"
    limit: int = 50
    cursor: str | None = None


class StartRun(Record, frozen=True, kw_only=True):
    """What a new run is.

    Attributes:
        name: its name; a taken one gets "-1", "-2", …
        params: of its first experiment.
        source: what starts it: "script", "notebook", "run", "demo".
        tags: of the run.
        script: path of the script, relative to the folder.
        arguments: the script's own.
        folder: where it is started.
        git: commit, branch, remote, dirty, diff.
        environment: python, platform, host, packages.
        datastores: addresses of datastore versions it reads.
        metadata: of its first experiment.
        experiments: how many to make at once, all with `params`.
        state: of the experiments.
        task_ids: of the experiments.
        searcher_metric: "<group>.<name>", "-" in front when smaller is better.
    """

    name: str
    params: JsonObject = {}
    source: str = "script"
    tags: list[str] = []
    script: str = ""
    arguments: list[str] = []
    folder: str = ""
    git: JsonObject = {}
    environment: JsonObject = {}
    datastores: list[str] = []
    metadata: JsonObject = {}
    experiments: int = 1
    state: State = State.RUNNING
    task_ids: list[str] = []
    searcher_metric: str = ""


class RunsOfUser(Record, frozen=True, kw_only=True):
    """A member's runs."""

    user: str
    limit: int = 100
    cursor: str | None = None


class DeleteRun(AtRun, frozen=True, kw_only=True):
    """Which run, and why when it is someone else's."""

    reason: str = ""


class TagRun(AtRun, frozen=True, kw_only=True):
    """Which run, and all its tags from now on."""

    tags: list[str]


class CloneRun(AtRun, frozen=True, kw_only=True):
    """Which run, and the name of mine; "" for the same."""

    name: str = ""


class Cloned(Record, frozen=True, kw_only=True):
    """A queued run of mine, and the line that starts it."""

    run: Run
    command: str


@operation("runs.search", "GET runs", needs=SEE, kind=Kind.PAGE)
def search(ctx: Context, ask: Search) -> Page[Experiment]:
    """Return the experiments that a query selects, one row each."""
    if not 1 <= ask.limit <= MAX_PAGE:
        msg = f"a page has 1 to {MAX_PAGE} rows, not {ask.limit}"
        raise InvalidRequest(msg, hint="ask for the next page with its cursor")
    with ctx.catalog.read() as rows:
        return rows.experiments.search(
            ask.query,
            sort=ask.sort,
            limit=ask.limit,
            cursor=ask.cursor,
            now=ctx.clock(),
        )


@operation("runs.fields", "GET fields", needs=SEE)
def fields(ctx: Context, ask: Nothing) -> list[Field]:  # noqa: ARG001
    """Return every field that queries, sorting and columns may name."""
    with ctx.catalog.read() as rows:
        return rows.experiments.fields()


@operation("runs.start", "POST runs", needs=MAKE)
def start(ctx: Context, ask: StartRun) -> RunWithExperiments:
    """Start a run of mine."""
    check_name(ask.name, "run")
    now = ctx.clock()
    wanted = Run(
        id=new_id(),
        address=run_address(ctx.actor.handle, ask.name).short,
        user=ctx.actor.handle,
        name=ask.name,
        state=ask.state,
        source=ask.source,
        tags=sorted(set(ask.tags)),
        created=now,
        script=ask.script,
        arguments=ask.arguments,
        folder=ask.folder,
        git=ask.git,
        environment=ask.environment,
        datastores=ask.datastores,
    )
    with ctx.catalog.write() as rows:
        run = rows.runs.create(wanted)
        made = [
            add_experiment(
                ctx,
                rows,
                run,
                state=ask.state,
                params=ask.params,
                metadata=ask.metadata,
                task_ids=ask.task_ids,
                searcher_metric=ask.searcher_metric,
            )
            for _ in range(ask.experiments)
        ]
        rows.events.add("run", "created", run.address, now)
        return RunWithExperiments(run=rows.runs.by_id(run.id), experiments=made)


def add_experiment(  # noqa: PLR0913 - one experiment's fields
    ctx: Context,
    rows: Any,
    run: Run,
    *,
    state: State,
    params: JsonObject,
    metadata: JsonObject,
    task_ids: list[str],
    searcher_metric: str,
) -> Experiment:
    """Add an experiment to a run, and say so to who watches."""
    now = ctx.clock()
    identity = new_id()
    experiment: Experiment = rows.experiments.create(
        run.id,
        Experiment(
            id=identity,
            address=run.address,
            user=run.user,
            run=run.name,
            number=0,
            state=state,
            params=params,
            tags=run.tags,
            source=run.source,
            started=now,
            metadata=metadata,
            task_ids=task_ids,
            searcher_metric=searcher_metric,
            storage_uri=ctx.storage.uri(experiment_prefix(identity)),
        ),
    )
    rows.events.add("experiment", "created", experiment.address, now)
    return experiment


@operation("runs.of_user", "GET runs/{user}", needs=SEE, kind=Kind.PAGE)
def of_user(ctx: Context, ask: RunsOfUser) -> Page[Run]:
    """Return a member's runs, newest first."""
    with ctx.catalog.read() as rows:
        return rows.runs.of_user(ask.user, limit=ask.limit, cursor=ask.cursor)


@operation("runs.get", "GET runs/{user}/{run}", needs=SEE)
def get(ctx: Context, ask: AtRun) -> RunWithExperiments:
    """Return a run and its experiments."""
    with ctx.catalog.read() as rows:
        run = rows.runs.get(ask.user, ask.run)
        return RunWithExperiments(run=run, experiments=rows.experiments.of_run(run.id))


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
        return f'ja.start_run("{run.name}")  # from a notebook, as {run.cloned_from} was'
    words = ["jupyter", "artifacts", "run", "--into", run.address, run.script]
    line = shlex.join([*words, *run.arguments])
    return f"cd {shlex.quote(run.folder)} && {line}" if run.folder else line
