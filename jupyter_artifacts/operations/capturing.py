"""Many files of this machine captured at once, for who is in the same process.

No door offers it: its files are named by their places on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.operations.places import (
    AtExperiment,
    check_takes_files,
    experiment_at,
    file_key,
    still_there,
)
from jupyter_artifacts.operations.table import CHANGE_RUN, authorize
from jupyter_artifacts.operations.taking import Wanted, take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset


@dataclass(frozen=True, slots=True)
class FileToCapture:
    """A file of this machine.

    Attributes:
        path: what it is called in the experiment.
        source: where it is.
        note: what a reader must know; "" for nothing.
    """

    path: str
    source: Path
    note: str = ""


def capture_many(
    ctx: Context, ask: AtExperiment, files: Sequence[FileToCapture]
) -> list[Asset | ArtifactsError]:
    """Take files, of different paths, into an experiment: few row changes for all.

    This is how a run brings its own files. So an experiment that has ended takes them
    as long as its run goes on, and for a minute after that.

    Returns:
        For each file, in order, its asset, or why it could not be captured.
    """
    authorize(CHANGE_RUN, ctx, ask)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)

    def admit(rows: Rows) -> str:
        current = still_there(rows, experiment)
        if not _run_lives(rows, ask):
            check_takes_files(current, now=ctx.clock())
        return experiment.id

    def tell(rows: Rows, kept: list[Asset]) -> None:
        data = {"files": len(kept)}
        rows.events.add("files", "changed", experiment.address, ctx.clock(), data)

    checked = [_wanted(experiment.id, file) for file in files]
    wanted = [each for each in checked if isinstance(each, Wanted)]
    answers = iter(take(ctx, wanted, admit, tell))
    return [next(answers) if isinstance(each, Wanted) else each for each in checked]


def _run_lives(rows: Rows, ask: AtExperiment) -> bool:
    """Whether the run goes on: what an ended experiment of it left open is late."""
    return not rows.runs.get(ask.user, ask.run).state.ended


def _wanted(experiment_id: str, file: FileToCapture) -> Wanted | ArtifactsError:
    try:
        path = AssetPath(file.path)
    except ArtifactsError as error:
        return error
    key = file_key(experiment_id, path)
    return Wanted(path=path, key=key, source=file.source, note=file.note)
