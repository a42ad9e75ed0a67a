"""Ends runs whose process died before it could leave papers for a companion."""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING, Final

import psutil

from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.papers import all_papers

if TYPE_CHECKING:
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.runs import Experiment

_PATIENCE: Final = 60.0
_WHY: Final = "the process ended before the run could begin"
_UNDER_WAY: Final = frozenset({State.STARTING, State.RUNNING})


def end_forgotten(carrier: LocalCarrier) -> list[str]:
    """End the runs of this machine that nobody would ever end.

    Those are under way for more than a minute, without papers, and the process that
    they name is gone.

    Returns:
        Addresses of their experiments.
    """
    catalog = carrier.context.catalog
    before = time.time() - _PATIENCE
    with catalog.read() as rows:
        doubtful = [
            each
            for each in rows.experiments.unended()
            if (each.state in _UNDER_WAY or each.state.stopping)
            and each.started < before
            and each.task_ids
            and _is_gone(each)
            and _is_of_this_machine(rows, each)
        ]
    if not doubtful:
        return []
    # looked for last: a run that has papers by now has a companion, or will get one
    kept = {
        (papers.paper.user, papers.paper.run) for papers in all_papers(carrier.settings)
    }
    forgotten = [each for each in doubtful if (each.user, each.run) not in kept]
    for each in forgotten:
        with catalog.write() as rows:
            _end(rows, each.id)
    return [each.address for each in forgotten]


def _end(rows: Rows, experiment_id: str) -> None:
    now = time.time()
    experiment = rows.experiments.by_id(experiment_id)
    if experiment.state.ended:
        return
    state = State.CANCELED if experiment.state.stopping else State.ERRORED
    rows.experiments.move(experiment_id, state, reason=_WHY, now=now)
    rows.events.add("experiment", "changed", experiment.address, now, {"state": state})


def _is_of_this_machine(rows: Rows, experiment: Experiment) -> bool:
    run = rows.runs.get(experiment.user, experiment.run)
    return bool(run.environment.get("host") == platform.node())


def _is_gone(experiment: Experiment) -> bool:
    """Whether no process that a task id names was there when the run began."""
    for task in experiment.task_ids:
        if not task.isdecimal():
            return False  # a cluster's task is not ours to judge
        try:
            if psutil.Process(int(task)).create_time() <= experiment.started:
                return False
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            return False
    return True
