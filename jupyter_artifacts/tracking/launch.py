"""`jupyter artifacts run`: a script as a run, one experiment for each point."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import experiment_address
from jupyter_artifacts.errors import InvalidRequest, NotFound
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.company import Company
from jupyter_artifacts.tracking.experiment import merged
from jupyter_artifacts.tracking.logs import LogKeeper
from jupyter_artifacts.tracking.markers import marker_for
from jupyter_artifacts.tracking.outlet import Outlet
from jupyter_artifacts.tracking.papers import Paper, Papers
from jupyter_artifacts.tracking.params import params_of, with_point
from jupyter_artifacts.tracking.processes import process_of, this_process
from jupyter_artifacts.tracking.supervise import (
    Ended,
    Interrupts,
    Script,
    python_command,
    to_terminal,
)
from jupyter_artifacts.tracking.workcopy import working_copy

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.runs import Experiment, Run
    from jupyter_artifacts.tracking.params import Point


@dataclass(slots=True)
class Launch:
    """A script that is started as a run.

    Attributes:
        carrier: acts for the run's owner.
        run: the run.
        script: as the user named it.
        arguments: the script's own.
        folder: where it is started, resolved.
        apart: whether each experiment needs a working copy of the folder.
        alone: whether one experiment at a time is under way, with the terminal.
        datastores: path below the folder → where a datastore's version lies.
    """

    carrier: LocalCarrier
    run: Run
    script: str
    arguments: list[str]
    folder: Path
    apart: bool
    alone: bool = True
    datastores: dict[str, Path] = field(default_factory=dict)
    interrupts: Interrupts = field(default_factory=Interrupts)
    _printing: threading.Lock = field(default_factory=threading.Lock)

    def all(self, work: list[tuple[Experiment, Point]], *, jobs: int) -> int:
        """Run every experiment; return the exit status: the first that is not 0."""
        self.interrupts.listen()
        if self.alone:
            ends = [self.one(experiment, point) for experiment, point in work]
        else:
            with ThreadPoolExecutor(jobs) as pool:
                ends = list(pool.map(lambda item: self.one(*item), work))
        return next((status for status in ends if status), 0)

    def one(self, experiment: Experiment, point: Point) -> int:
        """Run one experiment to its end; return its exit status."""
        outlet = Outlet(self.carrier, self.run.user, self.run.name)
        number = experiment.number
        if self.interrupts.asked:
            outlet.end(number, State.CANCELED, "interrupted before it began")
            return Ended(0, "", interrupted=True).exit_status
        if not outlet.begin(number):
            return 1  # stopped before it began
        with ExitStack() as stack:
            folder = self.folder
            if self.apart:
                spool = self.carrier.settings.spool
                folder = stack.enter_context(working_copy(folder, spool))
            self._link_datastores(folder, stack)
            papers = self._papers(folder, number)
            company = Company(papers)
            company.start()
            if point:
                values = " ".join(f"{name}={value}" for name, value in point.items())
                say(f"{experiment.address} · {values}")
            keeper = LogKeeper(outlet, number)
            try:
                ended = self._run(experiment, point, folder, papers, keeper)
            except OSError as error:
                reason = f"it cannot be started: {error.strerror}"
                company.have_done("finish", state=State.ERRORED.value, reason=reason)
                raise InvalidRequest(reason, address=self.script) from error
            finally:
                keeper.close()
            state, reason = ended.verdict
            company.have_done(
                "finish", state=state.value, reason=reason, died=ended.status < 0
            )
        say(_told(outlet.experiment(number)))
        return ended.exit_status

    def _run(
        self,
        experiment: Experiment,
        point: Point,
        folder: Path,
        papers: Papers,
        keeper: LogKeeper,
    ) -> Ended:
        arguments = with_point(self.arguments, point) if point else self.arguments
        place = experiment_address(self.run.user, self.run.name, experiment.number)
        command, pipe = self._command(arguments, papers)
        script = Script(
            command=command,
            folder=folder,
            environment=self._environment(place.short),
            labelled=pipe,
            started=lambda pid: _watch(papers, pid),
            receivers=[keeper.add, self._printer(experiment.number)],
        )
        return script.run(self.interrupts, terminal=self.alone)

    def _command(
        self, arguments: list[str], papers: Papers
    ) -> tuple[list[str], tuple[int, int] | None]:
        if self.script.endswith((".py", ".pyw")):
            return python_command(self.script, arguments, papers.folder)
        program = self.script
        if (self.folder / program).is_file() and "/" not in program:
            program = f"./{program}"
        return [program, *arguments], None

    def _environment(self, address: str) -> dict[str, str]:
        settings = self.carrier.settings
        return {
            **os.environ,
            "JUPYTER_ARTIFACTS_HOME": str(settings.home),
            "JUPYTER_ARTIFACTS_STORAGE": str(settings.storage),
            "JUPYTER_ARTIFACTS_USER": settings.user,
            "JUPYTER_ARTIFACTS_EXPERIMENT": address,
        }

    def _papers(self, folder: Path, number: int) -> Papers:
        settings = self.carrier.settings
        paper = Paper(
            id=new_id(),
            home=str(settings.home),
            storage=str(settings.storage),
            login=settings.user,
            user=self.run.user,
            run=self.run.name,
            numbers=[number],
            folder=str(folder),
            marker=marker_for(folder, settings.spool),
            process=this_process(),
            kind="run",
            started=time.time(),
            run_id=self.run.id,
        )
        return Papers.write(paper)

    def _link_datastores(self, folder: Path, stack: ExitStack) -> None:
        for relative, target in self.datastores.items():
            link = folder / relative
            if not os.path.lexists(link):
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(target, target_is_directory=True)
                stack.callback(_remove_link, link)

    def _printer(self, number: int) -> Any:
        if self.alone:
            return to_terminal
        label, rest = f"exp{number} │ ".encode(), {1: b"", 2: b""}

        def to_terminal_by_lines(stream: int, chunk: bytes) -> None:
            *lines, rest[stream] = (rest[stream] + chunk).split(b"\n")
            with self._printing:
                for line in lines:
                    to_terminal(stream, label + line + b"\n")

        return to_terminal_by_lines


def _told(experiment: Experiment) -> str:
    """Return how an experiment ended, in a line."""
    files = f"{experiment.file_count} file{'s' * (experiment.file_count != 1)} captured"
    if experiment.uncaptured:
        files += f", {experiment.uncaptured} not captured"
    reason = experiment.exit_reason.partition("\n")[0]
    return " · ".join(
        text for text in (experiment.address, experiment.state, reason, files) if text
    )


def _remove_link(link: Path) -> None:
    link.unlink(missing_ok=True)
    for folder in (link.parent, link.parent.parent):
        with suppress(OSError):  # something else is in it
            folder.rmdir()


def _watch(papers: Papers, pid: int) -> None:
    papers.order("script", process=process_of(pid))


def check_script(script: str, folder: Path) -> str:
    """Return the script as it is recorded: below the folder, if it is there.

    Raises:
        NotFound: when there is no such script or program.
        InvalidRequest: when it cannot be run.
    """
    path = folder / script
    if path.is_file():
        if not script.endswith((".py", ".pyw")) and not os.access(path, os.X_OK):
            msg = "it is no Python script and no program that may be run"
            raise InvalidRequest(msg, address=script, hint=f"try: chmod +x {script}")
        return os.path.relpath(path, folder)
    if "/" not in script and shutil.which(script):
        return script
    msg = "there is no such script"
    raise NotFound(msg, address=script, hint=f"looked in {folder}")


def params_at(arguments: list[str], point: Point) -> dict[str, Any]:
    """Return the params of an experiment: the script's arguments with a point's."""
    return merged(params_of(arguments), params_of(with_point([], point)))


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
