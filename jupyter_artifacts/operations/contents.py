"""What a place in the tree holds, for those who download it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.errors import InvalidAddress, NotFound
from jupyter_artifacts.operations.artifact_places import version_at
from jupyter_artifacts.operations.places import log_key
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.records.media_types import media_type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.runs import Experiment


def default_folder(place: Address) -> str:
    """Return the folder a download goes to when none is named."""
    parts = [place.user, place.run] if place.root == "runs" else [place.name]
    if place.experiment is not None:
        parts.append(f"exp{place.experiment}")
    if place.version:
        parts.append(place.version)
    return "/".join(["jupyter_artifacts_downloads", *parts])


def settled(ctx: Context, rows: Rows, place: Address) -> Address:
    """Return a place with the version that it names now: by an alias, or by none."""
    if place.root == "artifacts" and place.name:
        version, _ = version_at(ctx, rows, place.name, place.version)
        return replace(place, name=version.artifact, version=version.version)
    if place.root == "datastores" and place.name:
        dataset, _ = rows.datastores.version(place.name, place.version)
        return replace(place, version=dataset.version)
    return place


def assets_at(ctx: Context, rows: Rows, place: Address) -> Iterator[StoredAsset]:
    """Yield every file at a place, with paths as a download lays them out.

    As `cp -r` does: of a file the name, of a folder its last part and what is
    below; of an experiment its files; of a run its experiments' folders.

    Raises:
        NotFound: when nothing is there.
        InvalidAddress: when the place holds no files of its own.
    """
    if place.root != "runs" and place.name:
        return _below(rows, _manifest_of(ctx, rows, place), place)
    if place.root != "runs" or not place.run:
        msg = "it holds no files of its own"
        hint = "name a run, an experiment, a file, an artifact or a datastore"
        raise InvalidAddress(msg, address=place.short, hint=hint)
    if place.experiment is None:
        run = rows.runs.get(place.user, place.run)
        return (
            _renamed(stored, f"exp{experiment.number}/{stored.asset.path}")
            for experiment in rows.experiments.of_run(run.id)
            for stored in _lines(rows, experiment.id)
        )
    experiment = rows.experiments.get(place.user, place.run, place.experiment)
    return _in_experiment(ctx, rows, experiment, place)


def _manifest_of(ctx: Context, rows: Rows, place: Address) -> str:
    if place.root == "datastores":
        return rows.datastores.version(place.name, place.version)[1]
    return version_at(ctx, rows, place.name, place.version)[1]


def _lines(rows: Rows, manifest: str, prefix: str = "") -> Iterator[StoredAsset]:
    for page in rows.assets.pages(manifest, prefix):
        yield from page


def _in_experiment(
    ctx: Context, rows: Rows, experiment: Experiment, place: Address
) -> Iterator[StoredAsset]:
    if place.section == "logs":
        return iter(_logs(ctx, experiment, place))
    if place.section != "checkpoints":
        return _below(rows, experiment.id, place)
    if place.item:
        found = rows.checkpoints.get(experiment.id, place.item)
        return _below(rows, found.uuid, place)
    return (
        _renamed(stored, f"{checkpoint.uuid}/{stored.asset.path}")
        for checkpoint in rows.checkpoints.all(experiment.id)
        for stored in _lines(rows, checkpoint.uuid)
    )


def _below(rows: Rows, manifest: str, place: Address) -> Iterator[StoredAsset]:
    prefix = str(place.path) if place.path else ""
    found = _lines(rows, manifest, prefix)
    first = next(found, None)
    if prefix and first is None:
        msg = "there is no such file or folder"
        hint = place.hint_at_section()
        hint = hint or f"list what there is: jupyter artifacts ls {_parent(place)}"
        raise NotFound(msg, address=place.short, hint=hint)
    above = len(prefix.rpartition("/")[0])
    cut = above + 1 if above else 0
    every = found if first is None else chain([first], found)
    if not cut:
        return every
    return (_renamed(stored, stored.asset.path[cut:]) for stored in every)


def _parent(place: Address) -> str:
    if place.root == "runs" and place.section == "files":
        return place.of_experiment().short
    return place.of_top().short


def _logs(ctx: Context, experiment: Experiment, place: Address) -> list[StoredAsset]:
    names = [place.item] if place.item else ["output", "stdout", "stderr"]
    found = []
    for name in names:
        key = log_key(experiment.id, name)
        size = ctx.storage.size(key)
        if size is not None:
            path = f"{name}.log"
            kind = media_type_of(path)
            asset = Asset(path=path, size=size, media_type=kind)
            found.append(StoredAsset(asset=asset, key=key))
    return found


def _renamed(stored: StoredAsset, path: str) -> StoredAsset:
    asset = msgspec.structs.replace(stored.asset, path=path)
    return msgspec.structs.replace(stored, asset=asset)
