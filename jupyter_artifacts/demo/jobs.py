"""What the team does: who runs which script, and how."""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_artifacts.demo.places import Places

_RATES: Final = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "60")
"""Learning rates of the sweep; softmax regression diverges at the last one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A script that one of the team runs.

    Attributes:
        user: who.
        name: of the run, and of the folder it is started in.
        script: which.
        arguments: the script's own.
        options: of `jupyter artifacts run`; None when the script is simply started.
        stop_after: steps after which its owner stops it; 0 for never.
        after: name of the job whose artifact it uses; "" for none.
    """

    user: str
    name: str
    script: str
    arguments: tuple[str, ...] = ()
    options: tuple[str, ...] | None = None
    stop_after: int = 0
    after: str = ""

    @property
    def address(self) -> str:
        """The run, as people say it."""
        return f"{self.user}:{self.name}"

    def folder(self, places: Places) -> Path:
        """Return where it is started."""
        return places.work / self.user / self.name

    def log(self, places: Places) -> Path:
        """Return the file that takes what it prints."""
        return places.work / self.user / f"{self.name}.log"

    def command(self) -> list[str]:
        """Return what is started."""
        if self.options is None:
            return [sys.executable, self.script, *self.arguments]
        ours = Path(sysconfig.get_path("scripts")) / "jupyter-artifacts"
        return [str(ours), "run", *self.options, self.script, *self.arguments]


DATASETS: Final = Job("alice", "datasets", "save_datasets.py")
STREAM: Final = Job("dara", "digits-stream", "digits_stream.py")


def jobs(*, small: bool) -> list[Job]:
    """Return all jobs but `STREAM`, the longest first, and each behind what it needs.

    Args:
        small: with few epochs, for tests.
    """
    epochs = ("--epochs", "4" if small else "60")
    sweep = ("--lr", *_RATES, "--epochs", "4" if small else "30")
    noisy = ("--name", "digits-noisy", "--noise", "1.5", "--pace", "0.05")
    return [
        Job("alice", "digits-sweep", "digits_sweep.py", sweep),
        Job(
            "chen",
            "cancer-linear",
            "plain_linear.py",
            epochs,
            options=(
                *("--name", "cancer-linear", "--tag", "cancer"),
                *("--sweep", "alpha=0.0001,0.01", "--jobs", "2"),
            ),
        ),
        Job(
            "dara", "digits-mlp", "perceptron.py", ("digits", "--batch", "64", *epochs)
        ),
        Job(
            "bob",
            "wine-mlp",
            "perceptron.py",
            ("wine", "--hidden", "32", "16", *epochs),
        ),
        Job("chen", "cancer-mlp", "perceptron.py", ("cancer", *epochs)),
        Job("bob", "digits-noisy", "digits_stream.py", noisy, stop_after=100),
        Job("bob", "digits-robust", "digits_robust.py", after="digits-sweep"),
        DATASETS,
    ]
