"""What an operation needs of a catalog: artifacts, versions, lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Sequence

    from jupyter_artifacts.records.artifacts import (
        Artifact,
        ArtifactVersion,
        NotedEdge,
    )
    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.records.base import Page


class ArtifactRows(Protocol):
    """Artifacts and their aliases."""

    def find(self, name: str) -> tuple[Artifact, str] | None:
        """Return an artifact and its id; None when there is none of this name."""

    def get(self, name: str, seen: Callable[[Artifact], bool]) -> tuple[Artifact, str]:
        """Return an artifact and its id, which names its folder in the storage.

        Args:
            name: its name, in any case.
            seen: whether who asks may know of an artifact.
        """

    def page(
        self, seen: Callable[[Artifact], bool], *, limit: int, cursor: str | None
    ) -> Page[Artifact]:
        """Return artifacts that who asks may know of, by name."""

    def create(self, artifact: Artifact, artifact_id: str) -> None:
        """Add an artifact without versions; its name is free."""

    def change(self, artifact_id: str, artifact: Artifact) -> None:
        """Replace what an artifact says of itself."""

    def delete(self, artifact_id: str) -> None:
        """Delete an artifact, its versions and their manifests' rows."""

    def set_alias(self, artifact_id: str, alias: str, version_id: str) -> None:
        """Let an alias name a version; it names no other one any more."""

    def remove_alias(self, artifact_id: str, alias: str) -> bool:
        """Take an alias away; return whether there was one."""


class VersionRows(Protocol):
    """Versions of artifacts. An id names the manifest, too."""

    def add(
        self, artifact_id: str, version: ArtifactVersion, version_id: str
    ) -> ArtifactVersion:
        """Publish the next version of `version.artifact`; the catalog numbers it."""

    def change(self, version_id: str, version: ArtifactVersion) -> None:
        """Replace what a version says of itself."""

    def delete(self, version_id: str) -> None:
        """Delete a version and its manifest's rows."""

    def get(
        self, artifact: Artifact, artifact_id: str, version: str
    ) -> tuple[ArtifactVersion, str]:
        """Return a version, by its number or an alias, and its id.

        Args:
            artifact: whose.
            artifact_id: its id.
            version: "v3", "latest" or "" for the newest, any other alias.

        Raises:
            NotFound: when there is none; also when the newest one was deleted.
        """

    def by_id(self, version_id: str) -> ArtifactVersion:
        """Return one version."""

    def discard(self, version_id: str, now: float) -> bool:
        """Delete the rows of a version that was never published.

        What it needed of a version that is deleted by now is doomed with it.

        Returns:
            Whether it was published: then nothing is deleted.
        """

    def of_digest(self, artifact_id: str, digest: str) -> str | None:
        """Return the id of the newest version that says the same; None for none."""

    def page(
        self, artifact_id: str, *, limit: int, cursor: str | None
    ) -> Page[ArtifactVersion]:
        """Return an artifact's versions, newest first."""

    def ids(self, artifact_id: str) -> list[str]:
        """Return the ids of an artifact's versions, oldest first."""

    def expired(self, now: float, *, limit: int, only: str = "") -> list[str]:
        """Return ids of versions kept until now that have no alias and no use.

        Args:
            now: seconds since 1970.
            limit: at most so many, those whose time was over first.
            only: the id of the one that is asked about; "" for all.
        """


class HeldRows(Protocol):
    """Objects of artifacts, and the contents in them."""

    def find(
        self, artifact_id: str, wanted: Sequence[str]
    ) -> dict[str, tuple[str, int | None]]:
        """Return, of those of these digests that published versions hold, where."""

    def is_nothing(self, artifact_id: str) -> bool:
        """Return whether nothing of an artifact is held."""

    def sizes(self, artifact_id: str) -> array[int]:
        """Return the sizes of what is held, ascending."""

    def keep(
        self, artifact_id: str, version_id: str, files: Iterable[StoredAsset], own: str
    ) -> None:
        """Note that a version needs the objects that these files lie in.

        What is held already is safe from now on; what is new is found by others once
        the version is published.

        Args:
            artifact_id: of the artifact.
            version_id: of the version.
            files: some of it.
            own: the key below which what is new lies.

        Raises:
            Conflict: when something was held and is not any more.
        """

    def publish(self, version_id: str) -> None:
        """Let others find what a version brought."""

    def alone(self, version_ids: Sequence[str]) -> tuple[int, int]:
        """Return how many objects these versions need and no other, and their bytes."""

    def release(self, version_id: str) -> list[str]:
        """Note that a version needs nothing any more; return keys nobody needs now.

        Their rows are gone, and what they held is found by nobody.
        """

    def forget(self, artifact_id: str) -> list[str]:
        """Forget everything held for an artifact that is deleted.

        Returns:
            The prefixes of what lies elsewhere than below the artifact's key: of who
            logged a first version, too, while somebody else made the artifact.
        """


class LineageRows(Protocol):
    """Edges of the lineage.

    Nodes are named by what they are and their id, e.g. "experiment:<ulid>".
    """

    def add(self, edge: NotedEdge) -> None:
        """Note an edge; noted again it is as it was noted last."""

    def into(self, targets: Sequence[str], *, limit: int) -> list[NotedEdge]:
        """Return edges to these nodes, oldest first."""

    def out_of(self, sources: Sequence[str], *, limit: int) -> list[NotedEdge]:
        """Return edges from these nodes, oldest first."""

    def forget(self, nodes: Sequence[str]) -> None:
        """Forget that these nodes used anything; that others came from them stays."""
