"""Files that are to become a version of an artifact, on their way to be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from jupyter_artifacts.addresses import artifact_address, check_name, parse_address
from jupyter_artifacts.catalog.manifest_lines import lines_of
from jupyter_artifacts.errors import Conflict, InvalidRequest, Refused
from jupyter_artifacts.operations.artifact_places import (
    artifact_prefix,
    check_alias,
    check_tags,
    kept_longer,
    tell,
)
from jupyter_artifacts.operations.artifacts import check_readers
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.owners import asker_of
from jupyter_artifacts.operations.places import AtExperiment, still_there
from jupyter_artifacts.operations.table import (
    CHANGE_ARTIFACT,
    CHANGE_RUN,
    authorize,
)
from jupyter_artifacts.policy import check, may_know
from jupyter_artifacts.records.artifacts import (
    Artifact,
    ArtifactVersion,
    LineageRole,
    Logged,
    NotedEdge,
    Visibility,
    node_of,
)
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.catalog.sorted_assets import SortedAssets
    from jupyter_artifacts.operations.artifact_said import LogVersion
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.records.runs import Experiment


class Same(Exception):  # noqa: N818 - it only ends a draft
    """An earlier version has the same content."""

    def __init__(self, version_id: str) -> None:
        super().__init__()
        self.version_id = version_id


class Publishing:
    """One artifact on its way to be a version.

    Attributes:
        artifact_id: of the artifact; of one to be made when there is none so far.
        version_id: of the version to be.
        prefix: the key below which what is new is stored; nobody else's.
    """

    def __init__(self, ctx: Context, ask: LogVersion) -> None:
        self._ctx = ctx
        self._ask = ask
        self._experiment: Experiment | None = None
        self._tags = check_tags(ask.tags)
        self._lines = 0
        self._remote = 0
        self._new_bytes = 0
        self._is_there = False
        self.artifact_id = new_id()
        self.version_id = new_id()
        self.prefix = self._own_prefix()

    def _own_prefix(self) -> str:
        return f"{artifact_prefix(self.artifact_id)}/{self.version_id}"

    def check(self) -> None:
        """Raise unless who asks may log this."""
        ask = self._ask
        address = artifact_address(check_name(ask.name, "artifact")).tree
        if ask.type:
            check_name(ask.type, "type")
        for alias in ask.aliases:
            check_alias(alias, address)
        with self._ctx.catalog.read() as rows:
            found = rows.artifacts.find(ask.name)
            if found:
                self._may_add(found[0])
                self.artifact_id, self._is_there = found[1], True
                self.prefix = self._own_prefix()
            check_readers(rows, ask.readers)
            if ask.experiment:
                self._experiment = self._experiment_of(rows)

    def _experiment_of(self, rows: Rows) -> Experiment:
        ctx = self._ctx
        place = parse_address(self._ask.experiment, me=ctx.actor.handle)
        place = place.of_experiment()
        number = place.experiment or 0
        at = AtExperiment(user=place.user, run=place.run, number=number)
        authorize(CHANGE_RUN, ctx, at)
        return rows.experiments.get(at.user, at.run, at.number)

    def _may_add(self, artifact: Artifact) -> None:
        """Raise unless who asks may add a version to an artifact that is there."""
        ask, asker = self._ask, asker_of(self._ctx)
        if not may_know(asker, artifact):
            msg = "this name is not available"
            hint = "choose another name"
            raise Conflict(msg, address=artifact.address, hint=hint)
        private = artifact.visibility is Visibility.PRIVATE
        if private and artifact.owner != asker.handle:
            msg = f"it is {artifact.owner}'s alone to add versions to"
            raise Refused(msg, address=artifact.address)
        if ask.visibility is Visibility.PRIVATE and not private:
            msg = "the whole team sees it, and what is logged was to be private"
            hint = "log it under another name, or leave the visibility out"
            raise Conflict(msg, address=artifact.address, hint=hint)
        if ask.type and ask.type != artifact.type:
            msg = f"it is of type {artifact.type!r}, not {ask.type!r}"
            hint = "log it under another name, or leave the type out"
            raise Conflict(msg, address=artifact.address, hint=hint)
        if ask.aliases:
            self._check_changes(artifact)

    def _check_changes(self, artifact: Artifact) -> None:
        check(
            asker_of(self._ctx),
            CHANGE_ARTIFACT,
            owner=artifact.owner,
            address=artifact.address,
        )

    def counted(self, saved: Iterable[StoredAsset]) -> Iterator[StoredAsset]:
        """Pass on what was saved, and count it."""
        for stored in saved:
            self._lines += 1
            self._remote += stored.asset.kind in {AssetKind.REMOTE, AssetKind.LINK}
            if stored.key.startswith(self.prefix):
                self._new_bytes += stored.asset.size
            yield stored

    def check_any(self) -> None:
        """Raise `InvalidRequest` unless something was counted."""
        if not self._lines:
            address = artifact_address(self._ask.name).tree
            msg = "there is nothing in it"
            raise InvalidRequest(msg, address=address, hint="add files first")

    def publish(self, lines: SortedAssets) -> Logged:
        """Write down what was saved; let everyone see it when all of it is.

        Raises:
            Same: when an earlier version has the same content.
        """
        self.check_any()
        catalog = self._ctx.catalog
        with catalog.read() as rows:
            self._join(rows)
            self._check_new(rows, lines.digest)
        self._keep(lines, is_first=True)
        while True:
            with catalog.write() as rows:
                if not self._join(rows):
                    self._check_new(rows, lines.digest)
                    return self._made(rows, lines)
                rows.held.release(self.version_id)
            self._keep(lines, is_first=False)

    def _join(self, rows: Rows) -> bool:
        """Take the artifact that somebody made meanwhile for ours; say whether so.

        Our bytes stay where they are: below the key of one that was never made.
        """
        found = None if self._is_there else rows.artifacts.find(self._ask.name)
        if found is not None:
            self._may_add(found[0])
            self.artifact_id, self._is_there = found[1], True
        return found is not None

    def _keep(self, lines: SortedAssets, *, is_first: bool) -> None:
        """Write down the files, once, and what they need of the artifact."""
        for part in lines.parts():
            files = lines_of(part)
            with self._ctx.catalog.write() as rows:
                if is_first:
                    rows.assets.write(self.version_id, part)
                rows.held.keep(self.artifact_id, self.version_id, files, self.prefix)

    def _made(self, rows: Rows, lines: SortedAssets) -> Logged:
        artifact = self._artifact(rows)
        rows.held.publish(self.version_id)
        made = self._version(lines, artifact)
        version = rows.versions.add(self.artifact_id, made, self.version_id)
        version = self._note(rows, version, self.version_id)
        tell(self._ctx, rows, artifact, "created", version.address)
        note(self._ctx, rows, "artifacts.log", version.address)
        return Logged(version=version, is_new=True, new_bytes=self._new_bytes)

    def _check_new(self, rows: Rows, digest: str) -> None:
        same = rows.versions.of_digest(self.artifact_id, digest)
        if same is not None:
            raise Same(same)

    def _artifact(self, rows: Rows) -> Artifact:
        """Return the artifact as it is now; made when this is its first version."""
        ask, ctx = self._ask, self._ctx
        found = rows.artifacts.find(ask.name)
        if found:
            artifact, identity = found
            self._may_add(artifact)
            if identity == self.artifact_id:
                return artifact
            msg = "somebody else made an artifact of this name meanwhile"
            raise Conflict(msg, address=artifact.address, hint="log it again")
        address = artifact_address(ask.name).tree
        if self._is_there:  # what lies below its key goes with it, this as well
            msg = "it was deleted meanwhile"
            raise Conflict(msg, address=address, hint="log it again")
        artifact = Artifact(
            name=ask.name,
            address=address,
            type=ask.type or "artifact",
            owner=ctx.actor.handle,
            created=ctx.clock(),
            visibility=ask.visibility or Visibility.TEAM,
            readers=check_readers(rows, ask.readers),
        )
        rows.artifacts.create(artifact, self.artifact_id)
        return artifact

    def _version(self, lines: SortedAssets, artifact: Artifact) -> ArtifactVersion:
        ask, now = self._ask, self._ctx.clock()
        return ArtifactVersion(
            address="",
            artifact=artifact.name,
            version="",
            number=0,
            digest=lines.digest,
            bytes=lines.bytes,
            files=lines.files,
            remote=self._remote,
            created=now,
            created_by=self._ctx.actor.handle,
            source=self._experiment.address if self._experiment else "",
            tags=self._tags,
            description=ask.description,
            metadata=ask.metadata,
            expires=now + ask.ttl if ask.ttl else None,
        )

    def _note(
        self, rows: Rows, version: ArtifactVersion, version_id: str
    ) -> ArtifactVersion:
        """Give a version its aliases, and note which experiment made it."""
        for alias in self._ask.aliases:
            rows.artifacts.set_alias(self.artifact_id, alias, version_id)
        if self._experiment:
            experiment = still_there(rows, self._experiment)
            edge = NotedEdge(
                source=node_of("experiment", experiment.id),
                target=node_of("artifact", version_id),
                role=LineageRole.OUTPUT,
                source_address=experiment.address,
                target_address=version.address,
                time=self._ctx.clock(),
                by=self._ctx.actor.handle,
            )
            rows.lineage.add(edge)
        return rows.versions.by_id(version_id)

    def again(self, version_id: str) -> Logged:
        """Say of the version that has the same content what is said of this one."""
        with self._ctx.catalog.write() as rows:
            artifact, _ = rows.artifacts.find(self._ask.name) or (None, "")
            version = rows.versions.by_id(version_id)
            if artifact is None:
                raise Conflict("it was deleted meanwhile", address=version.address)
            self._may_add(artifact)
            tags = sorted({*version.tags, *self._tags})
            if tags != version.tags and version.created_by != self._ctx.actor.handle:
                self._check_changes(artifact)
            expires = kept_longer(version.expires, self._ask.ttl, self._ctx.clock())
            longer = expires != version.expires
            kept = replace(version, tags=tags, expires=expires)
            if kept != version:
                rows.versions.change(version_id, kept)
            version = self._note(rows, version, version_id)
            tell(self._ctx, rows, artifact, "changed", version.address)
            note(self._ctx, rows, "artifacts.log", version.address)
        return Logged(version=version, is_new=False, kept_longer=longer)
