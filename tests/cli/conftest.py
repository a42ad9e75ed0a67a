"""A catalog of its own, runs in it, and the command line in and out of process."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.cli.main import main
from jupyter_artifacts.settings import Settings

COMMAND = Path(sys.prefix, "bin", "jupyter")
_OURS = ("HOME", "STORAGE", "URL", "TOKEN", "USER", "SESSION", "EXPERIMENT", "DEBUG")


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit status."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in _OURS:
        monkeypatch.delenv(f"JUPYTER_ARTIFACTS_{name}", raising=False)
    folder = tmp_path / "home"
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("JUPYTER_ARTIFACTS_HOME", str(folder))
    monkeypatch.setenv("JUPYTER_ARTIFACTS_USER", "alice")
    return folder


@pytest.fixture
def alice(home):
    """The first member, so the owner."""
    return LocalCarrier(Settings.from_environment())


@pytest.fixture
def bob(alice):
    return alice.acting_as("bob")


@pytest.fixture
def ja(home, capsysbinary, monkeypatch):
    """Run a command line in this process."""

    def run(*arguments: str, user: str = "alice") -> Ended:
        monkeypatch.setenv("JUPYTER_ARTIFACTS_USER", user)
        capsysbinary.readouterr()
        status = main(arguments)
        printed = capsysbinary.readouterr()
        return Ended(status, printed.out, printed.err.decode())

    return run


@pytest.fixture
def process(home):
    """Run the command itself, as a person does."""

    def run(*arguments: str, timeout: float = 60) -> Ended:
        done = subprocess.run(
            [COMMAND, "artifacts", *arguments],
            capture_output=True,
            check=False,
            timeout=timeout,
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode())

    return run


@pytest.fixture
def terminal(home):
    """Run the command on a terminal of its own; everything printed, and its status."""

    def run(*arguments: str, answer: bytes = b"") -> Ended:
        ours, theirs = pty.openpty()
        modes = termios.tcgetattr(theirs)
        modes[1] &= ~termios.OPOST  # give lines as they were written
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(theirs, termios.TCSANOW, modes)
        started = subprocess.Popen(
            [COMMAND, "artifacts", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        )
        os.close(theirs)
        os.write(ours, answer)
        printed = b"".join(_until_closed(ours))
        os.close(ours)
        return Ended(started.wait(60), printed, "")

    return run


def _until_closed(descriptor: int):
    while True:
        try:
            chunk = os.read(descriptor, 1 << 16)
        except OSError:  # Linux says EIO when the other side has gone
            return
        if not chunk:
            return
        yield chunk


@pytest.fixture
def made(tmp_path):
    """Make a run with files, a checkpoint and a log; return its first experiment."""

    def make(
        carrier: LocalCarrier, name: str = "mnist", **start: Any
    ) -> dict[str, Any]:
        started = carrier.call("runs.start", name=name, **start)
        at = {"user": carrier.me, "run": started.run.name, "number": 0}
        source = tmp_path / "source"
        for path, content in FILES.items():
            source.write_bytes(content)
            carrier.call("files.capture", **at, path=path, source=source)
        checkpoint = carrier.call("checkpoints.begin", **at, steps_completed=10)
        saved = {**at, "uuid": checkpoint.uuid}
        path = "weights/model.bin"
        carrier.call("checkpoints.capture", **saved, path=path, source=source)
        carrier.call("checkpoints.complete", **saved)
        carrier.call("logs.append", **at, stream="output", body=LOG)
        return at

    return make


FILES = {
    "metrics.json": b'{"loss": 0.5}\n',
    "figures/loss.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a b%&+#@.txt": "näme\n".encode(),
}
LOG = b"epoch 1\nloss 0.5\nepoch 2\nloss 0.25\n"


def end(carrier: LocalCarrier, at: dict[str, Any], state: str = "COMPLETED") -> None:
    """End an experiment."""
    carrier.call("experiments.move", **at, state=state)
