"""What a training process uses: runs, metrics, capture of files.

Its names are imported when they are first used: the companion and the runner of
scripts live in this package, too, and start quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.active import ActiveRun
    from jupyter_artifacts.tracking.experiment import ActiveExperiment
    from jupyter_artifacts.tracking.start import start_run

__all__ = ["ActiveExperiment", "ActiveRun", "start_run"]

_WHERE = {"ActiveExperiment": "experiment", "ActiveRun": "active", "start_run": "start"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _WHERE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
