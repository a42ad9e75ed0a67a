"""What an operation needs of a catalog: files, checkpoints, datastores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_artifacts.records.assets import Asset, Entry, StoredAsset, Uncaptured
    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
    from jupyter_artifacts.records.runs import Checkpoint
    from jupyter_artifacts.records.states import CheckpointState


class AssetRows(Protocol):
    """Files of manifests. A manifest is named by the id of what it belongs to."""

    def put(self, manifest_id: str, asset: Asset, key: str) -> Asset:
        """Add or replace a file (its revision grows); counts are kept up to date."""

    def put_all(
        self, manifest_id: str, files: Sequence[tuple[Asset, str]]
    ) -> list[Asset]:
        """Add or replace files, of different paths, at the cost of about one."""

    def held(self, manifest_id: str, paths: Sequence[str]) -> dict[str, Asset]:
        """Return those of these files that there are, by path."""

    def get(self, manifest_id: str, path: str) -> StoredAsset:
        """Return one file."""

    def all(self, manifest_id: str, prefix: str = "") -> list[StoredAsset]:
        """Return the file `prefix` or every file below it, by path."""

    def pages(self, manifest_id: str, prefix: str = "") -> Iterator[list[StoredAsset]]:
        """Yield what `all` returns some at a time, folder by folder or by path."""

    def page(self, manifest_id: str, *, limit: int, cursor: str | None) -> Page[Asset]:
        """Return some lines of a manifest that never changes, folder by folder."""

    def write(self, manifest_id: str, part: Any) -> None:
        """Write a part of a manifest that never changes, see `sort_assets`."""

    def delete(self, manifests: Sequence[str]) -> None:
        """Delete every row of these manifests."""

    def children(
        self, manifest_id: str, prefix: str, *, limit: int, cursor: str | None
    ) -> Page[Entry]:
        """Return one level of the tree: folders first, then files, by name.

        Entries' addresses are paths below the manifest. An unknown prefix is
        `NotFound`.
        """

    def refuse(self, manifest_id: str, uncaptured: Uncaptured) -> None:
        """Note a file that was seen and not captured; again replaces the reason."""

    def uncaptured(self, manifest_id: str) -> list[Uncaptured]:
        """Return what was seen and not captured."""


class CheckpointRows(Protocol):
    """Checkpoints."""

    def create(self, experiment_id: str, checkpoint: Checkpoint) -> Checkpoint:
        """Add a checkpoint (uuid given)."""

    def get(self, experiment_id: str, uuid: str) -> Checkpoint:
        """Return one checkpoint, resources filled from its manifest (its uuid)."""

    def by_uuid(self, uuid: str) -> tuple[Checkpoint, str]:
        """Return a checkpoint and the id of its experiment."""

    def all(self, experiment_id: str) -> list[Checkpoint]:
        """Return an experiment's checkpoints, by steps, then time."""

    def move(self, uuid: str, state: CheckpointState) -> Checkpoint:
        """Set its state; keeps the experiment's counts and bytes up to date."""


class DatastoreRows(Protocol):
    """Datastores."""

    def create(self, datastore: Datastore, datastore_id: str) -> Datastore:
        """Add a datastore without versions; a taken name is `Conflict`."""

    def add_version(
        self, name: str, version: DatastoreVersion, version_id: str
    ) -> DatastoreVersion:
        """Publish the next version (its number is given by the catalog)."""

    def discard(self, version_id: str) -> bool:
        """Delete the files' rows of a version that was never published.

        Returns:
            Whether it was published: then nothing is deleted.
        """

    def get(self, name: str) -> Datastore:
        """Return one datastore."""

    def id_of(self, name: str) -> str:
        """Return the id that names its folder in the storage."""

    def version(self, name: str, version: str) -> tuple[DatastoreVersion, str]:
        """Return a version ("" the newest) and its id, which names its manifest."""

    def all(self) -> list[Datastore]:
        """Return every datastore, by name."""

    def delete(self, name: str) -> None:
        """Delete a datastore, its versions and their manifests' rows."""
