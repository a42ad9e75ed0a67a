"""Files of manifests, and the folders above them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import (
    Row,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.growth import Growth, batched, count, grow, place_of
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import assets, folders, uncaptured
from jupyter_artifacts.records.assets import Asset, Entry, StoredAsset, Uncaptured
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

_CAP: Final = 10_000
_read = document_reader(Asset)


class AssetRows:
    """Files of manifests, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, manifest_id: str, asset: Asset, key: str) -> Asset:
        """Add or replace a file (its revision grows); counts are kept up to date."""
        return self.put_all(manifest_id, [(asset, key)])[0]

    def put_all(
        self, manifest_id: str, files: Sequence[tuple[Asset, str]]
    ) -> list[Asset]:
        """Add or replace files, of different paths, at the cost of about one."""
        before = self.held(manifest_id, [asset.path for asset, _ in files])
        kept, added, changed = [], [], []
        grown: dict[tuple[str, ...], Growth] = defaultdict(Growth)
        for asset, key in files:
            parts = AssetPath(asset.path).parts
            old = before.get(asset.path)
            new = replace(asset, revision=old.revision + 1 if old else 1)
            document = to_document(new, address=new.path)
            row = {"size": new.size, "key": key, "doc": document}
            if old:
                changed.append({"at": asset.path, **row})
            else:
                added.append({"manifest": manifest_id, **place_of(parts), **row})
            for depth in range(len(parts)):
                grown[parts[:depth]].add(new, old)
            kept.append(new)
        if added:
            self._connection.execute(insert(assets), added)
        if changed:
            here = (assets.c.manifest == manifest_id, assets.c.path == bindparam("at"))
            self._connection.execute(update(assets).where(*here), changed)
        whole = grown.pop((), Growth())
        for parts, growth in grown.items():
            grow(self._connection, manifest_id, parts, growth)
        known = self._no_longer_refused(manifest_id, [asset.path for asset in kept])
        count(self._connection, manifest_id, whole, captured_now=known)
        return kept

    def held(self, manifest_id: str, paths: Sequence[str]) -> dict[str, Asset]:
        """Return those of these files that there are, by path."""
        return {
            row.path: _read(row.doc)
            for some in batched(paths)
            for row in self._connection.execute(
                select(assets.c.path, assets.c.doc).where(
                    assets.c.manifest == manifest_id, assets.c.path.in_(some)
                )
            )
        }

    def _no_longer_refused(self, manifest_id: str, paths: Sequence[str]) -> int:
        here = uncaptured.c.manifest == manifest_id
        return sum(
            self._connection.execute(
                delete(uncaptured).where(here, uncaptured.c.path.in_(some))
            ).rowcount
            for some in batched(paths)
        )

    def get(self, manifest_id: str, path: str) -> StoredAsset:
        """Return one file."""
        row = self._row(manifest_id, path)
        if row is None:
            parent, _, _ = path.rpartition("/")
            near = select(assets.c.path).where(
                assets.c.manifest == manifest_id, assets.c.parent == parent
            )
            known = self._connection.scalars(near.limit(_CAP))
            raise not_found(
                "there is no such file", address=path, name=path, known=known
            )
        return _stored(row)

    def all(self, manifest_id: str, prefix: str = "") -> list[StoredAsset]:
        """Return the file `prefix` or every file below it, by path."""
        statement = select(assets).where(assets.c.manifest == manifest_id)
        if prefix:
            # "0" is the character after "/".
            path = assets.c.path
            below = (path > f"{prefix}/") & (path < f"{prefix}0")
            statement = statement.where(or_(path == prefix, below))
        found = self._connection.execute(statement.order_by(assets.c.path))
        return [_stored(row) for row in found]

    def children(
        self, manifest_id: str, prefix: str, *, limit: int, cursor: str | None
    ) -> Page[Entry]:
        """Return one level of the tree: folders first, then files, by name.

        Entries' addresses are paths below the manifest. An unknown prefix is
        `NotFound`.
        """
        self._check_folder(manifest_id, prefix)
        f, a = folders.c, assets.c
        level = union_all(
            select(
                literal(0).label("kind"),
                f.name,
                f.path,
                f.size,
                f.files,
                f.modified,
                literal(None, type_=assets.c.doc.type).label("doc"),
            ).where(f.manifest == manifest_id, f.parent == prefix),
            select(
                literal(1), a.name, a.path, a.size, literal(1), literal(0.0), a.doc
            ).where(a.manifest == manifest_id, a.parent == prefix),
        ).subquery()
        listing = f"{manifest_id}\0{prefix}"
        statement = select(level)
        if cursor is not None:
            kind, name = from_cursor(listing, cursor, tuple[int, str])
            place = tuple_(level.c.kind, level.c.name)
            statement = statement.where(place > (kind, name))
        ordered = statement.order_by(level.c.kind, level.c.name).limit(limit + 1)
        found = self._connection.execute(ordered).all()
        page = found[:limit]
        some = select(level.c.kind).limit(_CAP + 1).subquery()
        total = self._connection.scalar(select(func.count()).select_from(some)) or 0
        more = len(found) > limit and page
        return Page(
            items=[_entry(row) for row in page],
            cursor=to_cursor(listing, (page[-1].kind, page[-1].name)) if more else None,
            total=min(total, _CAP),
            total_capped=total > _CAP,
        )

    def _check_folder(self, manifest_id: str, prefix: str) -> None:
        if not prefix:
            return
        mine = folders.c.manifest == manifest_id
        there = select(folders.c.path).where(mine, folders.c.path == prefix)
        if self._connection.scalar(there) is None:
            parent, _, _ = prefix.rpartition("/")
            near = select(folders.c.path).where(mine, folders.c.parent == parent)
            known = self._connection.scalars(near.limit(_CAP))
            is_file = self._row(manifest_id, prefix) is not None
            msg = "it is a file" if is_file else "there is no such folder"
            raise not_found(msg, address=prefix, name=prefix, known=known)

    def refuse(self, manifest_id: str, uncaptured: Uncaptured) -> None:
        """Note a file that was seen and not captured; again replaces the reason."""
        table = _uncaptured
        known = self._connection.execute(
            delete(table).where(
                table.c.manifest == manifest_id, table.c.path == uncaptured.path
            )
        )
        self._connection.execute(
            insert(table).values(
                manifest=manifest_id,
                path=uncaptured.path,
                reason=uncaptured.reason,
                seen=uncaptured.seen,
            )
        )
        if not known.rowcount:
            count(self._connection, manifest_id, Growth(), captured_now=-1)

    def uncaptured(self, manifest_id: str) -> list[Uncaptured]:
        """Return what was seen and not captured."""
        found = self._connection.execute(
            select(_uncaptured)
            .where(_uncaptured.c.manifest == manifest_id)
            .order_by(_uncaptured.c.path)
        )
        return [
            Uncaptured(path=row.path, reason=row.reason, seen=row.seen) for row in found
        ]

    def _row(self, manifest_id: str, path: str) -> Row[Any] | None:
        return self._connection.execute(
            select(assets).where(
                assets.c.manifest == manifest_id, assets.c.path == path
            )
        ).first()


_uncaptured = uncaptured


def _stored(row: Row[Any]) -> StoredAsset:
    return StoredAsset(asset=_read(row.doc), key=row.key)


def _entry(row: Row[Any]) -> Entry:
    asset = _read(row.doc) if row.doc is not None else None
    return Entry(
        name=row.name,
        address=row.path,
        kind="file" if asset else "folder",
        size=row.size,
        count=row.files,
        modified=asset.modified if asset else row.modified,
        asset=asset,
    )
