"""What a training process uses: runs, metrics, capture of files."""

from __future__ import annotations

from jupyter_artifacts.tracking.active import ActiveRun
from jupyter_artifacts.tracking.experiment import ActiveExperiment
from jupyter_artifacts.tracking.start import start_run

__all__ = ["ActiveExperiment", "ActiveRun", "start_run"]
