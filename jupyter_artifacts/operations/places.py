"""Where things are: the tree's places as asks, and the storage's keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import Address, AssetPath, experiment_address
from jupyter_artifacts.errors import (
    Conflict,
    Gone,
    InvalidAddress,
    NotFound,
    Unavailable,
)
from jupyter_artifacts.operations.ranges import Number
from jupyter_artifacts.operations.table import Content
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.storage.revisions import read_pinned, revision_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset, StoredAsset
    from jupyter_artifacts.records.datastores import DatastoreVersion
    from jupyter_artifacts.records.runs import Experiment


class Nothing(Record, frozen=True, kw_only=True):
    """Nothing is asked for."""


class AtRun(Record, frozen=True, kw_only=True):
    """A run."""

    user: str
    run: str


class AtExperiment(AtRun, frozen=True, kw_only=True):
    """An experiment."""

    number: Number


def experiment_at(rows: Rows, ask: AtExperiment) -> Experiment:
    """Return the experiment an ask names."""
    return rows.experiments.get(ask.user, ask.run, ask.number)


def address_at(ask: AtExperiment) -> Address:
    """Return the address an ask names."""
    return experiment_address(ask.user, ask.run, ask.number)


_EXPERIMENTS: Final = "experiments"

GRACE: Final = 60.0
"""Seconds after its end in which an experiment still takes its run's own files."""


def still_there(rows: Rows, experiment: Experiment) -> Experiment:
    """Return an experiment as it is now, or raise `NotFound`: deleted meanwhile."""
    try:
        return rows.experiments.by_id(experiment.id)
    except NotFound as error:
        msg = "it was deleted meanwhile"
        raise NotFound(msg, address=experiment.address) from error


def check_takes_files(experiment: Experiment, *, now: float | None = None) -> None:
    """Raise `Conflict` when an experiment has ended: its files stay as they are.

    Args:
        experiment: as it stands.
        now: when the run itself brings the file, which may do so for a minute more:
            what it had open at the end is whole only then.
    """
    ended = experiment.ended
    late = now is not None and ended is not None and now - ended <= GRACE
    if experiment.state.ended and not late:
        msg = f"it is {experiment.state}: nothing more is captured"
        hint = "capture into an experiment that goes on, or start a run"
        raise Conflict(msg, address=experiment.address, hint=hint)


def experiment_prefix(experiment_id: str) -> str:
    """Return the key below which an experiment's bytes are."""
    return f"{_EXPERIMENTS}/{experiment_id}"


def file_key(experiment_id: str, path: AssetPath) -> str:
    """Return the key of an experiment's file."""
    return f"{experiment_prefix(experiment_id)}/artifacts/{path}"


def checkpoint_key(experiment_id: str, uuid: str, path: AssetPath) -> str:
    """Return the key of a checkpoint's file."""
    return f"{experiment_prefix(experiment_id)}/checkpoints/{uuid}/{path}"


def log_key(experiment_id: str, stream: str) -> str:
    """Return the key of a log stream."""
    return f"{experiment_prefix(experiment_id)}/logs/{stream}"


def pack_folder(experiment_id: str) -> str:
    """Return the key below which packs have an experiment's small files once more."""
    return f"{experiment_prefix(experiment_id)}/packs"


def pack_key(experiment_id: str, name: str) -> str:
    """Return the key of such a pack."""
    return f"{pack_folder(experiment_id)}/{name}"


def pack_name(key: str) -> str:
    """Return what `pack_key` was given as the name."""
    return key.rpartition("/")[2]


def experiment_of_key(key: str) -> str:
    """Return the id of the experiment whose bytes a key names; "" for none's."""
    root, _, rest = key.partition("/")
    return rest.partition("/")[0] if root == _EXPERIMENTS else ""


def datastore_prefix(datastore_id: str) -> str:
    """Return the key below which all versions of a datastore are."""
    return f"datastores/{datastore_id}"


def version_prefix(datastore_id: str, version_id: str) -> str:
    """Return the key below which the files of a datastore's version are.

    It is named by the version's id, which nobody else has while it is copied; its
    number is known once it is published. Ids sort as their numbers do.
    """
    return f"{datastore_prefix(datastore_id)}/{version_id}"


def version_folder(
    context: Context, name: str, version: str
) -> tuple[DatastoreVersion, Path]:
    """Return a version of a datastore, and the folder its files lie in.

    Args:
        context: of who asks.
        name: the datastore's.
        version: "v1"; "" for the newest.

    Raises:
        Unavailable: when they lie on no disk of this machine.
    """
    with context.catalog.read() as rows:
        found, version_id = rows.datastores.version(name, version)
        identity = rows.datastores.id_of(name)
    folder = context.storage.folder(version_prefix(identity, version_id))
    if folder is None:
        msg = "its bytes are not on this machine"
        raise Unavailable(msg, address=found.address, hint="download it instead")
    return found, folder


def content_of(context: Context, stored: StoredAsset, address: str) -> Content:
    """Return the bytes of a stored file, whatever object they lie in.

    Raises:
        Gone: when the storage no longer has them.
        Unavailable: when it holds none: of a link, or of an object of other people.
    """
    return replace(_bytes_of(context, stored, address), address=address)


def _bytes_of(context: Context, stored: StoredAsset, address: str) -> Content:
    asset, key = stored.asset, stored.key
    if asset.kind is not AssetKind.FILE:
        return _elsewhere(context, asset, address)
    if stored.offset is not None:
        return _packed(context, stored, address)
    pinned = revision_key(key, asset.digest)
    place, size = key, context.storage.size(key)
    # looked for second: then it is there if the file was written anew by now
    kept = context.storage.size(pinned) if pinned else None
    if kept is not None:
        place, size = pinned, kept
    if size is None:
        raise _gone(address)

    def read(start: int, length: int) -> Iterator[bytes]:
        return read_pinned(context.storage, key, pinned, start, length)

    return _content(asset, read, size=size, at=context.storage.local_path(place))


def _packed(context: Context, stored: StoredAsset, address: str) -> Content:
    """Return the bytes of a file that lies in a pack with others."""
    asset, offset = stored.asset, stored.offset or 0
    whole = context.storage.size(stored.key)
    if whole is None or whole < offset + asset.size:
        raise _gone(address)

    def read(start: int, length: int) -> Iterator[bytes]:
        length = max(0, min(length, asset.size - start))
        return context.storage.read(stored.key, offset + start, length)

    return _content(asset, read)


def _elsewhere(context: Context, asset: Asset, address: str) -> Content:
    """Return the bytes of an object that we point at, as who asks would get them."""
    if asset.kind is AssetKind.FOLDER:
        raise InvalidAddress("it is a folder", address=address)
    if asset.kind is not AssetKind.REMOTE:
        msg = f"it is a link to {asset.link}, and none of its bytes are here"
        raise Unavailable(msg, address=address, hint="open what it links to")
    if context.confined is not None:
        msg = f"its bytes are in somebody's bucket: {asset.uri}"
        hint = "download it with credentials of your own"
        raise Unavailable(msg, address=address, hint=hint)

    def read(start: int, length: int) -> Iterator[bytes]:
        from jupyter_artifacts.storage.remote import remote_of

        store = remote_of(asset.uri)
        end = min(start + length, asset.size)
        for at in range(start, end, _AT_ONCE):
            fetched = memoryview(store.fetch(asset, at, min(_AT_ONCE, end - at)))
            for part in range(0, len(fetched), _CHUNK):
                yield bytes(fetched[part : part + _CHUNK])

    return replace(_content(asset, read), remote=asset)


_AT_ONCE: Final = 8 << 20
_CHUNK: Final = 1 << 20


def _content(
    asset: Asset,
    read: Callable[[int, int], Iterator[bytes]],
    *,
    size: int | None = None,
    at: Path | None = None,
) -> Content:
    return Content(
        size=asset.size if size is None else size,
        media_type=asset.media_type,
        etag=asset.digest,
        filename=asset.path.rpartition("/")[2],
        modified=asset.modified,
        local_path=at,
        read=read,
    )


def _gone(address: str) -> Gone:
    msg = "its bytes are no longer in the storage"
    hint = "somebody removed them by hand, or JUPYTER_ARTIFACTS_STORAGE names another"
    return Gone(msg, address=address, hint=f"{hint} storage than it did")
