"""Reading and keeping one experiment's row, with everything that follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import select, update

from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.indexing import noted, reindex, same_fields
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import experiments, runs
from jupyter_artifacts.records.runs import Experiment
from jupyter_artifacts.records.states import State, sum_of_states

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

read_experiment = document_reader(Experiment)


def find_experiment(
    connection: Connection, experiment_id: str
) -> tuple[int, Experiment] | None:
    """Return the row number and the experiment of an id; None when there is none."""
    found = connection.execute(
        select(experiments.c.seq, experiments.c.doc).where(
            experiments.c.id == experiment_id
        )
    ).first()
    return (found.seq, read_experiment(found.doc)) if found else None


def need_experiment(
    connection: Connection, experiment_id: str
) -> tuple[int, Experiment]:
    """Return the row number and the experiment of an id, or raise `NotFound`."""
    found = find_experiment(connection, experiment_id)
    if found is None:
        msg = f"there is no experiment {experiment_id}"
        raise not_found(msg, address=experiment_id)
    return found


def keep_experiment(
    connection: Connection, seq: int, old: Experiment, new: Experiment
) -> Experiment:
    """Write `new` over `old`: document, columns, index, and its run's sums."""
    if not same_fields(old, new):
        new = noted(new)
        reindex(connection, seq, old, new)
    new = replace(new, revision=old.revision + 1)
    connection.execute(
        update(experiments)
        .where(experiments.c.seq == seq)
        .values(
            state=new.state.value,
            started=new.started,
            ended=new.ended,
            artifact_bytes=new.artifact_bytes,
            source=new.source,
            doc=to_document(new, address=new.address),
        )
    )
    run_id = (
        select(experiments.c.run_id).where(experiments.c.seq == seq).scalar_subquery()
    )
    if new.artifact_bytes != old.artifact_bytes:
        grown = new.artifact_bytes - old.artifact_bytes
        connection.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(artifact_bytes=runs.c.artifact_bytes + grown)
        )
    if new.state is not old.state or new.ended != old.ended:
        sum_up(connection, str(connection.scalar(select(run_id))))
    return new


def sum_up(connection: Connection, run_id: str) -> None:
    """Set a run's state and end from its experiments'."""
    found = connection.execute(
        select(experiments.c.state, experiments.c.ended)
        .where(experiments.c.run_id == run_id)
        .distinct()
    ).all()
    state = sum_of_states([State(row.state) for row in found])
    ends = [row.ended for row in found if row.ended is not None]
    ended = max(ends) if state.ended and ends else None
    connection.execute(
        update(runs).where(runs.c.id == run_id).values(state=state.value, ended=ended)
    )
