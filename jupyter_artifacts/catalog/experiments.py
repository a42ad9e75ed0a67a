"""Experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import insert, select, update

from jupyter_artifacts.addresses import experiment_address
from jupyter_artifacts.catalog.best import with_best_checkpoint
from jupyter_artifacts.catalog.documents import to_document
from jupyter_artifacts.catalog.indexing import noted, reindex
from jupyter_artifacts.catalog.known_fields import known_fields
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.output_packs import await_packs
from jupyter_artifacts.catalog.runs import RunRows
from jupyter_artifacts.catalog.schema import experiments, runs
from jupyter_artifacts.catalog.search import search
from jupyter_artifacts.catalog.upkeep import (
    keep_experiment,
    need_experiment,
    read_experiment,
    sum_up,
)
from jupyter_artifacts.catalog.validation import with_validation
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.records.states import ENDED, State, check_move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.runs import Experiment, Field, Run

_RUNNING: Final = frozenset({State.STARTING, State.RUNNING})
_FIXED: Final = frozenset(
    {"id", "address", "user", "run", "number", "state", "tags", "revision"}
)


class ExperimentRows:
    """Experiments, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, run_id: str, experiment: Experiment) -> Experiment:
        """Add an experiment (id, state, params, started given); gives its number."""
        return self.create_all(run_id, [experiment])[0]

    def create_all(self, run_id: str, wanted: Sequence[Experiment]) -> list[Experiment]:
        """Add experiments of a run in their order; the run is summed up once."""
        run = RunRows(self._connection).by_id(run_id)
        added = [
            self._add(run, run.experiments + number, experiment)
            for number, experiment in enumerate(wanted)
        ]
        self._connection.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(
                experiments=run.experiments + len(added),
                artifact_bytes=runs.c.artifact_bytes
                + sum(each.artifact_bytes for each in added),
            )
        )
        if added:
            sum_up(self._connection, run_id)
        return added

    def _add(self, run: Run, number: int, experiment: Experiment) -> Experiment:
        runs_since = experiment.started if experiment.state in _RUNNING else None
        added = noted(
            replace(
                experiment,
                address=experiment_address(run.user, run.name, number).short,
                user=run.user,
                run=run.name,
                number=number,
                tags=run.tags,
                running_since=runs_since,
                revision=1,
            )
        )
        row = insert(experiments).values(
            id=added.id,
            run_id=run.id,
            number=number,
            user=added.user,
            name=added.run,
            state=added.state.value,
            source=added.source,
            started=added.started,
            ended=added.ended,
            artifact_bytes=added.artifact_bytes,
            running_since=added.running_since,
            doc=to_document(added, address=added.address),
        )
        result = self._connection.execute(row.returning(experiments.c.seq))
        reindex(self._connection, result.scalar_one(), None, added)
        return added

    def get(self, user: str, run: str, number: int) -> Experiment:
        """Return one experiment."""
        owner = RunRows(self._connection).get(user, run)
        found = self._connection.scalar(
            select(experiments.c.doc).where(
                experiments.c.run_id == owner.id, experiments.c.number == number
            )
        )
        if found is None:
            address = experiment_address(owner.user, owner.name, number).short
            last = experiment_address(owner.user, owner.name, owner.experiments - 1)
            msg = f"the run has {owner.experiments} experiments"
            known = [last.short] if owner.experiments else []
            raise not_found(msg, address=address, name=address, known=known)
        return read_experiment(found)

    def by_id(self, experiment_id: str) -> Experiment:
        """Return one experiment."""
        return need_experiment(self._connection, experiment_id)[1]

    def of_run(self, run_id: str) -> list[Experiment]:
        """Return a run's experiments, by number."""
        found = self._connection.scalars(
            select(experiments.c.doc)
            .where(experiments.c.run_id == run_id)
            .order_by(experiments.c.number)
        )
        return [read_experiment(doc) for doc in found]

    def move(
        self, experiment_id: str, state: State, *, reason: str, now: float
    ) -> Experiment:
        """Move to `state` by the table (`IllegalTransition`), and its run with it."""
        seq, old = need_experiment(self._connection, experiment_id)
        check_move(old.state, state, address=old.address)
        since = self._connection.scalar(
            select(experiments.c.running_since).where(experiments.c.seq == seq)
        )
        ran = max(0.0, now - since) if since is not None else 0.0
        runs_on = state in _RUNNING or (state.stopping and since is not None)
        runs_since = now if runs_on else None
        self._connection.execute(
            update(experiments)
            .where(experiments.c.seq == seq)
            .values(running_since=runs_since)
        )
        has_run = since is not None or old.wall_clock_time > 0
        new = replace(
            old,
            state=state,
            exit_reason=reason or old.exit_reason,
            started=now if runs_on and not has_run else old.started,
            ended=now if state.ended else None,
            wall_clock_time=old.wall_clock_time + ran,
            running_since=runs_since,
        )
        if state.ended and (old.file_count or old.checkpoint_count):
            await_packs(self._connection, seq, now)
        return keep_experiment(self._connection, seq, old, new)

    def change(self, experiment_id: str, **fields: Any) -> Experiment:
        """Set fields of the record (params, metadata, runner_state, task_ids, …)."""
        seq, old = need_experiment(self._connection, experiment_id)
        wrong = (fields.keys() - set(old.__struct_fields__)) | (fields.keys() & _FIXED)
        if wrong:
            msg = f"{', '.join(sorted(wrong))} cannot be set"
            raise InvalidRequest(msg, address=old.address)
        new = replace(old, **fields)
        if new.searcher_metric != old.searcher_metric:
            new = with_best_checkpoint(self._connection, seq, with_validation(new))
        return keep_experiment(self._connection, seq, old, new)

    def search(
        self, query: str, *, sort: str, limit: int, cursor: str | None, now: float
    ) -> Page[Experiment]:
        """Return the experiments that `query` selects ("" for all).

        Raises:
            InvalidQuery: for query or sort; it points at the place.
            InvalidRequest: for a cursor that is none of ours.
        """
        return search(
            self._connection, query, sort=sort, limit=limit, cursor=cursor, now=now
        )

    def fields(self) -> list[Field]:
        """Return every field that a query may name."""
        return known_fields(self._connection)

    def unended(self) -> list[Experiment]:
        """Return the experiments that have not ended."""
        living = [state.value for state in State if state not in ENDED]
        found = self._connection.scalars(
            select(experiments.c.doc)
            .where(experiments.c.state.in_(living))
            .order_by(experiments.c.seq)
        )
        return [read_experiment(doc) for doc in found]
