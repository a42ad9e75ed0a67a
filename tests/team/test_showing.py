"""How far a download or a log is, where somebody waits for it."""

from __future__ import annotations

import os
import pty
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from jupyter_artifacts import Artifact
from jupyter_artifacts.team import showing
from jupyter_artifacts.tracking.artifacts import log_artifact

if TYPE_CHECKING:
    from jupyter_artifacts.transfer.progress import Progress

MIB = 1 << 20


@pytest.fixture(name="slow", autouse=True)
def _slow(monkeypatch):
    """Let all work be long: it is shown from its beginning."""
    monkeypatch.setattr(showing, "_AT_ONCE", 0.0)
    monkeypatch.setattr(showing, "LINE_EVERY", 0.0)


@pytest.fixture(name="log")
def _log(alice, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / ".hidden").write_text("not logged")
    for number in range(3):
        (folder / f"{number}").write_bytes(os.urandom(MIB))

    def log(progress=None):
        artifact = Artifact("my-model")
        artifact.add(folder)
        with pytest.warns(UserWarning, match="left out 1 hidden file") as warned:
            log_artifact(
                alice.carrier,
                "",
                artifact,
                aliases=(),
                tags=(),
                ttl=None,
                sha256=False,
                progress=progress,
            )
        assert len(warned) == 1

    return log


def test_logging_shows_bytes_files_rate_and_what_is_left_on_a_terminal(
    log, monkeypatch
):
    ours, theirs = pty.openpty()
    read: list[bytes] = []

    def follow() -> None:
        with suppress(OSError):  # EIO: nobody has the terminal open any more
            while chunk := os.read(ours, 1 << 12):
                read.append(chunk)

    reader = threading.Thread(target=follow)
    reader.start()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("COLUMNS", "200")
        log()
    reader.join(10)
    os.close(ours)

    shown = b"".join(read).decode()
    assert "logging my-model" in shown
    assert "/3.1 MB" in shown


def test_logging_without_a_terminal_says_it_on_lines(log, capsys):
    log()

    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("logging my-model: 3.1 MB of 3.1 MB, 3 of 3 files, ")


def test_whoever_listens_is_told_and_nothing_is_shown(log, capsys):
    told: list[Progress] = []
    log(progress=told.append)

    assert told[-1].done_bytes == 3 * MIB
    assert capsys.readouterr().err == ""


def test_a_download_shows_how_far_it_is(alice, run, tmp_path, capsys):
    alice.download("alice:mnist-exp0", tmp_path / "to")

    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("downloading alice:mnist-exp0: ")
    assert ", 3 of 3 files, " in lines[-1]


def test_what_is_done_at_once_shows_nothing(alice, run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(showing, "LINE_EVERY", 60.0)
    alice.download("alice:mnist-exp0", tmp_path / "to")

    assert capsys.readouterr().err == ""
