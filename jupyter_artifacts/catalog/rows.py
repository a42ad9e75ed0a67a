"""The catalog within one transaction: the rows of every noun."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jupyter_artifacts.catalog.artifact_versions import VersionRows
from jupyter_artifacts.catalog.artifacts import ArtifactRows
from jupyter_artifacts.catalog.assets import AssetRows
from jupyter_artifacts.catalog.audit import AuditRows
from jupyter_artifacts.catalog.checkpoints import CheckpointRows
from jupyter_artifacts.catalog.datastores import DatastoreRows
from jupyter_artifacts.catalog.doomed import DoomedRows
from jupyter_artifacts.catalog.events import EventRows
from jupyter_artifacts.catalog.experiments import ExperimentRows
from jupyter_artifacts.catalog.held import HeldRows
from jupyter_artifacts.catalog.lineage import LineageRows
from jupyter_artifacts.catalog.members import MemberRows
from jupyter_artifacts.catalog.output_packs import OutputPackRows
from jupyter_artifacts.catalog.runs import RunRows
from jupyter_artifacts.catalog.sessions import SessionRows
from jupyter_artifacts.catalog.shares import ShareRows
from jupyter_artifacts.catalog.transfers import TransferRows

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.catalog.metrics import MetricRows


class Rows:
    """The rows, through one connection.

    Args:
        connection: within a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def members(self) -> MemberRows:
        """Members and their tokens."""
        return MemberRows(self._connection)

    @property
    def runs(self) -> RunRows:
        """Runs."""
        return RunRows(self._connection)

    @property
    def experiments(self) -> ExperimentRows:
        """Experiments."""
        return ExperimentRows(self._connection)

    @cached_property
    def metrics(self) -> MetricRows:
        """Metric series; kept, as it reads unsealed tails once a transaction."""
        from jupyter_artifacts.catalog.metrics import MetricRows  # brings numpy

        return MetricRows(self._connection)

    @property
    def assets(self) -> AssetRows:
        """Files of manifests."""
        return AssetRows(self._connection)

    @property
    def checkpoints(self) -> CheckpointRows:
        """Checkpoints."""
        return CheckpointRows(self._connection)

    @property
    def artifacts(self) -> ArtifactRows:
        """Artifacts and their aliases."""
        return ArtifactRows(self._connection)

    @property
    def versions(self) -> VersionRows:
        """Versions of artifacts."""
        return VersionRows(self._connection)

    @property
    def held(self) -> HeldRows:
        """What the storage holds of artifacts."""
        return HeldRows(self._connection)

    @property
    def lineage(self) -> LineageRows:
        """What came from what."""
        return LineageRows(self._connection)

    @property
    def datastores(self) -> DatastoreRows:
        """Datastores."""
        return DatastoreRows(self._connection)

    @property
    def sessions(self) -> SessionRows:
        """Sessions."""
        return SessionRows(self._connection)

    @property
    def transfers(self) -> TransferRows:
        """Transfers."""
        return TransferRows(self._connection)

    @property
    def events(self) -> EventRows:
        """Events."""
        return EventRows(self._connection)

    @property
    def doomed(self) -> DoomedRows:
        """Bytes that are to be deleted."""
        return DoomedRows(self._connection)

    @property
    def output_packs(self) -> OutputPackRows:
        """Packs of experiments' outputs."""
        return OutputPackRows(self._connection)

    @property
    def shares(self) -> ShareRows:
        """Share links."""
        return ShareRows(self._connection)

    @property
    def audit(self) -> AuditRows:
        """The audit log."""
        return AuditRows(self._connection)
