"""Makes the team: real people's real training, in a few processes at once."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.demo.jobs import DATASETS, Job, jobs
from jupyter_artifacts.demo.people import acting, introduce
from jupyter_artifacts.demo.processes import environment_of, start, stop
from jupyter_artifacts.errors import NotFound, Unavailable

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable

    from jupyter_artifacts.demo.places import Places
    from jupyter_artifacts.records.artifacts import ArtifactVersion
    from jupyter_artifacts.records.runs import RunWithExperiments

_AT_ONCE: Final = min(4, max(2, os.cpu_count() or 2))
_LOOK_EVERY: Final = 0.05
_PATIENCE: Final = 60.0
_TAIL: Final = 200
_MODEL: Final = "digits-model"


def make_team(
    places: Places, say: Callable[[str], None], *, small: bool = False
) -> None:
    """Make the team anew, and everything it has.

    Args:
        places: where.
        say: told what is going on.
        small: train for a few epochs only.
    """
    began = time.monotonic()
    places.clear()
    introduce(places)
    _train(places, jobs(small=small), say)
    _share_datasets(places)
    _name_versions(places)
    acting(places, "dara").call("runs.clone", user="bob", run="wine-mlp")
    places.copy_notebooks()
    places.set_complete()
    say(f"the team is ready after {time.monotonic() - began:.0f} s")


def keep_team(places: Places) -> None:
    """Keep the team that is there, its catalog brought up to date."""
    Catalog.open(places.settings("alice"), migrate=True).close()
    places.copy_notebooks()


def begin(places: Places, job: Job) -> subprocess.Popen[bytes]:
    """Start a job."""
    folder = job.folder(places)
    places.copy_script(job.script, folder)
    # matrices this small are slower with several threads
    quick = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return start(
        job.command(),
        folder=folder,
        environment=environment_of(places, job.user, MPLBACKEND="Agg", **quick),
        log=job.log(places),
    )


def found(places: Places, job: Job) -> RunWithExperiments | None:
    """Return the run of a job; None when it has not begun."""
    try:
        run: RunWithExperiments = acting(places, job.user).call(
            "runs.get", user=job.user, run=job.name
        )
    except NotFound:
        return None
    return run


def wait_for_end(places: Places, job: Job) -> RunWithExperiments:
    """Return the run of a job once it has ended: its companion has the last word.

    Raises:
        Unavailable: when there is none, or it does not end.
    """
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up:
        run = found(places, job)
        if run is None or run.run.state.ended:
            break
        time.sleep(_LOOK_EVERY)
    if run is None or not run.run.state.ended:
        msg = "its run does not end" if run else "its training left no run"
        hint = f"what it said is in {job.log(places)}"
        raise Unavailable(msg, address=job.address, hint=hint)
    return run


def _train(places: Places, waiting: list[Job], say: Callable[[str], None]) -> None:
    running: dict[Job, subprocess.Popen[bytes]] = {}
    stopped: set[Job] = set()
    with ExitStack() as processes:
        while waiting or running:
            while len(running) < _AT_ONCE and (job := _next(waiting, running)):
                waiting.remove(job)
                running[job] = begin(places, job)
                processes.callback(stop, running[job])
            for job, process in list(running.items()):
                if process.poll() is not None:
                    del running[job]
                    _check(places, job, process.returncode)
                    say(_told(places, job))
                elif job.stop_after and job not in stopped and _far(places, job):
                    acting(places, job.user).call(
                        "runs.stop", user=job.user, run=job.name
                    )
                    stopped.add(job)
            time.sleep(_LOOK_EVERY)


def _next(waiting: Iterable[Job], running: Iterable[Job]) -> Job | None:
    """Return the first that waits for no other; None when all of them do."""
    unfinished = {job.name for job in (*waiting, *running)}
    return next((job for job in waiting if job.after not in unfinished), None)


def _far(places: Places, job: Job) -> bool:
    run = found(places, job)
    return run is not None and any(
        each.total_batches_processed >= job.stop_after for each in run.experiments
    )


def _check(places: Places, job: Job, status: int) -> None:
    if status and not job.stop_after:
        log = job.log(places)
        said = log.read_text("utf-8", "replace").strip()
        last = said.rpartition("\n")[2][-_TAIL:] or f"exit status {status}"
        msg = f"its training failed: {last}"
        raise Unavailable(msg, address=job.address, hint=f"all it said is in {log}")


def _told(places: Places, job: Job) -> str:
    if job is DATASETS:
        return f"{job.user:6} saved two datasets"
    run = wait_for_end(places, job)
    states = [each.state.value.lower() for each in run.experiments]
    counts = ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states))
    return f"{job.user:6} trained {job.name}: {counts}"


def _share_datasets(places: Places) -> None:
    saved = DATASETS.folder(places)
    alice, chen = acting(places, "alice"), acting(places, "chen")
    alice.call(
        "datastores.create",
        name="digits",
        source=str(saved / "digits-whole"),
        description="8x8 handwritten digits; v2 is split for testing",
    )
    alice.call("datastores.update", name="digits", source=str(saved / "digits-split"))
    chen.call(
        "datastores.create",
        name="wine",
        source=str(saved / "wine"),
        description="178 Italian wines, by 13 measurements",
    )


def _name_versions(places: Places) -> None:
    """Let alice say which model is served: the one before the best."""
    alice = acting(places, "alice")
    best: ArtifactVersion = alice.call("versions.get", name=_MODEL, version="best")
    served = f"v{max(0, best.number - 1)}"
    alice.call("artifacts.alias", name=_MODEL, version=served, alias="served")
    alice.call(
        "artifacts.edit",
        name=_MODEL,
        description="Which digit an 8x8 picture shows",
    )
