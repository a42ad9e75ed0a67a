"""Datastores: register a folder, update it, look into it, delete it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import (
    AssetPath,
    check_name,
    datastore_address,
    reason_against_path,
)
from jupyter_artifacts.errors import Conflict, InvalidRequest
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.files import level_below, store
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.places import (
    Nothing,
    content_of,
    datastore_prefix,
)
from jupyter_artifacts.operations.table import (
    CHANGE_DATASTORE,
    DELETE_DATASTORE,
    MAKE,
    SEE,
    Body,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.records.assets import Asset, Entry
from jupyter_artifacts.records.base import Ok, Page, Record
from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
from jupyter_artifacts.records.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.rows import Rows


class AtDatastore(Record, frozen=True, kw_only=True):
    """A datastore."""

    name: str


class AtVersion(AtDatastore, frozen=True, kw_only=True):
    """A version of a datastore, e.g. "v1"."""

    version: str


class VersionTree(AtVersion, frozen=True, kw_only=True):
    """One level of a version's files.

    Attributes:
        prefix: the folder; "" for the top.
        limit: at most this many lines.
        cursor: of the page before.
    """

    prefix: str = ""
    limit: int = 1000
    cursor: str | None = None


class AtVersionFile(AtVersion, frozen=True, kw_only=True):
    """A file of a version."""

    path: str


class CreateDatastore(AtDatastore, frozen=True, kw_only=True):
    """A new datastore, and the folder its v1 is copied from."""

    source: str
    description: str = ""


class UpdateDatastore(AtDatastore, frozen=True, kw_only=True):
    """A datastore, and the folder its next version is copied from.

    Attributes:
        source: "" for the folder the newest version came from.
    """

    source: str = ""


class DeleteDatastore(AtDatastore, frozen=True, kw_only=True):
    """Which datastore, and why when it is someone else's."""

    reason: str = ""


@operation("datastores.list", "GET datastores", needs=SEE)
def list_all(ctx: Context, ask: Nothing) -> list[Datastore]:  # noqa: ARG001
    """Return every datastore of the team."""
    with ctx.catalog.read() as rows:
        return rows.datastores.all()


@operation("datastores.get", "GET datastores/{name}", needs=SEE)
def get(ctx: Context, ask: AtDatastore) -> Datastore:
    """Return a datastore and its versions."""
    with ctx.catalog.read() as rows:
        return rows.datastores.get(ask.name)


@operation("datastores.create", "POST datastores", needs=MAKE)
def create(ctx: Context, ask: CreateDatastore) -> Datastore:
    """Register a datastore; its v1 is a copy of a folder as it is now."""
    check_name(ask.name, "datastore")
    source = resolve_folder(ctx, ask.source, must_exist=True)
    files = list(_files(source))
    identity = new_id()
    datastore = Datastore(
        name=ask.name,
        address=datastore_address(ask.name).tree,
        owner=ctx.actor.handle,
        description=ask.description,
        created=ctx.clock(),
        versions=[],
    )
    with ctx.catalog.read() as rows:
        if taken := [d for d in rows.datastores.all() if _same(d.name, ask.name)]:
            raise _taken(taken[0])
    try:
        version, assets = _copy(ctx, identity, ask.name, 1, source, files)
        with ctx.catalog.write() as rows:
            rows.datastores.create(datastore, identity)
            _record(rows, ask.name, version, assets)
            made = rows.datastores.get(ask.name)
            rows.events.add("datastore", "created", made.address, ctx.clock())
    except BaseException:
        ctx.storage.delete(datastore_prefix(identity))
        raise
    return made


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _taken(datastore: Datastore) -> Conflict:
    msg = f"{datastore.owner} has a datastore of this name"
    hint = "choose another name"
    return Conflict(msg, address=datastore.address, hint=hint)


@operation(
    "datastores.update", "POST datastores/{name}/versions", needs=CHANGE_DATASTORE
)
def update(ctx: Context, ask: UpdateDatastore) -> DatastoreVersion:
    """Add the next version of a datastore of mine; older ones stay as they are."""
    with ctx.catalog.read() as rows:
        datastore = rows.datastores.get(ask.name)
        identity = rows.datastores.id_of(ask.name)
    newest = datastore.versions[-1]
    given = ask.source or newest.source
    source = resolve_folder(ctx, given, must_exist=True)
    number = newest.number + 1
    prefix = f"{datastore_prefix(identity)}/v{number}"
    try:
        version, assets = _copy(
            ctx, identity, datastore.name, number, source, list(_files(source))
        )
        with ctx.catalog.write() as rows:
            added = _record(rows, datastore.name, version, assets)
            rows.events.add("datastore", "changed", datastore.address, ctx.clock())
    except BaseException:
        ctx.storage.delete(prefix)
        raise
    return added


def _copy(
    ctx: Context,
    identity: str,
    name: str,
    number: int,
    source: Path,
    files: list[str],
) -> tuple[DatastoreVersion, list[tuple[Asset, str]]]:
    prefix = f"{datastore_prefix(identity)}/v{number}"
    assets = []
    for text in files:
        path = AssetPath(text)
        key = f"{prefix}/{path}"
        assets.append((store(ctx, key, path, Body(path=path.inside(source))), key))
    ctx.storage.freeze(prefix)
    version = DatastoreVersion(
        address=datastore_address(name, f"v{number}").tree,
        version=f"v{number}",
        number=number,
        bytes=sum(asset.size for asset, _ in assets),
        files=len(assets),
        created=ctx.clock(),
        created_by=ctx.actor.handle,
        source=str(source),
        uri=ctx.storage.uri(prefix),
    )
    return version, assets


def _record(
    rows: Rows,
    name: str,
    version: DatastoreVersion,
    assets: list[tuple[Asset, str]],
) -> DatastoreVersion:
    version_id = new_id()
    added: DatastoreVersion = rows.datastores.add_version(name, version, version_id)
    if added.number != version.number:
        msg = f"somebody else has just made {added.version}"
        raise Conflict(msg, address=added.address, hint="try again")
    for asset, key in assets:
        rows.assets.put(version_id, asset, key)
    return added


def _files(source: Path) -> Iterator[str]:
    """Yield every file below `source`, hidden ones too, links inside it followed."""
    root = source.resolve()
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in [*sorted(names), *_linked_folders(folder, folders)]:
            full = Path(folder, name)
            relative = full.relative_to(root).as_posix()
            if reason := reason_against_path(relative) or _against(full, root):
                msg = f"{relative!r} cannot be part of a datastore: {reason}"
                raise InvalidRequest(msg, address=str(source), hint="remove it first")
            yield relative


def _linked_folders(folder: str, folders: list[str]) -> list[str]:
    return [name for name in folders if Path(folder, name).is_symlink()]


def _against(path: Path, root: Path) -> str:
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root):
            return "it is a link that leaves the folder"
        if target.is_dir():
            return "it is a link to a folder"
    if not path.exists():
        return "it is a link to nothing"
    return "" if path.is_file() else "it is no regular file"


@operation(
    "datastores.tree", "GET datastores/{name}/{version}", needs=SEE, kind=Kind.PAGE
)
def tree(ctx: Context, ask: VersionTree) -> Page[Entry]:
    """Return one level of a version's files."""
    with ctx.catalog.read() as rows:
        version, manifest = rows.datastores.version(ask.name, ask.version)
        return level_below(
            rows, manifest, version.address, ask.prefix, ask.limit, ask.cursor
        )


@operation(
    "datastores.read",
    "GET datastores/{name}/{version}/{path*}",
    needs=SEE,
    kind=Kind.BYTES,
)
def read(ctx: Context, ask: AtVersionFile) -> Content:
    """Return the bytes of a file of a version."""
    path = AssetPath(ask.path)
    with ctx.catalog.read() as rows:
        version, manifest = rows.datastores.version(ask.name, ask.version)
        stored = rows.assets.get(manifest, path.text)
    return content_of(ctx, stored, f"{version.address}/{path}")


@operation("datastores.delete", "DELETE datastores/{name}", needs=DELETE_DATASTORE)
def delete(ctx: Context, ask: DeleteDatastore) -> Ok:
    """Delete a datastore that no session has attached, with all its versions."""
    with ctx.catalog.write() as rows:
        datastore = rows.datastores.get(ask.name)
        if attached := rows.sessions.attachments_of(datastore.address):
            session, attachment = attached[0]
            msg = f"{session.owner}'s session has {attachment.address} attached"
            raise Conflict(msg, address=datastore.address, hint="detach it there first")
        identity = rows.datastores.id_of(ask.name)
        rows.datastores.delete(ask.name)
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        rows.events.add("datastore", "deleted", datastore.address, ctx.clock(), data)
    ctx.storage.delete(datastore_prefix(identity))
    message = f"deleted {datastore.address} and its bytes"
    return Ok(message=message, address=datastore.address)
