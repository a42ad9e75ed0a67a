"""The two halves in Jupyter: the server extension and the front end."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_config_path, jupyter_path

from jupyter_artifacts.cli.checkup import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXTENSION = "jupyter_artifacts"
_FRONT_END = "jupyter-artifacts"


def checks() -> Iterator[Check]:
    """Check that both are found, enabled and built."""
    yield _server_extension()
    yield _front_end()


def _server_extension() -> Check:
    """Read the files that Jupyter Server reads, the weakest first as it does."""
    name = "server extension"
    enabled, where = None, ""
    try:
        for folder in reversed(jupyter_config_path()):
            for file in _files(Path(folder)):
                said = _extensions(file).get(_EXTENSION)
                if said is not None:
                    enabled, where = bool(said), str(file)
    except (OSError, ValueError) as error:
        detail = f"Jupyter's configuration cannot be read: {error}"
        cure = "mend the file, or remove it"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    if enabled:
        return Check(name=name, verdict=Verdict.GOOD, detail=f"enabled in {where}")
    detail = f"disabled in {where}" if where else "not found in Jupyter's configuration"
    cure = f"jupyter server extension enable {_EXTENSION}"
    return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=cure)


def _files(folder: Path) -> Iterator[Path]:
    parts = sorted((folder / "jupyter_server_config.d").glob("*.json"))
    every = [*parts, folder / "jupyter_server_config.json"]
    yield from (file for file in every if os.access(file, os.R_OK))


def _extensions(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"{file}: {error}"
        raise ValueError(msg) from error
    found = content.get("ServerApp", {}).get("jpserver_extensions", {})
    return found if isinstance(found, dict) else {}


def _front_end() -> Check:
    name = "front end"
    again = "in the repository's folder: pip install --force-reinstall '.[lab]'"
    for folder in jupyter_path("labextensions"):
        package = Path(folder, _FRONT_END, "package.json")
        if os.access(package, os.R_OK):
            break
    else:
        detail = "JupyterLab finds no labextension jupyter-artifacts"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=again)
    try:
        built = json.loads(package.read_text(encoding="utf-8"))
        entry = package.parent / built["jupyterlab"]["_build"]["load"]
        disabled = _disabled_in()
    except (OSError, ValueError, KeyError) as error:
        detail = f"{package} and labconfig do not describe a built extension: {error!r}"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=again)
    if not entry.is_file():
        detail = f"{entry} is missing"
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=again)
    if disabled:
        detail, cure = (
            f"disabled in {disabled}",
            f"jupyter labextension enable {_FRONT_END}",
        )
        return Check(name=name, verdict=Verdict.BROKEN, detail=detail, cure=cure)
    detail = f"{built.get('version', '')} in {package.parent}"
    return Check(name=name, verdict=Verdict.GOOD, detail=detail)


def _disabled_in() -> str:
    """Return the file in which JupyterLab is told not to load the front end."""
    for folder in jupyter_config_path():
        file = Path(folder, "labconfig", "page_config.json")
        if not os.access(file, os.R_OK):
            continue
        said = json.loads(file.read_text(encoding="utf-8")).get("disabledExtensions")
        # JupyterLab 4 writes a table, older ones wrote a list
        table = dict.fromkeys(said, True) if isinstance(said, list) else said or {}
        if table.get(_FRONT_END):
            return str(file)
    return ""
