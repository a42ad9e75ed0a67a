"""A real server, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "abc123"  # noqa: S105 - of a server that lives for one test
PATIENCE = 30.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def until(condition, what: str, patience: float = PATIENCE) -> Any:
    """Wait for a condition; give what it gives."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail(f"{what} did not come in {patience} s")


class Server:
    """A running Jupyter server."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        root = folder / "root"
        root.mkdir(exist_ok=True)
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")},
            "HOME": str(folder),
            "JUPYTER_ARTIFACTS_HOME": str(settings.home),
            "JUPYTER_ARTIFACTS_USER": settings.user,
        }
        arguments = [
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            f"--ServerApp.root_dir={root}",
            f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.jpserver_extensions=jupyter_artifacts=True",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        until(self._answers, "the server")

    def get(self, path: str, **headers: str) -> Any:
        """The answer to a GET, as JSON."""
        with self.open(path, **headers) as response:
            return json.load(response)

    def open(self, path: str, **headers: str) -> Any:
        """The open answer to a GET."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/jupyter-artifacts/api/v1/{path}",
            headers={"Authorization": f"token {TOKEN}", **headers},
        )
        return urllib.request.urlopen(request, timeout=20)  # noqa: S310 - http

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(self.log.read_text())
        try:
            self.get("sessions")
        except urllib.error.HTTPError:
            return True
        except (urllib.error.URLError, OSError):
            return False
        return True

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        self.process.send_signal(how)
        self.process.wait(20)


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Where a team of its own is."""
    home = tmp_path / "home"
    return Settings(home=home, storage=home / "storage", user="alice")


@pytest.fixture
def start(tmp_path, settings):
    """Starts servers, and ends those that are left."""
    started: list[Server] = []

    def start() -> Server:
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        started.append(Server(folder, settings))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.end()


@pytest.fixture
def team(settings):
    """The team, past any server."""
    settings.prepare()
    return LocalCarrier(settings)


def test_a_server_is_a_session_while_it_lives(start, team):
    """It is listed with owner, url and root, and gone as soon as it stops."""
    server = start()

    (session,) = until(lambda: team.call("sessions.list"), "the session")
    assert session.owner == "alice"
    assert session.url == f"http://127.0.0.1:{server.port}/"
    assert session.root.endswith("root")

    server.end()
    assert team.call("sessions.list") == []


def test_a_killed_server_is_gone_soon(start, team):
    """A server that could not say good-bye is no session 20 seconds later."""
    server = start()
    until(lambda: team.call("sessions.list"), "the session")

    server.end(signal.SIGKILL)

    until(lambda: not team.call("sessions.list"), "the end of the session", 20)


def test_who_asks_is_there(start, team):
    """People who use a server are listed with its session."""
    server = start()
    server.get("overview")

    until(lambda: team.call("sessions.list")[0].people == ["alice"], "alice")


def test_another_process_is_seen_at_once(start, team):
    """What a script on the machine commits, the server answers with."""
    server = start()

    team.call("runs.start", name="mnist")

    assert server.get("runs/alice/mnist")["run"]["name"] == "mnist"


def test_two_gibibytes_stream_through_little_memory(start, team, settings):
    """A large download takes under 50 MiB, and everybody else is answered."""
    source = settings.home / "source"
    source.write_bytes(b"x")
    team.call("runs.start", name="mnist")
    place = {"user": "alice", "run": "mnist", "number": 0}
    team.call("files.capture", **place, path="big.bin", source=source)
    (kept,) = settings.storage.rglob("big.bin")
    size = 2 << 30
    os.truncate(kept, size)
    server = start()
    process = psutil.Process(server.process.pid)
    with server.open("runs/alice/mnist/exp0/files/big.bin", Range="bytes=0-99999"):
        pass
    before = process.memory_info().rss

    most, slowest, got = 0, 0.0, 0
    with server.open("runs/alice/mnist/exp0/files/big.bin") as response:
        while chunk := response.read(8 << 20):
            got += len(chunk)
            if got % (256 << 20) < len(chunk):
                began = time.monotonic()
                server.get("overview")
                slowest = max(slowest, time.monotonic() - began)
                most = max(most, process.memory_info().rss)

    assert got == size
    assert most - before < 50 << 20
    assert slowest < 2


def test_a_damaged_catalog_is_said_by_every_route(start, settings):
    """The server starts, says once why it serves nothing, and answers 503."""
    settings.prepare()
    settings.database.write_bytes(b"this is no database at all" * 100)

    server = start()

    with pytest.raises(urllib.error.HTTPError) as refused:
        server.get("runs")
    problem = json.load(refused.value)
    refused.value.close()
    assert (refused.value.code, problem["code"]) == (503, "catalog-corrupt")
    assert problem["address"] == str(settings.database)
    assert server.log.read_text().count("serves nothing") == 1


def test_metrics_of_a_script_are_taken_in(start, team, settings):
    """The server holds the lease: what a process logged comes to its readers."""
    server = start()
    program = (
        "import jupyter_artifacts as ja\n"
        "with ja.start_run('mnist') as run:\n"
        "    run.log({'loss': 0.5}, step=1)\n"
    )
    environment = {
        **os.environ,
        "JUPYTER_ARTIFACTS_HOME": str(settings.home),
        "JUPYTER_ARTIFACTS_USER": "alice",
    }
    work = settings.home.parent / "work"
    work.mkdir()
    command = [sys.executable, "-c", program]
    subprocess.run(command, env=environment, cwd=work, check=True)

    (series,) = until(
        lambda: server.get("runs/alice/mnist/exp0/metrics"), "the metric", 15
    )
    assert (series["name"], series["last"]) == ("loss", 0.5)


def test_a_kernel_knows_who_started_it(start, team):
    """A kernel's code acts as the person who started it, in this session."""
    server = start()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/kernels",
        data=b'{"name": "python3"}',
        headers={"Authorization": f"token {TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - http
        pass

    session = team.call("sessions.list")[0].id
    children = psutil.Process(server.process.pid).children(recursive=True)
    (kernel,) = [
        child for child in children if "ipykernel" in " ".join(child.cmdline())
    ]

    told = kernel.environ()
    assert told["JUPYTER_ARTIFACTS_USER"] == "alice"
    assert told["JUPYTER_ARTIFACTS_SESSION"] == session
