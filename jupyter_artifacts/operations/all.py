"""Every operation, declared: import this to have the whole table."""

from __future__ import annotations

from jupyter_artifacts.operations import (  # noqa: F401 - importing declares them
    artifact_deleting,
    artifact_diff,
    artifact_logging,
    artifact_versions,
    artifacts,
    audit,
    checkpoints,
    datastores,
    events,
    experiments,
    files,
    lineage,
    logs,
    members,
    metrics,
    peeks,
    run_changes,
    runs,
    sessions,
    shares,
    transfers,
)
from jupyter_artifacts.operations.table import TABLE, Kind, Operation, perform

__all__ = ["TABLE", "Kind", "Operation", "perform"]
