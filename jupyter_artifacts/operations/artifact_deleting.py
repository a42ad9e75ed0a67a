"""Deleting versions and artifacts: nothing that something else depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import Conflict, NotFound
from jupyter_artifacts.operations.artifact_places import (
    AtArtifact,
    AtArtifactVersion,
    artifact_at,
    artifact_prefix,
    tell,
)
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.operations.table import DELETE_ARTIFACT, operation
from jupyter_artifacts.policy import Action
from jupyter_artifacts.records.artifacts import LATEST, node_of
from jupyter_artifacts.records.base import Ok

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.operations.context import Catalog
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.artifacts import ArtifactVersion

_NAMED = 3


class DeleteArtifact(AtArtifact, frozen=True, kw_only=True):
    """Which artifact, and why when it is someone else's."""

    reason: str = ""


class DeleteVersion(AtArtifactVersion, frozen=True, kw_only=True):
    """Which version, and why when it is of someone else's artifact."""

    reason: str = ""


@operation("versions.delete", "DELETE versions/{name}/{version}", needs=DELETE_ARTIFACT)
def delete_version(ctx: Context, ask: DeleteVersion) -> Ok:
    """Delete a version that nothing depends on, and the bytes only it needs."""
    with ctx.catalog.write() as rows:
        artifact, identity = artifact_at(ctx, rows, ask.name, Action.DELETE)
        version, version_id = rows.versions.get(artifact, identity, ask.version)
        _check_alone(rows, version, version_id)
        _delete(rows, version_id, ctx.clock())
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        tell(ctx, rows, artifact, "deleted", version.address, data)
    return _emptied(ctx, version.address)


@operation("artifacts.delete", "DELETE artifacts/{name}", needs=DELETE_ARTIFACT)
def delete(ctx: Context, ask: DeleteArtifact) -> Ok:
    """Delete an artifact with all its versions, none of which something depends on."""
    with ctx.catalog.write() as rows:
        artifact, identity = artifact_at(ctx, rows, ask.name, Action.DELETE)
        nodes = [node_of("artifact", each) for each in rows.versions.ids(identity)]
        _check_unused(rows, nodes, artifact.address)
        rows.lineage.forget(nodes)
        rows.artifacts.delete(identity)
        prefixes = [artifact_prefix(identity), *rows.held.forget(identity)]
        rows.doomed.add(prefixes, ctx.clock())
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        tell(ctx, rows, artifact, "deleted", artifact.address, data)
    return _emptied(ctx, artifact.address)


def delete_expired(catalog: Catalog, now: float, *, limit: int = 100) -> list[str]:
    """Delete versions whose time is over and that nothing depends on.

    Their bytes are noted as doomed.

    Returns:
        Their addresses.
    """
    with catalog.read() as rows:
        found = rows.versions.expired(now, limit=limit)
    gone = []
    for version_id in found:
        with catalog.write() as rows:
            # somebody may need it by now, or have deleted it
            if not rows.versions.expired(now, limit=1, only=version_id):
                continue
            version = rows.versions.by_id(version_id)
            _delete(rows, version_id, now)
            rows.events.add("artifact", "deleted", "artifacts", now)
            gone.append(version.address)
    return gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """Versions that `delete_expired` deletes.

    Attributes:
        addresses: of those that who asks may know of.
        hidden: how many more there are.
        files: how many objects of the storage only they need.
        bytes: of those.
    """

    addresses: list[str]
    hidden: int
    files: int
    bytes: int

    @property
    def versions(self) -> int:
        """How many there are."""
        return len(self.addresses) + self.hidden


def expiring(ctx: Context, *, limit: int) -> Expiring:
    """Return what `delete_expired` deletes now, and what of the storage it frees."""
    with ctx.catalog.read() as rows:
        found = rows.versions.expired(ctx.clock(), limit=limit)
        files, many = rows.held.alone(found)
        addresses = [_known(ctx, rows, version_id) for version_id in found]
    known = [address for address in addresses if address]
    hidden = len(addresses) - len(known)
    return Expiring(addresses=known, hidden=hidden, files=files, bytes=many)


def _known(ctx: Context, rows: Rows, version_id: str) -> str:
    """Return a version's address; "" when who asks may not know of it."""
    version = rows.versions.by_id(version_id)
    try:
        artifact_at(ctx, rows, version.artifact)
    except NotFound:
        return ""
    return version.address


def _check_alone(rows: Rows, version: ArtifactVersion, version_id: str) -> None:
    """Raise `Conflict` while something depends on a version."""
    if aliases := [alias for alias in version.aliases if alias != LATEST]:
        msg = f"its alias {aliases[0]!r} names it"
        hint = "let the alias name another version, or take it away"
        raise Conflict(msg, address=version.address, hint=hint)
    _check_unused(rows, [node_of("artifact", version_id)], version.address)


def _check_unused(rows: Rows, nodes: Sequence[str], address: str) -> None:
    edges = rows.lineage.out_of(nodes, limit=_NAMED + 1)
    if not edges:
        return
    said = [
        f"{edge.target_address} ({edge.source_address} as {edge.role})"
        for edge in edges[:_NAMED]
    ]
    more = " and others" if len(edges) > _NAMED else ""
    msg = f"it is used by {', '.join(said)}{more}"
    raise Conflict(msg, address=address, hint="it stays as long as they do")


def _delete(rows: Rows, version_id: str, now: float) -> None:
    rows.lineage.forget([node_of("artifact", version_id)])
    rows.doomed.remove(rows.held.release(version_id), now)
    rows.versions.delete(version_id)


def _emptied(ctx: Context, address: str) -> Ok:
    """Delete doomed bytes; what cannot be is tried again while a server runs."""
    failed = empty(ctx.catalog, ctx.storage, ctx.clock())
    message = f"deleted {address}"
    if failed:
        message += (
            "; bytes of it are still in the storage, and tried again while a server "
            f"runs: {failed[0]}"
        )
    return Ok(message=message, address=address)
