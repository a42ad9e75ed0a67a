"""The team in a notebook's cells: widgets that everyone who looks shares."""

from __future__ import annotations

from jupyter_artifacts.widgets.downloader import ArtifactDownloader
from jupyter_artifacts.widgets.explorer import RunExplorer
from jupyter_artifacts.widgets.plot import MetricPlot

__all__ = ["ArtifactDownloader", "MetricPlot", "RunExplorer"]
