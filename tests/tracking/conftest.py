"""A home of its own for each test, and scripts that really run."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.runs import Experiment, RunWithExperiments
from jupyter_artifacts.settings import Settings

PATIENCE = 30.0


@dataclass
class Alice:
    """Somebody with a home and a working folder."""

    settings: Settings
    folder: Path
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if "JUPYTER" not in k},
            "JUPYTER_ARTIFACTS_HOME": str(self.settings.home),
            "JUPYTER_ARTIFACTS_USER": self.settings.user,
        }

    @property
    def carrier(self) -> LocalCarrier:
        return LocalCarrier(self.settings)

    def wait(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Return what `condition` gives once it is true."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := condition():
                return found
            time.sleep(0.02)
        return pytest.fail(f"waited {PATIENCE:.0f} s in vain {what}")

    def write(self, name: str, code: str) -> Path:
        """Write a script; it is older than any run."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(code))
        return path

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start Python."""
        values = {"cwd": self.folder, "env": self.environment, **options}
        child: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **values,
        )
        self.children.append(child)
        return child

    def script(self, code: str, name: str = "train.py") -> subprocess.Popen[str]:
        """Start a script."""
        return self.start(str(self.write(name, code)))

    def through(self, code: str, name: str = "train.py") -> tuple[str, str]:
        """Run a script to its good end; return what it printed."""
        child = self.script(code, name)
        out, err = child.communicate(timeout=PATIENCE)
        assert child.returncode == 0, err
        return out, err

    def run(self, name: str) -> RunWithExperiments:
        found: RunWithExperiments = self.carrier.call(
            "runs.get", user=self.settings.user, run=name
        )
        return found

    def experiment(self, name: str, number: int = 0) -> Experiment:
        return self.run(name).experiments[number]

    def ended(self, name: str, number: int = 0) -> Experiment:
        """Return an experiment once it has ended."""

        def look() -> Experiment | None:
            found = self.experiment(name, number)
            return found if found.state.ended else None

        ended: Experiment = self.wait(look, f"for the end of {name}")
        return ended

    def files(self, name: str, number: int = 0) -> dict[str, Asset]:
        return {asset.path: asset for asset in self._manifest(name, number).assets}

    def content(self, name: str, path: str, number: int = 0) -> bytes:
        content = self.carrier.content(
            "files.read", user=self.settings.user, run=name, number=number, path=path
        )
        return b"".join(content.read(0, content.size))

    def uncaptured(self, name: str, number: int = 0) -> dict[str, str]:
        return {
            each.path: each.reason for each in self._manifest(name, number).uncaptured
        }

    def values(self, name: str, metric: str, number: int = 0) -> list[float]:
        group, _, short = metric.partition(".")
        address = f"{self.settings.user}:{name}-exp{number}"
        (points,) = self.carrier.points([(address, group, short)])
        return [float(value) for value in points.values]

    def log(self, name: str, stream: str, number: int = 0) -> str:
        content = self.carrier.content(
            "logs.read",
            user=self.settings.user,
            run=name,
            number=number,
            stream=stream,
        )
        return b"".join(content.read(0, content.size)).decode()

    def _manifest(self, name: str, number: int) -> Any:
        return self.carrier.call(
            "files.manifest", user=self.settings.user, run=name, number=number
        )


@pytest.fixture
def alice(tmp_path: Path) -> Iterator[Alice]:
    home, folder = tmp_path / "home", tmp_path / "work"
    folder.mkdir()
    settings = Settings(home=home, storage=home / "storage", user="alice")
    somebody = Alice(settings, folder)
    yield somebody
    for child in somebody.children:
        if child.poll() is None:
            child.kill()
        child.communicate()
