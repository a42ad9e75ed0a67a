"""Runs: start, find, look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtRun, Nothing, experiment_prefix
from jupyter_artifacts.operations.ranges import Count, PageSize, Tags
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

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows


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
    limit: PageSize = 50
    cursor: str | None = None


class StartRun(Record, frozen=True, kw_only=True):
    """What a new run is.

    Attributes:
        name: its name; a taken one gets "-1", "-2", …
        params: of its first experiment.
        source: what starts it: "script", "notebook", "run", "demo".
        tags: of the run; up to 100, of up to 200 characters.
        script: path of the script, relative to the folder.
        arguments: the script's own.
        folder: where it is started.
        git: commit, branch, remote, dirty, diff.
        environment: python, platform, host, packages.
        datastores: addresses of datastore versions it reads.
        metadata: of its first experiment.
        experiments: how many to make at once, all with `params`; up to 1,000.
        state: of the experiments.
        task_ids: of the experiments.
        searcher_metric: "<group>.<name>", "-" in front when smaller is better.
    """

    name: str
    params: JsonObject = {}
    source: str = "script"
    tags: Tags = []
    script: str = ""
    arguments: list[str] = []
    folder: str = ""
    git: JsonObject = {}
    environment: JsonObject = {}
    datastores: list[str] = []
    metadata: JsonObject = {}
    experiments: Count = 1
    state: State = State.RUNNING
    task_ids: list[str] = []
    searcher_metric: str = ""


class RunsOfUser(Record, frozen=True, kw_only=True):
    """A member's runs."""

    user: str
    limit: PageSize = 100
    cursor: str | None = None


@operation("runs.search", "GET runs", needs=SEE, kind=Kind.PAGE)
def search(ctx: Context, ask: Search) -> Page[Experiment]:
    """Return the experiments that a query selects, one row each."""
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
    """Return the fields that queries, sorting and columns may name.

    Up to 2,000, those that most experiments have; `left_out` counts the others.
    """
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
        made = add_experiments(
            ctx,
            rows,
            run,
            count=ask.experiments,
            state=ask.state,
            params=ask.params,
            metadata=ask.metadata,
            task_ids=ask.task_ids,
            searcher_metric=ask.searcher_metric,
        )
        rows.events.add("run", "created", run.address, now)
        return RunWithExperiments(run=rows.runs.by_id(run.id), experiments=made)


def add_experiment(  # noqa: PLR0913 - one experiment's fields
    ctx: Context,
    rows: Rows,
    run: Run,
    *,
    state: State,
    params: JsonObject,
    metadata: JsonObject,
    task_ids: list[str],
    searcher_metric: str,
) -> Experiment:
    """Add an experiment to a run, and say so to who watches."""
    return add_experiments(
        ctx,
        rows,
        run,
        count=1,
        state=state,
        params=params,
        metadata=metadata,
        task_ids=task_ids,
        searcher_metric=searcher_metric,
    )[0]


def add_experiments(  # noqa: PLR0913 - one experiment's fields, and how many
    ctx: Context,
    rows: Rows,
    run: Run,
    *,
    count: int,
    state: State,
    params: JsonObject,
    metadata: JsonObject,
    task_ids: list[str],
    searcher_metric: str,
) -> list[Experiment]:
    """Add equal experiments to a run, and say so to who watches."""
    now = ctx.clock()
    wanted = [
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
        )
        for identity in (new_id() for _ in range(count))
    ]
    added = rows.experiments.create_all(run.id, wanted)
    for experiment in added:
        rows.events.add("experiment", "created", experiment.address, now)
    return added


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
