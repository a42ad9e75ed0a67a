"""From a command line to a run with its experiments, ready to be started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import (
    Conflict,
    InvalidAddress,
    InvalidRequest,
    Unavailable,
)
from jupyter_artifacts.operations.places import version_folder
from jupyter_artifacts.records.states import State
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.tracking.attribution import live_in
from jupyter_artifacts.tracking.environment import environment_of_this_process
from jupyter_artifacts.tracking.git import code_state
from jupyter_artifacts.tracking.hiding import (
    HIDDEN,
    hidden_option,
    without_secret,
    without_secrets,
)
from jupyter_artifacts.tracking.launch import Launch, check_script, params_at, say
from jupyter_artifacts.tracking.params import Point, points_of
from jupyter_artifacts.tracking.recover import recover
from jupyter_artifacts.tracking.rules import reason_against_root
from jupyter_artifacts.tracking.start import run_name_of

if TYPE_CHECKING:
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.runs import Experiment, RunWithExperiments

POINT: Final = "point"
"""What the metadata of an experiment calls its point of a sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked for on the command line; see `cli/run.py`."""

    script: str
    arguments: list[str]
    name: str = ""
    sweeps: list[str]
    datastores: list[str]
    tags: list[str]
    jobs: int = 1
    into: str = ""


def begin(wanted: Wanted) -> int:
    """Start the run and see it through; return the exit status.

    Raises:
        ArtifactsError: when it cannot begin; nothing was started then.
    """
    from jupyter_artifacts.carriers.local import LocalCarrier

    settings = Settings.from_environment()
    if settings.url:
        msg = "runs cannot be tracked on a team server yet"
        hint = "unset JUPYTER_ARTIFACTS_URL to track on this machine"
        raise Unavailable(msg, address=settings.url, hint=hint)
    folder = Path.cwd().resolve()
    if against := reason_against_root(folder):
        msg = f"a run cannot capture this folder: {against}"
        hint = "start it from the folder of its project"
        raise InvalidRequest(msg, address=str(folder), hint=hint)
    script = check_script(wanted.script, folder)
    points = points_of(wanted.sweeps)
    carrier = LocalCarrier(settings)
    recover(settings)
    if wanted.into:
        started, work = _queued(carrier, wanted)
        names = [*started.run.datastores, *wanted.datastores]
        links, _ = _datastores(carrier, names)
    else:
        links, versions = _datastores(carrier, wanted.datastores)
        started, work = _new(carrier, wanted, script, points, versions)
    sharing = live_in(settings, str(folder))
    launch = Launch(
        carrier=carrier,
        run=started.run,
        script=script,
        arguments=wanted.arguments,
        folder=folder,
        apart=len(work) > 1 or bool(sharing),
        alone=wanted.jobs == 1 or len(work) == 1,
        datastores=links,
    )
    _announce(started, work, folder, sharing)
    return launch.all(work, jobs=wanted.jobs)


def _new(
    carrier: LocalCarrier,
    wanted: Wanted,
    script: str,
    points: list[Point],
    datastores: list[str],
) -> tuple[RunWithExperiments, list[tuple[Experiment, Point]]]:
    started: RunWithExperiments = carrier.call(
        "runs.start",
        name=wanted.name or run_name_of(script),
        source="run",
        tags=wanted.tags,
        script=script,
        arguments=without_secrets(wanted.arguments),
        folder=str(Path.cwd()),
        git=code_state(Path.cwd()),
        environment=environment_of_this_process([script, *wanted.arguments]),
        datastores=datastores,
        experiments=0,
        state=State.QUEUED.value,
    )
    run = started.run
    work = [
        (
            carrier.call(
                "experiments.add",
                user=run.user,
                run=run.name,
                params=params_at(wanted.arguments, point),
                metadata={POINT: _shown(point)} if point else {},
                state=State.QUEUED.value,
                task_ids=[str(os.getpid())],
            ),
            point,
        )
        for point in points
    ]
    return started, work


def _queued(
    carrier: LocalCarrier, wanted: Wanted
) -> tuple[RunWithExperiments, list[tuple[Experiment, Point]]]:
    """Return a queued run, and its experiments with the points that they add."""
    if wanted.sweeps or wanted.name:
        msg = "a queued run has its name and its experiments already"
        raise InvalidRequest(msg, hint="leave --name and --sweep out")
    place = parse_address(wanted.into, me=carrier.me).of_run()
    if place.user != carrier.me:
        msg = "it is not yours to start"
        hint = f"clone it: jupyter artifacts clone {place.short}"
        raise InvalidAddress(msg, address=place.short, hint=hint)
    found: RunWithExperiments = carrier.call("runs.get", user=place.user, run=place.run)
    queued = [each for each in found.experiments if each.state is State.QUEUED]
    if not queued:
        msg = f"it is {found.run.state}: nothing of it waits to be started"
        raise Conflict(msg, address=place.short, hint="clone it first")
    if option := hidden_option(wanted.arguments):
        msg = f"the value of {option} was hidden when the run was recorded"
        hint = "write the value in place of ***"
        raise InvalidRequest(msg, address=place.short, hint=hint)
    work = []
    for each in queued:
        # what the code itself set is a param, but no option of the script
        point = {
            name: str(value) for name, value in each.metadata.get(POINT, {}).items()
        }
        if HIDDEN in point.values():
            msg = "the values of its sweep were hidden when the run was recorded"
            hint = "start it anew, with --sweep"
            raise InvalidRequest(msg, address=each.address, hint=hint)
        work.append((each, point))
    for each in queued:
        carrier.call(
            "experiments.note",
            user=place.user,
            run=place.run,
            number=each.number,
            task_ids=[str(os.getpid())],
        )
    return found, work


def _shown(point: Point) -> Point:
    return {name: without_secret(name, value) for name, value in point.items()}


def _datastores(
    carrier: LocalCarrier, names: list[str]
) -> tuple[dict[str, Path], list[str]]:
    """Return path below the folder → where it lies, and the versions' addresses."""
    links, versions = {}, []
    context = carrier.context
    for name in names:
        text = name if name.startswith("datastores/") else f"datastores/{name}"
        place = parse_address(text)
        version, target = version_folder(context, place.name, place.version)
        links[version.address] = target
        versions.append(version.address)
    return links, versions


def _announce(
    started: RunWithExperiments,
    work: list[tuple[Experiment, Point]],
    folder: Path,
    sharing: list[str],
) -> None:
    run = started.run
    if run.renamed_from:
        say(f"{run.renamed_from} is taken; this run is {run.name}")
    many = (
        f"{len(work)} experiments, each in a working copy of" if len(work) > 1 else ""
    )
    copy = "in a working copy of" if sharing else "capturing"
    say(f"run {run.address}-exp{work[0][0].number} · {many or copy} {folder}")
    if sharing and not many:
        say(f"{' and '.join(sharing)} captures this folder; so this one gets a copy")
