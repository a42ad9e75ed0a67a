"""Runs, experiments and checkpoints."""

from __future__ import annotations

from typing import Any

from jupyter_artifacts.records.base import JsonObject, Number, Record
from jupyter_artifacts.records.states import CheckpointState, State


class Summary(Record, frozen=True, kw_only=True):
    """A metric series in a few numbers.

    Attributes:
        last: the value logged last.
        min: the smallest, NaN left out.
        max: the largest, NaN left out.
        last_step: the step logged last.
        count: how many points there are.
        nonfinite: how many of them are NaN or an infinity.
        spark: at most 40 values spread over the steps, for a sparkline.
    """

    last: Number
    min: Number
    max: Number
    last_step: int
    count: int
    nonfinite: int = 0
    spark: list[Number] = []


class Experiment(Record, frozen=True, kw_only=True):
    """One set of hyperparameters being trained.

    Attributes:
        id: ULID; names its folder in the storage.
        address: as people say it, e.g. "alice:mnist-exp0".
        user: handle of its owner.
        run: the run's name.
        number: N of exp<N>.
        state: where it stands.
        exit_reason: why it ended, for a person; "" while it runs.
        params: hyperparameters as given, nested.
        tags: of its run.
        source: what made it: "script", "notebook", "run" (the command), "demo", …
        started: when it began to run; until then, when it was queued.
        ended: when; None while it runs.
        wall_clock_time: seconds it has been running, pauses left out, up to
            `running_since`.
        running_since: when it began to run, or its state changed while it ran: what
            passed since then comes on top; None while it does not run.
        runner_state: what the process that runs it says of itself.
        restarts: how often it was started again.
        total_batches_processed: the largest step reported.
        warm_start_checkpoint: uuid it started from; "" for none.
        best_checkpoint: uuid of the one with the best validation; "" for none.
        best_validation: best value of the searcher's metric.
        latest_validation: latest value of the searcher's metric.
        searcher_metric: "<group>.<name>", signed: "-" in front when smaller is better.
        searcher_metric_value: signed so that larger is better.
        checkpoint_count: how many there are.
        total_checkpoint_size: bytes.
        file_count: how many files were captured.
        artifact_bytes: bytes of files and checkpoints.
        uncaptured: how many files could not be captured.
        summary_metrics: by "<group>.<name>".
        task_ids: process ids or cluster tasks that ran it.
        log_retention_days: how long logs are kept; None for ever.
        log_policy_matched: which log policy matched; "" for none.
        metadata: anything the user noted.
        storage_uri: folder of its bytes, for a person and their tools.
        revision: grows with each change of the row; its ETag.
    """

    id: str
    address: str
    user: str
    run: str
    number: int
    state: State
    exit_reason: str = ""
    params: JsonObject = {}
    tags: list[str] = []
    source: str = "script"
    started: float = 0.0
    ended: float | None = None
    wall_clock_time: float = 0.0
    running_since: float | None = None
    runner_state: str = ""
    restarts: int = 0
    total_batches_processed: int = 0
    warm_start_checkpoint: str = ""
    best_checkpoint: str = ""
    best_validation: Number | None = None
    latest_validation: Number | None = None
    searcher_metric: str = ""
    searcher_metric_value: Number | None = None
    checkpoint_count: int = 0
    total_checkpoint_size: int = 0
    file_count: int = 0
    artifact_bytes: int = 0
    uncaptured: int = 0
    summary_metrics: dict[str, Summary] = {}
    task_ids: list[str] = []
    log_retention_days: int | None = None
    log_policy_matched: str = ""
    metadata: JsonObject = {}
    storage_uri: str = ""
    revision: int = 0

    def ran(self, now: float) -> float:
        """Return the seconds it has been running by `now`, pauses left out."""
        since = 0.0 if self.running_since is None else now - self.running_since
        return self.wall_clock_time + max(0.0, since)


class Run(Record, frozen=True, kw_only=True):
    """One thing somebody started; owns experiments exp0..expN.

    Attributes:
        id: ULID.
        address: as people say it, e.g. "alice:mnist".
        user: handle of its owner.
        name: unique for its owner, ignoring case.
        state: the sum of its experiments' states.
        source: what made it.
        tags: sorted.
        created: when.
        ended: when the last experiment ended; None while one lives.
        script: path of the script, relative to the folder; "" for a notebook.
        arguments: the script's own arguments.
        folder: where it was started.
        git: {"commit", "branch", "remote", "dirty", "diff"} as far as known.
        environment: {"python", "platform", "host", "packages", …}.
        datastores: addresses of datastore versions it was started with.
        cloned_from: address of the run it was cloned from; "" for none.
        renamed_from: the name that was asked for, when it was taken; else "".
        experiments: how many it owns.
        artifact_bytes: bytes of all its files and checkpoints.
    """

    id: str
    address: str
    user: str
    name: str
    state: State = State.UNSPECIFIED
    source: str = "script"
    tags: list[str] = []
    created: float = 0.0
    ended: float | None = None
    script: str = ""
    arguments: list[str] = []
    folder: str = ""
    git: JsonObject = {}
    environment: JsonObject = {}
    datastores: list[str] = []
    cloned_from: str = ""
    renamed_from: str = ""
    experiments: int = 0
    artifact_bytes: int = 0


class RunWithExperiments(Record, frozen=True, kw_only=True):
    """A run and its experiments, in the order of their numbers."""

    run: Run
    experiments: list[Experiment]


class Checkpoint(Record, frozen=True, kw_only=True):
    """A checkpoint of an experiment.

    Attributes:
        uuid: names it.
        address: "runs/alice/mnist/exp0/checkpoints/<uuid>".
        state: where it stands.
        steps_completed: batches processed when it was saved.
        reported: when.
        resources: path → bytes.
        metadata: anything the user noted.
        storage_uri: where its bytes are.
    """

    uuid: str
    address: str
    state: CheckpointState
    steps_completed: int
    reported: float
    resources: dict[str, int] = {}
    metadata: dict[str, Any] = {}
    storage_uri: str = ""


class Field(Record, frozen=True, kw_only=True):
    """A field that queries, sorting and columns may name.

    Attributes:
        name: as a query writes it, e.g. 'params.lr' or 'metrics["a"]["b/c"]'.
        kind: "number", "text", "time" or "state".
        column: what a table's head says, e.g. "lr" or "training.loss".
        group: "run", "params", "metrics" or "metadata".
        experiments: how many experiments have it, counted up to 10,000.
        left_out: how many rarer fields of its group are not in the list.
    """

    name: str
    kind: str
    column: str
    group: str
    experiments: int = 0
    left_out: int = 0
