"""What tracking says to the catalog and the storage, for one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_artifacts.errors import ArtifactsError
    from jupyter_artifacts.operations.capturing import FileToCapture
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.runs import Experiment, RunWithExperiments


class Carrier(Protocol):
    """Performs operations of the table; see `carriers`."""

    def call(
        self,
        operation: str,
        /,
        *,
        source: Path | None = None,
        body: bytes | None = None,
        **ask: Any,
    ) -> Any:
        """Perform an operation."""

    def capture_many(
        self, user: str, run: str, number: int, files: Sequence[FileToCapture]
    ) -> list[Asset | ArtifactsError]:
        """Take files of this machine into an experiment; answers for each."""


class Outlet:
    """One run's side of a carrier.

    Args:
        carrier: carries the operations out.
        user: handle of the run's owner.
        run: the run's name.
    """

    def __init__(self, carrier: Carrier, user: str, run: str) -> None:
        self.carrier = carrier
        self.user = user
        self.run = run

    def capture(
        self, number: int, files: Sequence[FileToCapture]
    ) -> list[Asset | ArtifactsError]:
        """Take files into experiment `number`; answers for each, in order."""
        return self.carrier.capture_many(self.user, self.run, number, files)

    def refuse(self, number: int, path: str, reason: str) -> None:
        """List a file as not captured."""
        self._call("files.refuse", number=number, path=path, reason=reason)

    def experiments(self) -> list[Experiment]:
        """Return the run's experiments as they stand."""
        found: RunWithExperiments = self._call("runs.get")
        return found.experiments

    def experiment(self, number: int) -> Experiment:
        """Return one experiment as it stands."""
        found: Experiment = self._call("experiments.get", number=number)
        return found

    def begin(self, number: int) -> bool:
        """Set a queued experiment running; return whether it may run."""
        now = self.experiment(number)
        if now.state.ended or now.state.stopping:
            return False
        if now.state is not State.RUNNING:
            self._call("experiments.move", number=number, state=State.RUNNING.value)
        return True

    def end(self, number: int, state: State, reason: str) -> State:
        """End an experiment, unless it has ended; one asked to stop is CANCELED."""
        now = self.experiment(number)
        if now.state.ended:
            return now.state
        if now.state.stopping:
            reason = now.exit_reason or reason
            state = State.CANCELED
        self._call("experiments.move", number=number, state=state.value, reason=reason)
        return state

    def log(self, number: int, stream: str, chunk: bytes) -> None:
        """Add to a log stream."""
        self._call("logs.append", number=number, stream=stream, body=chunk)

    def _call(self, operation: str, **ask: Any) -> Any:
        return self.carrier.call(operation, user=self.user, run=self.run, **ask)
