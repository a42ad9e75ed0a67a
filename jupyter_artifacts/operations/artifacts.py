"""Artifacts: list, look at, describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from jupyter_artifacts import policy
from jupyter_artifacts.errors import InvalidRequest, NotFound
from jupyter_artifacts.operations.artifact_places import (
    AliasVersions,
    AtArtifact,
    Readers,
    artifact_at,
    check_alias,
    tell,
)
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.owners import asker_of
from jupyter_artifacts.operations.ranges import PageSize
from jupyter_artifacts.operations.table import (
    CHANGE_ARTIFACT,
    SEE,
    Kind,
    operation,
)
from jupyter_artifacts.records.artifacts import (
    Artifact,
    ArtifactVersion,
    Visibility,
)
from jupyter_artifacts.records.base import Page, Record

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows


class ArtifactsAsk(Record, frozen=True, kw_only=True):
    """A page of artifacts."""

    limit: PageSize = 100
    cursor: str | None = None


class EditArtifact(AtArtifact, frozen=True, kw_only=True):
    """What an artifact says of itself from now on; None leaves a thing as it is.

    Attributes:
        description: for people.
        visibility: who may know of it.
        readers: handles of who may see it while it is private.
        aliases: alias → the version that it names from now on, "" for none any more;
            others stay as they are. All of them are set, or none.
    """

    description: str | None = None
    visibility: Visibility | None = None
    readers: Readers | None = None
    aliases: AliasVersions | None = None


class AtAlias(AtArtifact, frozen=True, kw_only=True):
    """An alias of an artifact."""

    alias: str


class SetAlias(AtAlias, frozen=True, kw_only=True):
    """An alias, and the version it names from now on."""

    version: str


@operation("artifacts.list", "GET artifacts", needs=SEE, kind=Kind.PAGE)
def list_all(ctx: Context, ask: ArtifactsAsk) -> Page[Artifact]:
    """Return the artifacts of the team, by name."""
    asker = asker_of(ctx)
    with ctx.catalog.read() as rows:
        return rows.artifacts.page(
            lambda each: policy.may_know(asker, each),
            limit=ask.limit,
            cursor=ask.cursor,
        )


@operation("artifacts.get", "GET artifacts/{name}", needs=SEE)
def get(ctx: Context, ask: AtArtifact) -> Artifact:
    """Return an artifact."""
    with ctx.catalog.read() as rows:
        return artifact_at(ctx, rows, ask.name)[0]


@operation("artifacts.edit", "PATCH artifacts/{name}", needs=CHANGE_ARTIFACT)
def edit(ctx: Context, ask: EditArtifact) -> Artifact:
    """Describe an artifact of mine, say who may know of it, and move its aliases."""
    with ctx.catalog.write() as rows:
        artifact, identity = artifact_at(ctx, rows, ask.name)
        changed = artifact
        if ask.description is not None:
            changed = replace(changed, description=ask.description)
        if ask.visibility is not None:
            changed = replace(changed, visibility=ask.visibility)
        if ask.readers is not None:
            changed = replace(changed, readers=check_readers(rows, ask.readers))
        if changed != artifact or not ask.aliases:
            rows.artifacts.change(identity, changed)
            tell(ctx, rows, changed, "changed", changed.address)
        for alias, version in (ask.aliases or {}).items():
            if version:
                _set(ctx, rows, (changed, identity), alias, version)
            else:
                _take(ctx, rows, (changed, identity), alias)
        return artifact_at(ctx, rows, ask.name)[0]


def check_readers(rows: Rows, readers: list[str]) -> list[str]:
    """Return handles as the team writes them; an unknown one is `NotFound`."""
    try:
        return sorted({rows.members.get(handle).handle for handle in readers})
    except NotFound as error:
        add = f"jupyter artifacts team add {error.address}"
        hint = error.hint or f"who was never seen is added by an admin: {add}"
        raise NotFound(error.message, address=error.address, hint=hint) from error


@operation(
    "artifacts.alias", "PUT artifacts/{name}/aliases/{alias}", needs=CHANGE_ARTIFACT
)
def set_alias(ctx: Context, ask: SetAlias) -> ArtifactVersion:
    """Let an alias of an artifact of mine name a version."""
    with ctx.catalog.write() as rows:
        found = artifact_at(ctx, rows, ask.name)
        return rows.versions.by_id(_set(ctx, rows, found, ask.alias, ask.version))


@operation(
    "artifacts.unalias",
    "DELETE artifacts/{name}/aliases/{alias}",
    needs=CHANGE_ARTIFACT,
)
def remove_alias(ctx: Context, ask: AtAlias) -> Artifact:
    """Take an alias of an artifact of mine away."""
    with ctx.catalog.write() as rows:
        _take(ctx, rows, artifact_at(ctx, rows, ask.name), ask.alias)
        return artifact_at(ctx, rows, ask.name)[0]


def _set(
    ctx: Context, rows: Rows, found: tuple[Artifact, str], alias: str, named: str
) -> str:
    """Let an alias name a version; return the version's id."""
    artifact, identity = found
    check_alias(alias, artifact.address)
    version, version_id = rows.versions.get(artifact, identity, named)
    rows.artifacts.set_alias(identity, alias, version_id)
    data = {"alias": alias, "by": ctx.actor.handle}
    tell(ctx, rows, artifact, "changed", version.address, data)
    return version_id


def _take(ctx: Context, rows: Rows, found: tuple[Artifact, str], alias: str) -> None:
    """Take an alias away; one that is not there is `InvalidRequest`."""
    artifact, identity = found
    check_alias(alias, artifact.address)
    if not rows.artifacts.remove_alias(identity, alias):
        msg = f"it has no alias {alias!r}"
        names = ", ".join(artifact.aliases)
        hint = f"it has {names}" if names else "it has none"
        raise InvalidRequest(msg, address=artifact.address, hint=hint)
    data = {"alias": alias, "by": ctx.actor.handle}
    tell(ctx, rows, artifact, "changed", artifact.address, data)
