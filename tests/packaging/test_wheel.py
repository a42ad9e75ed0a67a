"""What gets published works by itself: built, installed, served, asked."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
LOCK = ROOT / ".ci" / "requirements.txt"
BUILT = ["jupyter_artifacts/labextension", "jupyter_artifacts/static"]
OPENAPI = "/jupyter-artifacts/api/v1/openapi.json"
PATIENCE = 60  # seconds; a server takes two


def run(*command: str | Path, **options: object) -> str:
    """Run a command; what it printed, and all of it where it fails."""
    done = subprocess.run(  # type: ignore[call-overload]
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return re.sub(r"\x1b\[\d*m", "", done.stdout)


def run_either(quick: Sequence[str | Path], settled: Sequence[str | Path]) -> None:
    """Run the first command or, where it fails, the second.

    uv is quick; pip knows the machine's own settings.
    """
    if subprocess.run(quick, cwd=ROOT, capture_output=True, check=False).returncode:
        run(*settled, cwd=ROOT)


def sources() -> list[str]:
    names = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT)
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist of this checkout and, from it, a wheel."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in sources():
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    for name in BUILT:
        shutil.copytree(ROOT / name, copy / name, dirs_exist_ok=True)
    build: list[str | Path] = [sys.executable, "-m", "build", "--outdir", dist, copy]
    run_either([*build, "--installer", "uv"], build)
    return dist


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has the wheel and a JupyterLab."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install: list[str | Path] = ["install", "--constraint", LOCK, f"{wheel}[lab]"]
    run_either(
        [find_uv_bin(), "pip", *install, "--python", python],
        [python, "-m", "pip", *install],
    )
    return folder / "bin"


@pytest.fixture(scope="module")
def environment(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """That environment alone: nothing of this checkout, nothing of this user."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PYTHON", "VIRTUAL_ENV"))
    }
    home = str(tmp_path_factory.mktemp("home"))
    path = f"{installed}{os.pathsep}{os.environ['PATH']}"
    return {**inherited, "HOME": home, "JUPYTER_ARTIFACTS_HOME": home, "PATH": path}


@pytest.fixture(scope="module")
def server(
    installed: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """A running Jupyter server: its address and its token."""
    folder, token = tmp_path_factory.mktemp("root"), secrets.token_hex()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    command: list[str | Path] = [
        installed / "jupyter",
        "server",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}",
    ]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env=environment, cwd=folder
        )
    try:
        address = f"http://127.0.0.1:{port}"
        give_up = time.monotonic() + PATIENCE
        while ask(f"{address}/api", token)[0] != 200:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        yield address, token
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ask(url: str, token: str | None = None) -> tuple[int, bytes]:
    """The status and body of a GET; 0 where nobody answers."""
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  our own server
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            return error.code, error.read()
    except OSError:
        return 0, b""


def test_wheel_carries_everything_of_the_package(wheel: Path):
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in sources() if name.startswith("jupyter_artifacts/")}
    elsewhere = {name for name in ours if name.startswith("jupyter_artifacts/etc/")}
    assert ours - elsewhere - packed == set()
    assert {"jupyter_artifacts/py.typed", "jupyter_artifacts/static/widget.js"} < packed
    assert "jupyter_artifacts/static/widget.css" in packed


def test_wheel_puts_files_where_jupyter_looks(wheel: Path):
    found = {
        name.partition(".data/data/")[2] for name in zipfile.ZipFile(wheel).namelist()
    }
    labextension = "share/jupyter/labextensions/jupyter-artifacts"
    assert f"{labextension}/install.json" in found
    assert f"{labextension}/package.json" in found
    assert any(name.startswith(f"{labextension}/static/remoteEntry") for name in found)
    assert "etc/jupyter/jupyter_server_config.d/jupyter_artifacts.json" in found
    schemas = ROOT / "labextension" / "schema"
    for schema in schemas.glob("*.json"):
        assert f"{labextension}/schemas/jupyter-artifacts/{schema.name}" in found


def test_sdist_can_be_built_and_needs_no_node(dist: Path):
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    built = "jupyter_artifacts/labextension/package.json"
    front_end = "labextension/package-lock.json"
    assert {built, front_end, "build_backend/artifacts_backend.py"} < packed
    assert not any(name.startswith("labextension/node_modules") for name in packed)


def test_jupyterlab_finds_the_extension(installed: Path, environment: dict[str, str]):
    listed = run(installed / "jupyter", "labextension", "list", env=environment)
    line = next(line for line in listed.splitlines() if "jupyter-artifacts" in line)
    assert line.strip() == (
        "jupyter-artifacts v0.1.0 enabled OK (python, jupyter-artifacts)"
    )


def test_jupyter_server_finds_the_extension(
    installed: Path, environment: dict[str, str]
):
    listed = run(installed / "jupyter", "server", "extension", "list", env=environment)
    assert re.search(r"\bjupyter_artifacts +enabled\n", listed)
    assert re.search(r"\bjupyter_artifacts .*OK\n", listed)


def test_server_answers_who_has_the_token(server: tuple[str, str]):
    address, token = server
    status, body = ask(address + OPENAPI, token)
    assert status == 200, body
    assert json.loads(body)["openapi"].startswith("3.")


def test_server_refuses_who_has_none(server: tuple[str, str]):
    address, _ = server
    status, body = ask(address + OPENAPI)
    assert status == 401
    assert json.loads(body)["code"] == "not-authenticated"
