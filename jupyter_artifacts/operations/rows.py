"""What an operation needs of a catalog: one contract per noun.

Every method belongs to one transaction (see `context.Catalog`). What is not there
raises `NotFound` with the address and, where one is near, the name probably meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_artifacts.operations.artifact_rows import (
        ArtifactRows,
        HeldRows,
        LineageRows,
        VersionRows,
    )
    from jupyter_artifacts.operations.doomed_rows import DoomedRows
    from jupyter_artifacts.operations.file_rows import (
        AssetRows,
        CheckpointRows,
        DatastoreRows,
    )
    from jupyter_artifacts.operations.pack_rows import OutputPackRows
    from jupyter_artifacts.operations.share_rows import AuditRows, ShareRows
    from jupyter_artifacts.operations.team_rows import (
        EventRows,
        MemberRows,
        SessionRows,
        TransferRows,
    )
    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.metrics import Points, Series
    from jupyter_artifacts.records.runs import Experiment, Field, Run
    from jupyter_artifacts.records.states import State


class RunRows(Protocol):
    """Runs."""

    def create(self, run: Run) -> Run:
        """Add `run`, id given; a taken name gets "-1", "-2", … (`renamed_from`)."""

    def get(self, user: str, name: str) -> Run:
        """Return one run; names are matched ignoring case."""

    def by_id(self, run_id: str) -> Run:
        """Return one run."""

    def of_user(self, user: str, *, limit: int, cursor: str | None) -> Page[Run]:
        """Return a member's runs, newest first. An unknown user is `NotFound`."""

    def set_tags(self, run_id: str, tags: list[str]) -> Run:
        """Replace the tags, on its experiments too."""

    def delete(self, run_id: str) -> list[str]:
        """Delete the run and every row below it; return its experiments' ids."""


class ExperimentRows(Protocol):
    """Experiments."""

    def create(self, run_id: str, experiment: Experiment) -> Experiment:
        """Add an experiment (id, state, params, started given); gives its number."""

    def create_all(self, run_id: str, wanted: Sequence[Experiment]) -> list[Experiment]:
        """Add experiments of a run in their order; the run is summed up once."""

    def get(self, user: str, run: str, number: int) -> Experiment:
        """Return one experiment."""

    def by_id(self, experiment_id: str) -> Experiment:
        """Return one experiment."""

    def of_run(self, run_id: str) -> list[Experiment]:
        """Return a run's experiments, by number."""

    def move(
        self, experiment_id: str, state: State, *, reason: str, now: float
    ) -> Experiment:
        """Move to `state` by the table (`IllegalTransition`), and its run with it."""

    def change(self, experiment_id: str, **fields: Any) -> Experiment:
        """Set fields of the record (params, metadata, runner_state, task_ids, …)."""

    def search(
        self, query: str, *, sort: str, limit: int, cursor: str | None, now: float
    ) -> Page[Experiment]:
        """Return the experiments that `query` selects ("" for all).

        Args:
            query: see `queries.py`.
            sort: a field's name, "-" in front for descending, or "". Missing values
                come last in both directions, NaN just before them; ties by id.
            limit: at most this many.
            cursor: of the page before.
            now: what relative times in the query count from.

        Raises:
            InvalidQuery: for query or sort; it points at the place.
            InvalidRequest: for a cursor that is none of ours.
        """

    def fields(self) -> list[Field]:
        """Return every field that a query may name."""

    def unended(self) -> list[Experiment]:
        """Return the experiments that have not ended."""


class Batch(Protocol):
    """Part of a segment, decoded, ready to be taken in."""

    @property
    def taken(self) -> int:
        """How many bytes of the segment it is."""

    @property
    def series(self) -> Mapping[str, Mapping[tuple[str, str], object]]:
        """Points by experiment, then by group and name."""


class MetricRows(Protocol):
    """Metric series. Segment files are described in `catalog/segments.py`."""

    def open_segment(self, segment_id: str, path: str, user: str) -> None:
        """Register a segment file, ingested up to offset 0. Twice is the same."""

    def segment(self, segment_id: str) -> tuple[str, str] | None:
        """Return path and user of a segment not yet closed; None when there is none."""

    def prepare(self, frames: bytes, *, mend: bool = True) -> Batch:
        """Decode the whole frames at the beginning of `frames`, without any lock."""

    def ingest(self, segment_id: str, offset: int, frames: Any) -> int:
        """Take in frames, or what was prepared of them; return the offset reached.

        When the segment was ingested up to another offset already, nothing is taken
        in and that offset is returned: so nothing doubles.
        """

    def segments(self) -> list[tuple[str, str, int, str]]:
        """Return (id, path, ingested offset, user) of the segments not yet closed."""

    def note_damage(self, experiment_id: str, size: int) -> None:
        """Note bytes of metrics that cannot be read on an experiment."""

    def close_segment(self, segment_id: str) -> None:
        """Forget a segment that is ingested to its end and has no writer."""

    def series(self, experiment_id: str) -> list[Series]:
        """Return every series of an experiment, unsealed tails included."""

    def points(
        self,
        experiment_id: str,
        group: str,
        name: str,
        *,
        first: int | None = None,
        last: int | None = None,
        limit: int | None = None,
    ) -> Points:
        """Return points with first <= step <= last, unsealed tails included.

        With a `limit`, at most about that many, keeping extremes and every NaN and
        infinity, with the envelope. `NotFound` names the series there are.
        """


class Rows(Protocol):
    """The catalog within one transaction."""

    @property
    def members(self) -> MemberRows:
        """The members."""

    @property
    def runs(self) -> RunRows:
        """The runs."""

    @property
    def experiments(self) -> ExperimentRows:
        """The experiments."""

    @property
    def metrics(self) -> MetricRows:
        """The metrics."""

    @property
    def assets(self) -> AssetRows:
        """The assets."""

    @property
    def checkpoints(self) -> CheckpointRows:
        """The checkpoints."""

    @property
    def artifacts(self) -> ArtifactRows:
        """Artifacts and their aliases."""

    @property
    def versions(self) -> VersionRows:
        """Versions of artifacts."""

    @property
    def held(self) -> HeldRows:
        """What the storage holds of artifacts."""

    @property
    def lineage(self) -> LineageRows:
        """What came from what."""

    @property
    def datastores(self) -> DatastoreRows:
        """The datastores."""

    @property
    def sessions(self) -> SessionRows:
        """The sessions."""

    @property
    def transfers(self) -> TransferRows:
        """The transfers."""

    @property
    def events(self) -> EventRows:
        """The events."""

    @property
    def doomed(self) -> DoomedRows:
        """Bytes that are to be deleted."""

    @property
    def output_packs(self) -> OutputPackRows:
        """Packs of experiments' outputs."""

    @property
    def shares(self) -> ShareRows:
        """The share links."""

    @property
    def audit(self) -> AuditRows:
        """The audit log."""
