"""The demo's JupyterLab: one server that several people share."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.demo.processes import environment_of, start, stop
from jupyter_artifacts.errors import Conflict, Unavailable

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from jupyter_artifacts.demo.places import Places

NOTEBOOK: Final = "01-team-runs.ipynb"
_HOST: Final = "127.0.0.1"
_PREFERRED: Final = 8888
_PATIENCE: Final = 60.0
_LOOK_EVERY: Final = 0.1
_CLOSING: Final = 5.0
"""Seconds to close in: jupyter_server_ydoc 3.0 leaves a thread that ends never."""
_OPTIONS: Final = {
    "ServerApp.ip": _HOST,
    "ServerApp.port_retries": "0",
    "ServerApp.open_browser": "False",
    # at each start Jupyter warns of its own ping times and of untrusted notebooks
    "Application.log_level": "ERROR",
    "ArtifactsApp.team": "demo",
    "ServerApp.identity_provider_class": (
        "jupyter_artifacts.server.identity.TeamIdentityProvider"
    ),
    # jupyter_server_ydoc 3.0 raises as it stops when nobody opened a document
    "ServerApp.logging_config": '{"loggers": {"asyncio": {"level": "CRITICAL"}}}',
}
_NO_NEWS: Final = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    }
}


@contextmanager
def open_lab(
    places: Places, port: int
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start JupyterLab; yield its URL and process; end it.

    Args:
        places: where.
        port: 0 for Jupyter's usual one or, when that is taken, any.

    Raises:
        Conflict: when the port is taken.
        Unavailable: when JupyterLab does not come up.
    """
    port = _free_port(port)
    options = {
        **_OPTIONS,
        "ServerApp.port": str(port),
        "ServerApp.root_dir": str(places.notebooks),
        # in a container there is often nobody but root
        "ServerApp.allow_root": str(os.geteuid() == 0),
    }
    process = start(
        [
            *(sys.executable, "-m", "jupyterlab"),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        folder=places.jupyter,
        environment=environment_of(places, "alice", **_own_jupyter(places)),
    )
    try:
        url = f"http://{_HOST}:{port}"
        _wait_for(url, process)
        yield url, process
    finally:
        stop(process, _CLOSING)


def sign_in_link(url: str, user: str, token: str) -> str:
    """Return the link that opens the notebook as `user`, in a workspace of theirs."""
    return f"{url}/lab/workspaces/{user}/tree/{NOTEBOOK}?token={token}"


def _own_jupyter(places: Places) -> dict[str, str]:
    """Return what keeps this JupyterLab's settings apart from everybody's own."""
    config = places.jupyter / "config"
    defaults = config / "labconfig" / "default_setting_overrides.json"
    defaults.parent.mkdir(parents=True, exist_ok=True)
    defaults.write_text(json.dumps(_NO_NEWS))
    return {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(places.jupyter / "data"),
        "JUPYTER_RUNTIME_DIR": str(places.jupyter / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(places.jupyter / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(places.jupyter / "workspaces"),
    }


def _free_port(wanted: int) -> int:
    for port in [wanted] if wanted else [_PREFERRED, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            bound: int = probe.getsockname()[1]
            return bound
    msg = "another program listens on this port"
    hint = "name another one with --port, or none"
    raise Conflict(msg, address=f"{_HOST}:{wanted}", hint=hint)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{url}/api", timeout=5):  # noqa: S310 - http
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(_LOOK_EVERY)
    msg = "JupyterLab did not come up"
    raise Unavailable(msg, address=url, hint="what it said is above")
