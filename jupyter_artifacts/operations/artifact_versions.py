"""Versions of artifacts: list, look into, read, describe."""

from __future__ import annotations

from msgspec.structs import replace

from jupyter_artifacts.addresses import AssetPath, artifact_address
from jupyter_artifacts.operations.artifact_places import (
    AtArtifact,
    AtArtifactVersion,
    artifact_at,
    check_tags,
    tell,
    version_at,
)
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.files import level_below
from jupyter_artifacts.operations.places import content_of
from jupyter_artifacts.operations.ranges import (  # noqa: TC001 - msgspec reads them
    PageSize,
    Tags,
    TreePageSize,
)
from jupyter_artifacts.operations.table import (
    CHANGE_VERSION,
    SEE,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.records.artifacts import ArtifactVersion
from jupyter_artifacts.records.assets import Asset, Entry
from jupyter_artifacts.records.base import JsonObject, Page


class VersionsAsk(AtArtifact, frozen=True, kw_only=True):
    """A page of an artifact's versions."""

    limit: PageSize = 100
    cursor: str | None = None


class ArtifactTree(AtArtifactVersion, frozen=True, kw_only=True):
    """One level of a version's files.

    Attributes:
        prefix: the folder; "" for the top.
        limit: at most this many lines, up to 5,000.
        cursor: of the page before.
    """

    prefix: str = ""
    limit: TreePageSize = 1000
    cursor: str | None = None


class VersionFiles(AtArtifactVersion, frozen=True, kw_only=True):
    """A page of all files of a version."""

    limit: TreePageSize = 1000
    cursor: str | None = None


class AtArtifactFile(AtArtifactVersion, frozen=True, kw_only=True):
    """A file of a version."""

    path: str


class EditVersion(AtArtifactVersion, frozen=True, kw_only=True):
    """What a version says of itself from now on; None leaves a thing as it is.

    Attributes:
        description: for people.
        metadata: merged into the metadata, key by key.
        tags: all its tags.
    """

    description: str | None = None
    metadata: JsonObject | None = None
    tags: Tags | None = None


@operation("versions.list", "GET versions/{name}", needs=SEE, kind=Kind.PAGE)
def list_all(ctx: Context, ask: VersionsAsk) -> Page[ArtifactVersion]:
    """Return the versions of an artifact, newest first."""
    with ctx.catalog.read() as rows:
        _, identity = artifact_at(ctx, rows, ask.name)
        return rows.versions.page(identity, limit=ask.limit, cursor=ask.cursor)


@operation("versions.get", "GET versions/{name}/{version}", needs=SEE)
def get(ctx: Context, ask: AtArtifactVersion) -> ArtifactVersion:
    """Return a version of an artifact."""
    with ctx.catalog.read() as rows:
        return version_at(ctx, rows, ask.name, ask.version)[0]


@operation("versions.edit", "PATCH versions/{name}/{version}", needs=CHANGE_VERSION)
def edit(ctx: Context, ask: EditVersion) -> ArtifactVersion:
    """Describe or tag a version that I logged, or of an artifact of mine."""
    with ctx.catalog.write() as rows:
        artifact, identity = artifact_at(ctx, rows, ask.name)
        version, version_id = rows.versions.get(artifact, identity, ask.version)
        changed = version
        if ask.description is not None:
            changed = replace(changed, description=ask.description)
        if ask.metadata is not None:
            merged = {**changed.metadata, **ask.metadata}
            changed = replace(changed, metadata=merged)
        if ask.tags is not None:
            changed = replace(changed, tags=check_tags(ask.tags))
        rows.versions.change(version_id, changed)
        tell(ctx, rows, artifact, "changed", changed.address)
        return changed


@operation(
    "versions.files", "GET versions/{name}/{version}/files", needs=SEE, kind=Kind.PAGE
)
def files(ctx: Context, ask: VersionFiles) -> Page[Asset]:
    """Return all files of a version, folder by folder, and what it links to."""
    with ctx.catalog.read() as rows:
        _, manifest = version_at(ctx, rows, ask.name, ask.version)
        return rows.assets.page(manifest, limit=ask.limit, cursor=ask.cursor)


@operation(
    "artifacts.tree", "GET artifacts/{name}/{version}", needs=SEE, kind=Kind.PAGE
)
def tree(ctx: Context, ask: ArtifactTree) -> Page[Entry]:
    """Return one level of a version's files."""
    with ctx.catalog.read() as rows:
        version, manifest = version_at(ctx, rows, ask.name, ask.version)
        place = artifact_address(version.artifact, version.version).tree
        return level_below(rows, manifest, place, ask.prefix, ask.limit, ask.cursor)


@operation(
    "artifacts.read",
    "GET artifacts/{name}/{version}/{path*}",
    needs=SEE,
    kind=Kind.BYTES,
)
def read(ctx: Context, ask: AtArtifactFile) -> Content:
    """Return the bytes of a file of a version."""
    path = AssetPath(ask.path)
    with ctx.catalog.read() as rows:
        version, manifest = version_at(ctx, rows, ask.name, ask.version)
        stored = rows.assets.get(manifest, path.text)
    return content_of(ctx, stored, f"{version.address}/{path}")
