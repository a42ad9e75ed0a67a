"""Runs: start, find, look at."""

from __future__ import annotations

from typing import Any

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtRun, Nothing, experiment_prefix
from jupyter_artifacts.operations.table import (
    MAKE,
    SEE,
    Kind,
    operation,
)
from jupyter_artifacts.records.base import JsonObject, Page, Record
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
