"""Runs, artifacts and datastores of a team, inside JupyterLab."""


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-artifacts"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    return [{"module": "jupyter_artifacts.server"}]
