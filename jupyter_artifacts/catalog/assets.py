"""Files of manifests, and the folders above them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, and_, bindparam, delete, insert, or_, select, update

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.growth import Growth, batched, count, grow, place_of
from jupyter_artifacts.catalog.levels import CAP, level
from jupyter_artifacts.catalog.manifests import ManifestChunks, delete_manifests
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import assets, folders, uncaptured
from jupyter_artifacts.records.assets import Asset, StoredAsset, Uncaptured
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.catalog.manifest_lines import Part
    from jupyter_artifacts.records.assets import Entry

_PAGE: Final = 1000
_read = document_reader(Asset)


class AssetRows:
    """Files of manifests, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._chunks = ManifestChunks(connection)

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
        found = self._find(manifest_id, path)
        if found is None:
            near = self._near(manifest_id, path.rpartition("/")[0])
            msg = "there is no such file"
            raise not_found(msg, address=path, name=path, known=near)
        return found

    def _find(self, manifest_id: str, path: str) -> StoredAsset | None:
        row = self._row(manifest_id, path)
        if row is not None:
            return _stored(row)
        return self._chunks.find(manifest_id, path)

    def _near(self, manifest_id: str, parent: str) -> list[str]:
        if self._chunks.there(manifest_id):
            near = self._chunks.level(manifest_id, parent, after="", limit=CAP)
            return [stored.asset.path for stored in near]
        mine = (assets.c.manifest == manifest_id, assets.c.parent == parent)
        return list(
            self._connection.scalars(select(assets.c.path).where(*mine).limit(CAP))
        )

    def all(self, manifest_id: str, prefix: str = "") -> list[StoredAsset]:
        """Return the file `prefix` or every file below it, by path."""
        found = [stored for page in self.pages(manifest_id, prefix) for stored in page]
        return sorted(found, key=lambda stored: stored.asset.path)

    def pages(self, manifest_id: str, prefix: str = "") -> Iterator[list[StoredAsset]]:
        """Yield what `all` returns some at a time, folder by folder or by path."""
        if self._chunks.there(manifest_id):
            yield from self._chunks.pages(manifest_id, prefix)
            return
        path = assets.c.path
        mine = assets.c.manifest == manifest_id
        if prefix:
            # "0" is the character after "/".
            below = (path > f"{prefix}/") & (path < f"{prefix}0")
            mine = and_(mine, or_(path == prefix, below))
        last = ""
        while True:
            statement = select(assets).where(mine, path > last).order_by(path)
            rows = self._connection.execute(statement.limit(_PAGE)).all()
            if rows:
                yield [_stored(row) for row in rows]
            if len(rows) < _PAGE:
                return
            last = rows[-1].path

    def page(self, manifest_id: str, *, limit: int, cursor: str | None) -> Page[Asset]:
        """Return some lines of a manifest that never changes, folder by folder."""
        last = from_cursor(manifest_id, cursor, str) if cursor else ""
        found = self._chunks.after(manifest_id, last, limit + 1)
        items = [stored.asset for stored in found[:limit]]
        more = len(found) > limit
        return Page(
            items=items,
            cursor=to_cursor(manifest_id, items[-1].path) if more else None,
        )

    def children(
        self, manifest_id: str, prefix: str, *, limit: int, cursor: str | None
    ) -> Page[Entry]:
        """Return one level of the tree: folders first, then files, by name.

        Entries' addresses are paths below the manifest. An unknown prefix is
        `NotFound`.
        """
        self._check_folder(manifest_id, prefix)
        return level(self._connection, manifest_id, prefix, limit=limit, cursor=cursor)

    def write(self, manifest_id: str, part: Part) -> None:
        """Write a part of a manifest that never changes, see `sort_assets`."""
        self._chunks.put(manifest_id, part)

    def delete(self, manifests: Sequence[str]) -> None:
        """Delete every row of these manifests."""
        delete_manifests(self._connection, manifests)

    def _check_folder(self, manifest_id: str, prefix: str) -> None:
        if not prefix:
            return
        mine = folders.c.manifest == manifest_id
        there = select(folders.c.path).where(mine, folders.c.path == prefix)
        if self._connection.scalar(there) is None:
            parent, _, _ = prefix.rpartition("/")
            near = select(folders.c.path).where(mine, folders.c.parent == parent)
            known = self._connection.scalars(near.limit(CAP))
            is_file = self._find(manifest_id, prefix) is not None
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
