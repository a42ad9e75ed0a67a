"""Says at a run's end which files were not captured, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Unavailable

if TYPE_CHECKING:
    from jupyter_artifacts.carriers.local import LocalCarrier

_NAMED: Final = 3


def say_what_is_missing(carrier: LocalCarrier, user: str, run: str) -> None:
    """Name some of the files, on stderr; nothing is said when none is missing."""
    try:
        lines = _missing(carrier, user, run)
    except Unavailable as error:
        lines = [f"whether every file was captured cannot be told ({error})"]
    more = len(lines) - _NAMED
    shown = lines[:_NAMED] + ([f"and {more} more not captured"] if more > 0 else [])
    sys.stderr.write("".join(f"{user}:{run}: {line}\n" for line in shown))
    sys.stderr.flush()


def _missing(carrier: LocalCarrier, user: str, run: str) -> list[str]:
    experiments = carrier.call("runs.get", user=user, run=run).experiments
    return [
        f"not captured: {file.path}: {file.reason}"
        for experiment in experiments
        if experiment.uncaptured
        for file in carrier.call(
            "files.manifest", user=user, run=run, number=experiment.number
        ).uncaptured
    ]
