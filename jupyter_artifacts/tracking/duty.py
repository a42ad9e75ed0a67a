"""What is done for one run by its companion, or by whoever finishes its work."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, Unavailable
from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.attribution import Attribution
from jupyter_artifacts.tracking.capture import Capture
from jupyter_artifacts.tracking.deaths import Watched
from jupyter_artifacts.tracking.ingest import Ingester
from jupyter_artifacts.tracking.lines import Answer, Order
from jupyter_artifacts.tracking.outlet import Outlet
from jupyter_artifacts.tracking.processes import family_of, lives
from jupyter_artifacts.tracking.stopping import Stop

if TYPE_CHECKING:
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.tracking.papers import Papers

_RIVALS_EVERY: Final = 0.25
_SECOND: Final = 1.0
_SCAN_SHARE: Final = 50  # a full scan may take at most this part of the time
_SCAN_EVERY: Final = 5.0


class Duty:
    """Carries out the orders in a run's papers, and ends the run when nobody else does.

    Args:
        papers: the run's.
        carrier: acts for its owner.
    """

    def __init__(self, papers: Papers, carrier: LocalCarrier) -> None:
        self.papers = papers
        paper = papers.paper
        self.process = paper.process
        self.outlet = Outlet(carrier, paper.user, paper.run)
        self.judge = Attribution.of(papers)
        self.capture = Capture(self.judge, self.outlet) if paper.folder else None
        self.done = False
        self._carrier = carrier
        self._ingester = Ingester(carrier)
        self._orders = papers.orders()
        self._answers = papers.answering()
        self._todo: deque[Order] = deque()
        self._finish: Order | None = None
        self._watched = Watched(self.process)
        self._family = [self.process.pid]
        self._due = dict.fromkeys(("rivals", "second", "scan"), 0.0)
        self.stop = Stop(paper.kind)

    def notice(self, paths: set[str]) -> None:
        """Something happened at these paths."""
        if self.capture is not None:
            self.capture.notice(paths)

    def tick(self) -> None:
        """Do what is due now."""
        alive = lives(self.process) or self.stop.script_lives
        self._obey()
        if self._finish is not None and self._may_conclude(alive=alive):
            said = self._finish
            self.conclude(State(said.state), said.reason, died=said.died)
        elif not alive and self._finish is None:
            self.conclude(State.ERRORED, self._watched.why_it_died(), died=True)
        else:
            self._watch_over()

    def _obey(self) -> None:
        self._todo.extend(self._orders.read())
        while self._todo:
            # one that could not be carried out stays in line
            self._carry_out(self._todo[0])
            self._todo.popleft()

    def _carry_out(self, order: Order) -> None:
        if order.act == "begin":
            self.judge.begin(order.number, order.time)
        elif order.act == "segment":
            path = Path(order.path)
            self._carrier.open_segment(path.stem, path)
        elif order.act == "script" and order.process is not None:
            self.stop.script = order.process
        elif order.act == "end":
            self._end_one(order)
        elif order.act == "finish":
            self._finish = order

    def _end_one(self, order: Order) -> None:
        problem = ""
        try:
            self.judge.refresh()
            if self.capture is not None:
                self.capture.take_closed()
            self.judge.end(order.number, time.time())
            self._ingester.drain(self.papers.paper.run_id)
            self.outlet.end(order.number, State(order.state), order.reason)
        except Unavailable:
            raise
        except ArtifactsError as error:
            problem = str(error)
        self._answers.append(Answer(id=order.id, problem=problem))

    def _may_conclude(self, *, alive: bool) -> bool:
        """Whether to wait no longer: a process that leaves may yet write its files."""
        if not alive or self._finish is None or not self._finish.leaving:
            return True
        if self.capture is None:
            return True
        self.capture.scan()
        self.capture.sight([self.process.pid])
        if not self.capture.held_by_the_run:
            return True
        self._answers.append(Answer(id=self._finish.id))
        return False

    def _watch_over(self) -> None:
        now = time.monotonic()
        if self._is_due("rivals", now, _RIVALS_EVERY):
            self.judge.refresh()
        if self.capture is not None:
            self._watch_folder(self.capture, now)
        if self._is_due("second", now, _SECOND):
            self._family = family_of(self.stop.script or self.process)
            self._ingester.try_pass()
            self.stop.look(self.outlet, self.stop.script or self.process)

    def _watch_folder(self, capture: Capture, now: float) -> None:
        if self.judge.contested or not capture.idle:
            held = capture.sight(self._family)
            if self.judge.contested:
                self._claim(held)
        capture.take_quiet()
        if self._is_due("scan", now, _SCAN_EVERY):
            capture.scan()
            spent = time.monotonic() - now
            self._due["scan"] = now + max(_SCAN_EVERY, spent * _SCAN_SHARE)

    def _claim(self, held: object) -> None:
        paths = [str(path) for path in held] if isinstance(held, dict) else []
        if claims := self.judge.sighted(paths):
            journal = self.papers.claiming()
            for claim in claims:
                journal.append(claim)
            journal.close()

    def _is_due(self, what: str, now: float, every: float) -> bool:
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def conclude(self, state: State, reason: str, *, died: bool = False) -> None:
        """Capture the rest, take in the metrics, end every experiment.

        Args:
            state: to end in, unless it was asked to stop.
            reason: why, for a person.
            died: whether the process ended without saying so.
        """
        self._obey()
        self.judge.refresh()
        if self.capture is not None:
            self.capture.take_last(died=died)
        self._ingester.drain(self.papers.paper.run_id)
        for experiment in self.outlet.experiments():
            if experiment.state.ended:
                continue
            if self._is_ours(experiment.number):
                self.outlet.end(experiment.number, state, reason)
            elif self._finish is None and experiment.state is State.QUEUED:
                why = "the command that would have started it was killed"
                self.outlet.end(experiment.number, State.CANCELED, why)
        if self._finish is not None:
            self._answers.append(Answer(id=self._finish.id))
        self.papers.finish()
        self.done = True

    def _is_ours(self, number: int) -> bool:
        """Whether these papers answer for it: `run` has some for each experiment."""
        if self.papers.paper.kind != "run":
            return True
        return any(span.number == number for span in self.judge.spans)

    def close(self) -> None:
        """Let every file go."""
        self._watched.close()
        self._orders.close()
        self._answers.close()
        self.judge.close()
        if self.capture is not None:
            self.capture.close()
