"""Where things are while the benchmark runs: servers, folders, buckets, programs."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.transfers.running import Failed, first_line, note, run
from tests.servers.starting import free_port, process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.transfers.data import Data
    from benchmarks.transfers.running import Taken
    from tests.servers.ceph import CephServer

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
BUCKET = "bench"
# the kinder setting: with it on, a server starts a dozen processes more
MLFLOW = {
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass
class Places:
    """Everything a side needs to know.

    Attributes:
        store: Ceph.
        folder: in memory, for data, homes and what is downloaded.
        peers: the bin folder of the peers' environment.
        mlflow: the address of MLflow's tracking server.
        runs: MLflow's runs that hold data, by location and data.
        buckets: made for one upload each, not yet removed.
    """

    store: CephServer
    folder: Path
    peers: Path
    mlflow: str = ""
    runs: dict[tuple[str, str], str] = field(default_factory=dict)
    buckets: list[str] = field(default_factory=list)

    @property
    def s5cmd(self) -> str:
        """The program itself, without the Python script before it."""
        return str(
            next(self.peers.parent.glob("lib/python*/site-packages/s5cmd/bin/*"))
        )

    def data(self, data: Data) -> Path:
        """The folder that is moved."""
        return self.folder / "data" / data.name

    def fresh(self, name: str) -> Path:
        """Return a folder that is not there yet; its parent is."""
        target = self.folder / "to" / name
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def environment(self, home: str = "home", storage: str = "") -> dict[str, str]:
        """Return what every side finds in its environment."""
        place = self.folder / home
        place.mkdir(parents=True, exist_ok=True)
        given = {
            **self.store.environment(),
            **MLFLOW,
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "",  # nobody compiles his packages each time
            "JUPYTER_ARTIFACTS_HOME": str(place),
            "JUPYTER_ARTIFACTS_USER": "alice",
            "JUPYTER_ARTIFACTS_CACHE": str(place / "cache"),
            "MLFLOW_TRACKING_URI": self.mlflow,
            "MLFLOW_S3_ENDPOINT_URL": self.store.endpoint,
            "S3_ENDPOINT_URL": self.store.endpoint,  # s5cmd's
        }
        return given | ({"JUPYTER_ARTIFACTS_STORAGE": storage} if storage else {})

    def ask(self, *words: str) -> str:
        """Ask the store something; see `store.py`."""
        command = [sys.executable, "-m", "benchmarks.transfers.store", *words]
        told = subprocess.run(
            command,
            env=self.environment(),
            cwd=REPOSITORY,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return told.stdout.strip()

    def new_bucket(self, name: str) -> str:
        """Make a bucket for one upload."""
        self.ask("make", name)
        self.buckets.append(name)
        return name

    def remove_new(self) -> None:
        """Remove what uploads made, so that the next find the memory free."""
        while self.buckets:
            self.store.remove_bucket(self.buckets.pop())

    def script(self, name: str, *words: str) -> list[str]:
        """Return the command of one of the sides' scripts."""
        peer = name in ("mlflow", "boto3")
        python = str(self.peers / "python") if peer else sys.executable
        return [python, str(HERE / f"side_{name}.py"), *words]

    def do(self, command: list[str], environment: dict[str, str]) -> Taken:
        """Run something that is not measured."""
        return run(command, environment, self.folder, 0)

    def versions(self) -> dict[str, str]:
        """Return the version of everything that takes part."""
        python = str(self.peers / "python")
        ask = "from importlib.metadata import version as v; print(v({!r}))"
        return {
            "Ceph": first_line(["radosgw", "--version"]).split()[2],
            "jupyter_artifacts": first_line(
                ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"]
            ),
            "obstore": first_line([sys.executable, "-c", ask.format("obstore")]),
            "MLflow": first_line([python, "-c", ask.format("mlflow")]),
            "boto3": first_line([python, "-c", ask.format("boto3")]),
            "s5cmd": first_line([self.s5cmd, "version"]),
            "rclone": first_line([str(self.peers / "rclone"), "version"]).split()[1],
            "curl": first_line(["curl", "--version"]).split()[1],
            "cp": first_line(["cp", "--version"]).split()[-1],
            "Python": sys.version.split()[0],
        }


@contextlib.contextmanager
def tracking(places: Places) -> Iterator[None]:
    """Run MLflow's tracking server, which also hands out presigned addresses."""
    port = free_port()
    database = f"sqlite:///{places.folder}/mlflow.db"
    command = [
        "env",
        *(f"{name}={value}" for name, value in places.environment().items()),
        f"PATH={places.peers}:/usr/bin:/bin",
        str(places.peers / "mlflow"),
        "server",
        *("--backend-store-uri", database),
        *("--artifacts-destination", f"s3://{BUCKET}/proxied"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
    ]
    with process(command, port):
        places.mlflow = f"http://127.0.0.1:{port}"
        yield


def stock_mlflow(places: Places, data: Data) -> str:
    """Upload the data by MLflow itself; return where it lies, for others as well."""
    note(f"MLflow stores {data.title}")
    where = f"s3://{BUCKET}/direct/{data.name}"
    command = places.script("mlflow", "save", str(places.data(data)), where)
    told = places.do(command, places.environment()).told
    places.runs["mlflow", data.name] = str(told["run"])
    return str(told["uri"])


def stock_proxied(places: Places, data: Data, uri: str) -> None:
    """Make the same a run whose files MLflow's server hands out."""
    where = f"mlflow-artifacts:/{data.name}"
    command = places.script("mlflow", "save", "", where)
    told = places.do(command, places.environment()).told
    places.runs["mlflow-multipart", data.name] = str(told["run"])
    source = uri.removeprefix(f"s3://{BUCKET}/")
    target = str(told["uri"]).removeprefix("mlflow-artifacts:/")
    places.ask("copy", BUCKET, source, f"proxied/{target}")


def check(folder: Path, data: Data) -> None:
    """Make sure that all came: a side that loses files is no peer.

    Raises:
        Failed: when a file is missing or has another size.
    """
    for path, size in data.sizes.items():
        found = folder / path
        if not found.is_file() or found.stat().st_size != size:
            raise Failed(f"{found} did not come, or not whole")
