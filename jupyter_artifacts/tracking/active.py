"""A run under way, as the code that trains sees it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, SupportsFloat

from jupyter_artifacts.addresses import run_address
from jupyter_artifacts.errors import Conflict, NoSpace, Unavailable
from jupyter_artifacts.records.base import value_to_wire
from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.claims import CURRENT, Claiming
from jupyter_artifacts.tracking.company import Company
from jupyter_artifacts.tracking.endings import let_go, verdict_of, watch_over
from jupyter_artifacts.tracking.experiment import ActiveExperiment, merged
from jupyter_artifacts.tracking.linger import start_lingering
from jupyter_artifacts.tracking.missing import say_what_is_missing
from jupyter_artifacts.tracking.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.runs import Checkpoint, Experiment, Run
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.versions import TeamVersion
    from jupyter_artifacts.tracking.papers import Papers


class ActiveRun:
    """A run of this process. Made by `start_run`; use it as a context manager.

    Args:
        record: the run.
        experiment: its experiment that is under way.
        papers: what the companion goes by.
        carrier: acts for its owner.
        joined: whether somebody else (`jupyter artifacts run`) started it, and ends it.
    """

    def __init__(
        self,
        record: Run,
        experiment: Experiment,
        papers: Papers,
        carrier: LocalCarrier,
        *,
        joined: bool,
    ) -> None:
        self._id = record.id
        self.user = record.user
        self.name = record.name
        self.ended = False
        self._process = os.getpid()
        self._tags = set(record.tags)
        self._papers = papers
        self._carriers = {os.getpid(): carrier}
        self._settings = carrier.settings
        self._joined = joined
        self._company = Company(papers)
        self._segment = Segment(self._settings.spool, record.id, self._register)
        self.append = self._segment.append
        self._first = ActiveExperiment(self, experiment)
        self._given = dict(self._first.params)
        self._searcher_metric = experiment.searcher_metric
        self._underway = [self._first]
        self._first_is_taken = False
        self._before = ("", -1)
        root = papers.paper.folder
        self._claiming = (
            Claiming(papers.paper.id, root, papers.claiming()) if root else None
        )

    def begin(self) -> None:
        """Start what goes on beside the training: companion, hook, watch of the end."""
        if not self._joined:
            self._company.start()
        if self._claiming is not None:
            self._claiming.start()
        watch_over(self)

    @property
    def carrier(self) -> LocalCarrier:
        """Carries operations out, for this process: a fork's child gets its own."""
        process = os.getpid()
        if process not in self._carriers:
            from jupyter_artifacts.carriers.local import LocalCarrier

            self._carriers[process] = LocalCarrier(self._settings)
        return self._carriers[process]

    @property
    def papers_id(self) -> str:
        """Names the run in claims."""
        return self._papers.paper.id

    @property
    def address(self) -> str:
        """Its address, e.g. "alice:mnist"."""
        return run_address(self.user, self.name).short

    @property
    def params(self) -> dict[str, Any]:
        """The params of the experiment that is under way."""
        return self._current.params

    @property
    def folder(self) -> Path:
        """Where files are captured: in a notebook a folder of the run's own."""
        return Path(self._papers.paper.folder or Path.cwd())

    @property
    def _current(self) -> ActiveExperiment:
        papers_id, number = CURRENT.get()
        if papers_id == self.papers_id:
            for experiment in self._underway:
                if experiment.number == number:
                    return experiment
        if not self._underway:
            msg = "no experiment of it is under way"
            hint = "log within `with run.experiment(…)`"
            raise Conflict(msg, address=self.address, hint=hint)
        return self._underway[-1]

    def join_params(self, params: Mapping[str, Any]) -> None:
        """Add what the code says of its params to what was known before."""
        self._first.set_params(params)

    def log(
        self,
        metrics: Mapping[str, SupportsFloat],
        *,
        step: int | None = None,
        group: str = "training",
        time: float | None = None,
    ) -> None:
        """Log metrics to the experiment under way; see `ActiveExperiment.log`."""
        self._first_is_taken = True
        self._current.log(metrics, step=step, group=group, time=time)

    def save_checkpoint(
        self,
        path: str | os.PathLike[str],
        *,
        steps_completed: int,
        metadata: Mapping[str, Any] | None = None,
    ) -> Checkpoint:
        """Save a file or a folder as a checkpoint; it is whole when this returns."""
        self._first_is_taken = True
        return self._current.save_checkpoint(
            path, steps_completed=steps_completed, metadata=metadata
        )

    def log_artifact(self, artifact: Artifact, **said: Any) -> TeamVersion:
        """Make an artifact the next version of its name, made by the experiment.

        By keyword, as `ActiveExperiment.log_artifact` says: `aliases`, `tags`, `ttl`
        (seconds, "30d" or a timedelta), `sha256`, `progress`.
        """
        return self._current.log_artifact(artifact, **said)

    def use_artifact(self, address: str, *, role: str = "input") -> TeamVersion:
        """Note that a version, e.g. "my-model@v3", is used; see `ActiveExperiment`."""
        return self._current.use_artifact(address, role=role)

    def tag(self, *tags: str) -> None:
        """Add tags to the run."""
        self._tags.update(tags)
        self.carrier.call(
            "runs.tag", user=self.user, run=self.name, tags=sorted(self._tags)
        )

    def note(self, **metadata: Any) -> None:
        """Note anything about the experiment under way."""
        self._current.note(**metadata)

    def set_searcher_metric(self, metric: str) -> None:
        """Say what "best" means: "<group>.<name>", "-" in front when less is better."""
        current = self._current
        self.carrier.call(
            "experiments.note",
            user=self.user,
            run=self.name,
            number=current.number,
            searcher_metric=metric,
        )

    def experiment(self, params: Mapping[str, Any] | None = None) -> ActiveExperiment:
        """Begin the next experiment of a sweep in this process.

        The first one is exp0, which the run began with, unless it was logged to.
        """
        if self.ended:
            msg = "it has ended: no experiment can begin in it"
            raise Conflict(msg, address=self.address, hint="start another run")
        if not self._first_is_taken:
            self._first_is_taken = True
            self._first.set_params(params or {})
            return self._first
        wanted = merged(self._given, params or {})
        record: Experiment = self.carrier.call(
            "experiments.add",
            user=self.user,
            run=self.name,
            params=value_to_wire(wanted),
            searcher_metric=self._searcher_metric,
        )
        self._papers.order("begin", number=record.number)
        begun = ActiveExperiment(self, record)
        self._underway.append(begun)
        return begun

    def end_experiment(
        self, experiment: ActiveExperiment, state: State, reason: str
    ) -> None:
        """End one experiment; returns when its files and metrics are in safety."""
        if os.getpid() != self._process:
            return
        self._company.have_done(
            "end", number=experiment.number, state=state.value, reason=reason
        )
        if experiment in self._underway:
            self._underway.remove(experiment)

    def finish(self, state: State | str = State.COMPLETED, reason: str = "") -> None:
        """End the run. What it wrote and logged is in safety when this returns."""
        self._finish(State(state), reason, leaving=False)

    def end_with_process(self, state: State, reason: str) -> None:
        """End the run as the process ends."""
        self._finish(state, reason, leaving=True)

    def _finish(self, state: State, reason: str, *, leaving: bool) -> None:
        if self.ended:
            return
        if os.getpid() != self._process:
            # the run is the parent's; a fork's child only brings its metrics home
            self._segment.close()
            return
        self.ended = True
        let_go(self)
        if self._claiming is not None and not leaving:
            self._claiming.stop()
        for experiment in self._underway:
            experiment.ended = True
        self._segment.close()
        if not self._joined:
            self._company.have_done(
                "finish", state=state.value, reason=reason, leaving=leaving
            )
            say_what_is_missing(self.carrier, self.user, self.name)
        elif state is not State.COMPLETED:
            for experiment in list(self._underway):
                self.end_experiment(experiment, state, reason)

    def _register(self, path: Path) -> None:
        """Tell of this process's segment file, so that it is read at once.

        Whoever takes in metrics finds it by its name as well: so no trouble with the
        catalog or the papers may end the training here.
        """
        if os.getpid() in self._carriers:
            with suppress(Unavailable):
                self.carrier.open_segment(path.stem, path)
            return
        # a fork's child leaves it to the companion, as long as there is one
        with suppress(OSError, NoSpace):
            self._papers.order("segment", path=str(path))
        if self._papers.done:
            start_lingering(self._settings, self._id)

    def __enter__(self) -> Self:
        """Make files that are written from now on this run's."""
        self._before = CURRENT.get()
        CURRENT.set((self.papers_id, -1))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the run as the block ended."""
        CURRENT.set(self._before)
        self._finish(*verdict_of(error), leaving=False)
