"""Runs, artifacts and datastores of a team, inside JupyterLab.

    import jupyter_artifacts as ja

    with ja.start_run("mnist", params={"lr": 1e-3}) as run:
        run.log({"loss": 0.5}, step=1)

    ja.download("alice:mnist-exp0", "data/")

Everything is imported where it is used: a training job loads nothing of Jupyter.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.importing import much_imported

if TYPE_CHECKING:
    from jupyter_artifacts.team import Team, connect
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.shortcuts import (
        attach,
        download,
        load,
        open,  # noqa: A004 - as in `gzip.open`
        peek,
    )
    from jupyter_artifacts.tracking import start_run
    from jupyter_artifacts.widgets import ArtifactDownloader, MetricPlot, RunExplorer

__all__ = [
    "Artifact",
    "ArtifactDownloader",
    "MetricPlot",
    "RunExplorer",
    "Team",
    "attach",
    "connect",
    "download",
    "load",
    "open",
    "peek",
    "start_run",
]

_WHERE = {
    "Artifact": "team.drafts",
    "ArtifactDownloader": "widgets",
    "MetricPlot": "widgets",
    "RunExplorer": "widgets",
    "Team": "team",
    "attach": "team.shortcuts",
    "connect": "team",
    "download": "team.shortcuts",
    "load": "team.shortcuts",
    "open": "team.shortcuts",
    "peek": "team.shortcuts",
    "start_run": "tracking",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("jupyter-artifacts")
    if name not in _WHERE:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    with much_imported():
        value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Say where the built front end is, for JupyterLab."""
    return [{"src": "labextension", "dest": "jupyter-artifacts"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Say what Jupyter Server loads."""
    from jupyter_artifacts.server.extension import ArtifactsApp

    return [{"module": "jupyter_artifacts.server.extension", "app": ArtifactsApp}]
