"""Many files of this machine captured at once, for who is in the same process.

No door offers it: its files are named by their places on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.operations.files import store
from jupyter_artifacts.operations.places import AtExperiment, experiment_at, file_key
from jupyter_artifacts.operations.table import CHANGE_RUN, Body, authorize

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_artifacts.operations.context import Context
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
    """Take files, of different paths, into an experiment: one row change for all.

    Returns:
        For each file, in order, its asset, or why it could not be captured.
    """
    authorize(CHANGE_RUN, ctx, ask)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
    answers = [_store(ctx, experiment.id, file) for file in files]
    stored = [each for each in answers if isinstance(each, tuple)]
    if not stored:
        return [each for each in answers if not isinstance(each, tuple)]
    with ctx.catalog.write() as rows:
        kept = iter(rows.assets.put_all(experiment.id, stored))
        data = {"files": len(stored)}
        rows.events.add("files", "changed", experiment.address, ctx.clock(), data)
    return [next(kept) if isinstance(each, tuple) else each for each in answers]


def _store(
    ctx: Context, experiment_id: str, file: FileToCapture
) -> tuple[Asset, str] | ArtifactsError:
    try:
        path = AssetPath(file.path)
        key = file_key(experiment_id, path)
        body = Body(path=file.source)
        return store(ctx, key, path, body, note=file.note), key
    except ArtifactsError as error:
        return error
