"""fsspec's own tests of reading, over files that were captured into a run."""

from __future__ import annotations

import pytest
from fsspec.tests.abstract import AbstractFixtures, AbstractGetTests

from jupyter_artifacts.filesystem import TeamFileSystem

TOP = "runs/alice/mnist/exp0/files"


class Captured(TeamFileSystem):
    """What fsspec's fixtures write is captured; nothing else is there to write."""

    def __init__(self, capture):
        super().__init__()
        self.capture = capture

    def touch(self, path, **_):
        self.pipe_file(path, b"")

    def pipe(self, path, value):
        self.pipe_file(path, value)

    def pipe_file(self, path, value, **_):
        self.capture(self._strip_protocol(path).removeprefix(f"{TOP}/"), value)

    def mkdir(self, *_, **__):
        """A folder is there with its first file."""

    makedirs = rm = mkdir


class TestGet(AbstractFixtures, AbstractGetTests):  # type: ignore[misc] # no types
    @pytest.fixture
    def fs(self, capture):
        return Captured(capture)

    @pytest.fixture
    def fs_path(self):
        return TOP

    @pytest.fixture
    def supports_empty_directories(self):
        return False
