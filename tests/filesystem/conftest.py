"""A team of the environment, and its tree as a file system."""

from __future__ import annotations

import pytest

from jupyter_artifacts.filesystem import TeamFileSystem
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team import connect

AT = {"user": "alice", "run": "mnist", "number": 0}


@pytest.fixture(name="alice")
def _alice(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_ARTIFACTS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_ARTIFACTS_USER", "alice")
    return connect(Settings.from_environment())


@pytest.fixture(name="capture")
def _capture(alice, tmp_path):
    """Take bytes into alice:mnist-exp0."""
    alice.carrier.call("runs.start", name="mnist")
    source = tmp_path / "source"

    def capture(path: str, content: bytes) -> None:
        source.write_bytes(content)
        alice.carrier.call("files.capture", **AT, path=path, source=source)

    return capture


@pytest.fixture(name="team_fs")
def _team_fs(alice):
    return TeamFileSystem()
