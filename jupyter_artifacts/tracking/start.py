"""`start_run`: begins a run, or joins the one that is there."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import InvalidRequest, Unavailable
from jupyter_artifacts.importing import much_imported
from jupyter_artifacts.records.base import several, value_to_wire
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.states import State
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.tracking.active import ActiveRun
from jupyter_artifacts.tracking.attribution import live_in
from jupyter_artifacts.tracking.environment import environment_of_this_process
from jupyter_artifacts.tracking.git import code_state
from jupyter_artifacts.tracking.hiding import without_secrets
from jupyter_artifacts.tracking.markers import marker_for
from jupyter_artifacts.tracking.outlet import Outlet
from jupyter_artifacts.tracking.papers import Paper, Papers, all_papers
from jupyter_artifacts.tracking.processes import this_process
from jupyter_artifacts.tracking.recover import recover
from jupyter_artifacts.tracking.rules import OUTPUTS, reason_against_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.runs import Run, RunWithExperiments


def start_run(  # noqa: PLR0913 - what there is to say of a run
    name: str = "",
    params: Mapping[str, Any] | None = None,
    *,
    tags: Iterable[str] = (),
    capture: str | os.PathLike[str] | None = None,
    source: str | None = None,
    user: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    datastores: Iterable[str] = (),
    searcher_metric: str = "",
    quiet: bool = False,
) -> ActiveRun:
    """Start a run of mine; inside `jupyter artifacts run`, join the one there is.

    Files written below the working folder are captured while it runs and when it
    ends or dies; in a notebook, those in `run.folder`.

    Args:
        name: a taken one gets "-1", "-2", …; "" for the script's or notebook's name.
        params: hyperparameters, nested as you like.
        tags: of the run.
        capture: the folder to capture instead.
        source: what starts it; by default "script" or "notebook".
        user: the login of who acts; None for whom the environment names.
        metadata: anything worth noting.
        datastores: addresses of the datastore versions it reads.
        searcher_metric: what "best" means: "<group>.<name>", "-" in front when
            less is better.
        quiet: print nothing.

    Returns:
        The run: a context manager, or to be ended by `finish` or with the process.

    Raises:
        InvalidAddress: for a name that no run may have.
        InvalidRequest: for a folder that is too much to capture.
        Unavailable: when the catalog cannot be opened.
    """
    with much_imported():
        from jupyter_artifacts.carriers.local import LocalCarrier

    settings = Settings.from_environment()
    if user:
        settings = replace(settings, user=user)
    if settings.url:
        msg = "runs cannot be tracked on a team server yet"
        hint = "unset JUPYTER_ARTIFACTS_URL to track on this machine"
        raise Unavailable(msg, address=settings.url, hint=hint)
    carrier = LocalCarrier(settings)
    wanted = dict(params or {})
    if settings.experiment and (run := _join(carrier, wanted)) is not None:
        if tags:
            run.tag(*several(tags))
        if metadata:
            run.note(**metadata)
        return run
    recover(settings)
    notebook = in_a_notebook()
    name = name or _default_name(notebook=notebook)
    root, remark = _root(capture, own=notebook)
    marker = marker_for(root or settings.spool, settings.spool)
    started: RunWithExperiments = carrier.call(
        "runs.start",
        name=name,
        params=value_to_wire(wanted),
        source=source or ("notebook" if notebook else "script"),
        tags=several(tags),
        script="" if notebook else _script(),
        arguments=[] if notebook else without_secrets(sys.argv[1:]),
        folder=str(Path.cwd()),
        git=code_state(Path.cwd()),
        environment=environment_of_this_process(),
        datastores=several(datastores),
        metadata=value_to_wire(dict(metadata or {})),
        task_ids=[str(os.getpid())],
        searcher_metric=searcher_metric,
    )
    try:
        papers = _papers(started, settings, root, marker, notebook=notebook)
        experiment = started.experiments[0]
        run = ActiveRun(started.run, experiment, papers, carrier, joined=False)
        run.begin()
    except BaseException as error:
        outlet = Outlet(carrier, started.run.user, started.run.name)
        outlet.end(0, State.ERRORED, f"it could not begin: {error}")
        raise
    if not quiet:
        _announce(started.run, papers, remark)
    return run


def _papers(
    started: RunWithExperiments,
    settings: Settings,
    root: Path | None,
    marker: int,
    *,
    notebook: bool,
) -> Papers:
    paper = Paper(
        id=new_id(),
        home=str(settings.home),
        storage=str(settings.storage),
        login=settings.user,
        user=started.run.user,
        run=started.run.name,
        numbers=[started.experiments[0].number],
        folder=str(root or _own_folder(started.run)),
        marker=marker,
        process=this_process(),
        kind="notebook" if notebook else "script",
        started=time.time(),
        run_id=started.run.id,
    )
    return Papers.write(paper)


def _join(carrier: LocalCarrier, params: Mapping[str, Any]) -> ActiveRun | None:
    """Return the run that `jupyter artifacts run` began; None when it is over."""
    place = parse_address(carrier.settings.experiment).of_experiment()
    for papers in all_papers(carrier.settings):
        paper = papers.paper
        here = (paper.user, paper.run) == (place.user, place.run)
        if here and place.experiment in paper.numbers and not papers.done:
            found: RunWithExperiments = carrier.call(
                "runs.get", user=place.user, run=place.run
            )
            record = next(
                each for each in found.experiments if each.number == place.experiment
            )
            run = ActiveRun(found.run, record, papers, carrier, joined=True)
            run.begin()
            if params:
                run.join_params(params)
            return run
    return None


def in_a_notebook() -> bool:
    """Whether this code runs in a Jupyter kernel."""
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return getattr(instance, "kernel", None) is not None


def _script() -> str:
    """Return the script's path below the working folder, as far as there is one."""
    path = (
        Path(sys.argv[0]) if sys.argv and sys.argv[0] not in {"", "-", "-c"} else None
    )
    if path is None or not path.exists():
        return ""
    return os.path.relpath(path.resolve(), Path.cwd())


def _default_name(*, notebook: bool) -> str:
    path = os.environ.get("JPY_SESSION_NAME", "") if notebook else _script()
    return run_name_of(path)


def run_name_of(path: str) -> str:
    """Return a run's name made of a script's or notebook's path."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).stem).strip(".-")
    return re.sub(r"-exp[0-9]+$", "", stem)[:100] or "run"


def _root(
    capture: str | os.PathLike[str] | None, *, own: bool
) -> tuple[Path | None, str]:
    """Return the folder to capture, None for the run's own, and what to remark."""
    if own and capture is None:
        return None, ""
    folder = Path(capture) if capture is not None else Path.cwd()
    if capture is not None and not folder.is_dir():
        folder.mkdir(parents=True)
    against = reason_against_root(folder)
    if not against:
        return folder.resolve(), ""
    hint = 'name a folder: start_run(…, capture="folder")'
    if capture is not None:
        msg = f"a run cannot capture this folder: {against}"
        raise InvalidRequest(msg, address=str(folder), hint=hint)
    return None, f"{against}, so only this is captured; to choose, {hint}"


def _own_folder(run: Run) -> Path:
    folder = Path.cwd() / OUTPUTS / f"{run.user}-{run.name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _announce(run: Run, papers: Papers, remark: str) -> None:
    """Say what has begun, and what to know about it."""
    lines = []
    if run.renamed_from:
        lines.append(f"{run.renamed_from} is taken; this run is {run.name}")
    lines.append(f"run {run.address}-exp0 · capturing {papers.paper.folder}")
    if remark:
        lines.append(remark)
    paper = papers.paper
    others = live_in(paper.settings, paper.folder, but=paper.id)
    if others:
        lines.append(
            f"{' and '.join(others)} captures this folder too; "
            "each file goes to the run that is seen to write it"
        )
    # a notebook shows stderr in red, as if something were wrong
    stream = sys.stdout if papers.paper.kind == "notebook" else sys.stderr
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()
