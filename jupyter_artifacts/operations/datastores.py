"""Datastores: register a folder, update it, look into it, delete it."""

from __future__ import annotations

from jupyter_artifacts.addresses import (
    AssetPath,
    check_name,
    datastore_address,
)
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.datastore_copying import copy_listed
from jupyter_artifacts.operations.datastore_files import list_files
from jupyter_artifacts.operations.drafts import draft
from jupyter_artifacts.operations.emptying import deleted, empty_folders
from jupyter_artifacts.operations.files import level_below
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.places import (
    Nothing,
    content_of,
    datastore_prefix,
    version_prefix,
)
from jupyter_artifacts.operations.ranges import TreePageSize
from jupyter_artifacts.operations.sessions import DEAD
from jupyter_artifacts.operations.table import (
    CHANGE_DATASTORE,
    DELETE_DATASTORE,
    MAKE,
    SEE,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.records.assets import Entry
from jupyter_artifacts.records.base import Ok, Page, Record
from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
from jupyter_artifacts.records.ids import new_id


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
        limit: at most this many lines, up to 5,000.
        cursor: of the page before.
    """

    prefix: str = ""
    limit: TreePageSize = 1000
    cursor: str | None = None


class AtVersionFile(AtVersion, frozen=True, kw_only=True):
    """A file of a version."""

    path: str


class CreateDatastore(AtDatastore, frozen=True, kw_only=True):
    """A new datastore, and the folder its v1 is copied from.

    Attributes:
        source: the folder.
        description: for people.
        hidden: whether files and folders whose names begin with a dot go with it;
            they often hold passwords and histories.
        sha256: whether SHA-256 is recorded of every file beside BLAKE3.
    """

    source: str
    description: str = ""
    hidden: bool = False
    sha256: bool = False


class UpdateDatastore(AtDatastore, frozen=True, kw_only=True):
    """A datastore, and the folder its next version is copied from.

    Attributes:
        source: "" for the folder the newest version came from.
        hidden: whether files and folders whose names begin with a dot go with it.
        sha256: whether SHA-256 is recorded of every file beside BLAKE3.
    """

    source: str = ""
    hidden: bool = False
    sha256: bool = False


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
    """Register a datastore; its v1 is a copy of a folder as it is now.

    Hidden files and folders are left out unless asked for; the version says how many.
    """
    check_name(ask.name, "datastore")
    source = resolve_folder(ctx, ask.source, must_exist=True)
    listing = list_files(source, hidden=ask.hidden)
    identity, version_id = new_id(), new_id()
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
    with draft(ctx, version_id, datastore_prefix(identity)):
        version = copy_listed(
            ctx, identity, version_id, listing, source=str(source), sha256=ask.sha256
        )
        with ctx.catalog.write() as rows:
            rows.datastores.create(datastore, identity)
            rows.datastores.add_version(ask.name, version, version_id)
            made = rows.datastores.get(ask.name)
            rows.events.add("datastore", "created", made.address, ctx.clock())
            note(ctx, rows, "datastores.create", made.address)
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
    """Add the next version of a datastore of mine; older ones stay as they are.

    Hidden files and folders are left out unless asked for; the version says how many.
    """
    with ctx.catalog.read() as rows:
        datastore = rows.datastores.get(ask.name)
        identity = rows.datastores.id_of(ask.name)
    given = ask.source or datastore.versions[-1].source
    source = resolve_folder(ctx, given, must_exist=True)
    listing = list_files(source, hidden=ask.hidden)
    version_id = new_id()
    with draft(ctx, version_id, version_prefix(identity, version_id)):
        version = copy_listed(
            ctx, identity, version_id, listing, source=str(source), sha256=ask.sha256
        )
        with ctx.catalog.write() as rows:
            if rows.datastores.id_of(ask.name) != identity:
                msg = "somebody deleted it meanwhile, and made another of this name"
                raise Conflict(msg, address=datastore.address, hint="look at it first")
            added = rows.datastores.add_version(ask.name, version, version_id)
            rows.events.add("datastore", "changed", datastore.address, ctx.clock())
    return added


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
    """Delete a datastore that no living session has attached, with all its versions."""
    with ctx.catalog.write() as rows:
        datastore = rows.datastores.get(ask.name)
        lately = ctx.clock() - DEAD
        if attached := rows.sessions.attachments_of(
            datastore.address, seen_after=lately
        ):
            session, attachment = attached[0]
            msg = f"{session.owner}'s session has {attachment.address} attached"
            raise Conflict(msg, address=datastore.address, hint="detach it there first")
        identity = rows.datastores.id_of(ask.name)
        rows.datastores.delete(ask.name)
        gone = [datastore_prefix(identity)]
        rows.doomed.add(gone, ctx.clock())
        data = {"by": ctx.actor.handle, "reason": ask.reason}
        rows.events.add("datastore", "deleted", datastore.address, ctx.clock(), data)
    failed = empty_folders(ctx.catalog, ctx.storage, gone)
    return deleted(datastore.address, failed)
