"""What the code has, the documents name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from jupyter_artifacts import settings
from jupyter_artifacts.cli.main import COMMANDS

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
