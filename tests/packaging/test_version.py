import importlib.metadata
import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_both_halves_have_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = json.loads((ROOT / "labextension" / "package.json").read_text())
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text())
    assert package["version"] == project["version"]
    assert lock["version"] == project["version"]
    assert importlib.metadata.version("jupyter-artifacts") == project["version"]


def test_both_halves_have_one_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = json.loads((ROOT / "labextension" / "package.json").read_text())
    install = json.loads((ROOT / "install.json").read_text())
    assert package["name"] == project["name"] == install["packageName"]


def test_the_npm_lock_records_no_download_address():
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text())
    resolved = [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert resolved == []
