"""What the code has, the documents name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import jupyter_artifacts
from jupyter_artifacts import Artifact, Team, settings
from jupyter_artifacts.cli.main import COMMANDS
from jupyter_artifacts.team.versions import TeamVersion
from jupyter_artifacts.tracking.active import ActiveRun

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DECISIONS = (ROOT / "docs/decisions.md").read_text()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_names_every_command(command):
    """A command nobody can find is not there."""
    assert f"`{command}" in README


@pytest.mark.parametrize(
    "package",
    [
        re.split(r"[<>=\[ ]", wanted)[0]
        for wanted in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
            "dependencies"
        ]
    ],
)
def test_every_dependency_has_its_reason(package):
    """docs/decisions.md says why each library is there."""
    assert package.lower() in DECISIONS.lower()


def test_the_readme_stays_short():
    """80 to 120 lines, one picture that is there."""
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)

    assert 80 <= len(README.splitlines()) <= 120
    assert len(pictures) == 1
    assert (ROOT / pictures[0]).exists()


def test_every_setting_is_described_where_it_is_read():
    """The settings' docstring has each environment variable."""
    source = Path(settings.__file__).read_text()
    read = set(re.findall(r'"(JUPYTER_ARTIFACTS_[A-Z]+)"', source))

    assert read <= set(re.findall(r"JUPYTER_ARTIFACTS_[A-Z]+", settings.__doc__))


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("ja", jupyter_artifacts),
        ("art", Artifact),
        ("run", ActiveRun),
        ("version", TeamVersion),
        ("team", Team),
    ],
)
def test_what_the_documents_call_is_there(name, thing):
    """No example calls what does not exist."""
    guide = (ROOT / "docs/artifacts.md").read_text()
    called = set(re.findall(rf"\b{name}\.(\w+)\(", guide + README))

    assert called
    assert {each for each in called if not hasattr(thing, each)} == set()
