"""A team with runs, a JupyterLab that it shares, and a real browser for each person.

Everything is real: the runs are trained, the server is JupyterLab with
jupyter-collaboration, people sign in by their personal tokens. A person's page keeps
what its console complains of, and a test fails on it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from jupyter_artifacts.carriers.catalogs import shared_catalog
from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

HERE = Path(__file__).parent
PEOPLE = {"alice": "Alice Adams", "bob": "Bob Brown", "chen": "Chen Chao"}
NEWS = "@jupyterlab/apputils-extension:announcements"
WIDTH, HEIGHT = 1440, 900
PATIENCE = 30_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What JupyterLab and its other extensions say of themselves in any session.
NOT_OURS = (
    "Failed to load resource: the server responded with a status of 404",
    "WebSocket connection to",
    "Comm not found for comm id",
    "Could not restore the debugger state",
)
# The splash that JupyterLab shows while it changes the theme, taken away twice.
SPLASH = re.compile(r"NotFoundError: .*'removeChild'.*\n +at \S*jlab_core\S*")


def pytest_collection_modifyitems(items):
    """Mark every test below this folder: they drive one browser, one at a time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class Team:
    """A catalog and a storage of their own."""

    home: Path

    @property
    def work(self) -> Path:
        """Where the runs were trained: what they wrote is still there."""
        return self.home.parent / "work"

    def acting(self, login: str) -> LocalCarrier:
        """Return a carrier that acts for one of the team."""
        return LocalCarrier(
            Settings(home=self.home, storage=self.home / "storage", user=login)
        )

    @property
    def environment(self) -> dict[str, str]:
        """What tells a process of this team."""
        kept = {k: v for k, v in os.environ.items() if "JUPYTER" not in k}
        return {
            **kept,
            "JUPYTER_ARTIFACTS_HOME": str(self.home),
            "JUPYTER_ARTIFACTS_USER": "alice",
        }


def make_team(home: Path) -> Team:
    """Make a team of three, alice its owner, without any runs."""
    team = Team(home)
    settings = Settings(home=home, storage=home / "storage", user="alice")
    settings.prepare()
    with shared_catalog(settings).write() as rows:
        for login, name in PEOPLE.items():
            rows.members.ensure(login, name, time.time())
    return team


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that a team shares."""

    url: str
    root: Path
    team: Team
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """Where the extension answers."""
        return f"{self.url}/jupyter-artifacts/api/v1"

    def link(self, login: str, path: str = "") -> str:
        """Return what opens this Lab as a person, in a workspace of theirs."""
        tree = f"/tree/{path}" if path else ""
        token = self.token(login)
        return f"{self.url}/lab/workspaces/{login}{tree}?reset&token={token}"

    def token(self, login: str) -> str:
        """Return a personal token, made when it is first needed."""
        if login not in self.tokens:
            carrier = self.team.acting(login)
            self.tokens[login] = carrier.issue_token(login, "browser tests")[1]
        return self.tokens[login]


@contextlib.contextmanager
def open_lab(team: Team, folder: Path) -> Iterator[Lab]:
    """Start JupyterLab in a folder; end it, with its kernels."""
    root = folder / "notebooks"
    root.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.root_dir": str(root),
        "ServerApp.allow_root": "True",
        "ServerApp.identity_provider_class": (
            "jupyter_artifacts.server.identity.TeamIdentityProvider"
        ),
        "LabApp.expose_app_in_browser": "True",
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    own = {
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    # nobody is asked whether Jupyter's news are wanted
    quiet = folder / "config" / "labconfig" / "page_config.json"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"disabledExtensions": {NEWS: True}}))
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab"),
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            cwd=folder,
            env={**team.environment, **own},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for_server(url, process, log)
        yield Lab(url, root, team)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_server(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers; fail with what it said."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{url}/api", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.1)  # between two looks; nothing tells when a port answers
    pytest.fail(f"JupyterLab did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def team(tmp_path_factory, request) -> Team:
    """Alice's and chen's runs, trained for real."""
    if any("many_lab" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("filling")  # goes on beside the first tests
    folder = tmp_path_factory.mktemp("team")
    made = make_team(folder / "home")
    made.work.mkdir()
    subprocess.run(
        [sys.executable, str(HERE / "scripts" / "train_team.py"), str(made.work)],
        check=True,
        env=made.environment,
        timeout=120,
    )
    return made


@pytest.fixture(scope="session")
def lab(team, tmp_path_factory) -> Iterator[Lab]:
    """The Lab of the team that has runs."""
    with open_lab(team, tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a screen."""
    path = os.environ.get("JUPYTER_ARTIFACTS_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("no chromium: set JUPYTER_ARTIFACTS_CHROMIUM to its path")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


class Console:
    """What a page complained of."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    def expect(self, text: str) -> None:
        """Let complaints with this text be: the test provokes them."""
        self.expected.append(text)

    def check(self) -> None:
        """Fail on what nobody expected."""
        found = [
            one
            for one in self.complaints
            if not any(text in one for text in self.expected)
        ]
        self.complaints.clear()
        self.expected.clear()
        assert found == []

    def _failed(self, error: Error) -> None:
        if not SPLASH.fullmatch(str(error.stack)):
            self.complaints.append(str(error.stack))

    def _said(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        ours = "jupyter-artifacts" in where
        if message.type != "error":
            return
        if ours or not message.text.startswith(NOT_OURS):
            self.complaints.append(f"{message.text} ({where})")


@pytest.fixture(scope="session")
def open_context(browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of somebody's own."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        size = {"width": WIDTH, "height": HEIGHT}
        context: BrowserContext = browser.new_context(
            **{"viewport": size, "accept_downloads": True, **options}
        )
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def console_class() -> type[Console]:
    """What listens to a page."""
    return Console


@pytest.fixture(scope="session")
def empty_lab(tmp_path_factory) -> Iterator[Lab]:
    """The Lab of a team that has no runs."""
    folder = tmp_path_factory.mktemp("empty")
    with open_lab(make_team(folder / "home"), folder / "lab") as started:
        yield started


@pytest.fixture(scope="session")
def filling(tmp_path_factory) -> Iterator[tuple[Team, subprocess.Popen[bytes]]]:
    """A team, and the process that gives it 10,000 experiments."""
    made = make_team(tmp_path_factory.mktemp("many") / "home")
    script = HERE / "scripts" / "make_many.py"
    process = subprocess.Popen(
        [sys.executable, str(script)], env=made.environment, start_new_session=True
    )
    yield made, process
    process.terminate()
    process.wait()


@pytest.fixture(scope="session")
def many_lab(filling, tmp_path_factory) -> Iterator[Lab]:
    """The Lab of a team that has 10,000 experiments."""
    made, process = filling
    assert process.wait(180) == 0
    with open_lab(made, tmp_path_factory.mktemp("many-lab")) as started:
        yield started
