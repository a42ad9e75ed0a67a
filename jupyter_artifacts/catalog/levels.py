"""One level of a manifest's tree, page by page: folders first, then files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader
from jupyter_artifacts.catalog.manifests import ManifestChunks
from jupyter_artifacts.catalog.schema import assets, folders
from jupyter_artifacts.records.assets import Asset, Entry
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

CAP: Final = 10_000
_read = document_reader(Asset)
_FOLDER, _FILE = 0, 1


def level(
    connection: Connection,
    manifest_id: str,
    prefix: str,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Entry]:
    """Return a page of what lies in the folder `prefix` itself, by name."""
    listing = f"{manifest_id}\0{prefix}"
    kind, name = _FOLDER, ""
    if cursor is not None:
        kind, name = from_cursor(listing, cursor, tuple[int, str])
    found: list[Entry] = []
    if kind == _FOLDER:
        found = _folders(connection, manifest_id, prefix, name, limit + 1)
        name = ""
    if len(found) <= limit:
        left = limit + 1 - len(found)
        found += _files(connection, manifest_id, prefix, name, left)
    page = found[:limit]
    more = len(found) > limit and page
    total = _total(connection, manifest_id, prefix)
    return Page(
        items=page,
        cursor=to_cursor(listing, _place(page[-1])) if more else None,
        total=min(total, CAP),
        total_capped=total > CAP,
    )


def _place(entry: Entry) -> tuple[int, str]:
    return _FOLDER if entry.asset is None else _FILE, entry.name


def _folders(
    connection: Connection, manifest_id: str, prefix: str, after: str, limit: int
) -> list[Entry]:
    c = folders.c
    found = connection.execute(
        select(folders)
        .where(c.manifest == manifest_id, c.parent == prefix, c.name > after)
        .order_by(c.name)
        .limit(limit)
    )
    return [
        Entry(
            name=row.name,
            address=row.path,
            kind="folder",
            size=row.size,
            count=row.files,
            modified=row.modified,
        )
        for row in found
    ]


def _files(
    connection: Connection, manifest_id: str, prefix: str, after: str, limit: int
) -> list[Entry]:
    chunks = ManifestChunks(connection)
    if chunks.there(manifest_id):
        found = chunks.level(manifest_id, prefix, after=after, limit=limit)
        return [_entry(stored.asset) for stored in found]
    c = assets.c
    rows = connection.scalars(
        select(c.doc)
        .where(c.manifest == manifest_id, c.parent == prefix, c.name > after)
        .order_by(c.name)
        .limit(limit)
    )
    return [_entry(_read(doc)) for doc in rows]


def _entry(asset: Asset) -> Entry:
    return Entry(
        name=asset.path.rpartition("/")[2],
        address=asset.path,
        kind="file",
        size=asset.size,
        modified=asset.modified,
        asset=asset,
    )


def _total(connection: Connection, manifest_id: str, prefix: str) -> int:
    """Return how many there are, counted a little further than the cap at most."""

    def counted(column: ColumnElement[Any], *where: ColumnElement[bool]) -> int:
        some = select(column).where(*where).limit(CAP + 1).subquery()
        return connection.scalar(select(func.count()).select_from(some)) or 0

    f, a = folders.c, assets.c
    found = counted(f.name, f.manifest == manifest_id, f.parent == prefix)
    if found <= CAP:
        found += ManifestChunks(connection).count(manifest_id, prefix)
    if found <= CAP:
        found += counted(a.name, a.manifest == manifest_id, a.parent == prefix)
    return found
