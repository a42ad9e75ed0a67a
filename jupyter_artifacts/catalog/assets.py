"""Files of manifests, and the folders above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import (
    Row,
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
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import assets, checkpoints, folders, uncaptured
from jupyter_artifacts.catalog.schema import experiments as experiment_rows
from jupyter_artifacts.catalog.upkeep import (
    find_experiment,
    keep_experiment,
    read_experiment,
)
from jupyter_artifacts.records.assets import Asset, Entry, StoredAsset, Uncaptured
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_CAP: Final = 10_000
_read = document_reader(Asset)


class AssetRows:
    """Files of manifests, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, manifest_id: str, asset: Asset, key: str) -> Asset:
        """Add or replace a file (its revision grows); counts are kept up to date."""
        path = AssetPath(asset.path)
        row = self._row(manifest_id, asset.path)
        before = _read(row.doc) if row else None
        kept = replace(asset, revision=before.revision + 1 if before else 1)
        values = {
            "size": kept.size,
            "key": key,
            "doc": to_document(kept, address=kept.path),
        }
        if before:
            here = (assets.c.manifest == manifest_id, assets.c.path == asset.path)
            self._connection.execute(update(assets).where(*here).values(values))
        else:
            place = {"manifest": manifest_id, **_place(path.parts)}
            self._connection.execute(insert(assets).values(**place, **values))
        grown = kept.size - (before.size if before else 0)
        added = 0 if before else 1
        for depth in range(1, len(path.parts)):
            self._grow(manifest_id, path.parts[:depth], kept, grown, added)
        known = self._connection.execute(
            delete(uncaptured).where(
                uncaptured.c.manifest == manifest_id, uncaptured.c.path == asset.path
            )
        )
        self._count(manifest_id, added, grown, -known.rowcount)
        return kept

    def _grow(
        self,
        manifest: str,
        parts: tuple[str, ...],
        asset: Asset,
        grown: int,
        added: int,
    ) -> None:
        c = folders.c
        place = _place(parts)
        newer = func.max if self._connection.dialect.name == "sqlite" else func.greatest
        changed = self._connection.execute(
            update(folders)
            .where(c.manifest == manifest, c.path == place["path"])
            .values(
                size=c.size + grown,
                files=c.files + added,
                modified=newer(c.modified, asset.modified),
            )
        )
        if not changed.rowcount:
            self._connection.execute(
                insert(folders).values(
                    manifest=manifest,
                    **place,
                    size=grown,
                    files=added,
                    modified=asset.modified,
                )
            )

    def _count(self, manifest_id: str, added: int, grown: int, refused: int) -> None:
        """Bring the experiment's sums up to date, if it is one's or a checkpoint's."""
        found = find_experiment(self._connection, manifest_id)
        if found:
            seq, old = found
            new = replace(
                old,
                file_count=old.file_count + added,
                artifact_bytes=old.artifact_bytes + grown,
                uncaptured=old.uncaptured + refused,
            )
            keep_experiment(self._connection, seq, old, new)
            return
        mine = checkpoints.c.uuid == manifest_id
        self._connection.execute(
            update(checkpoints).where(mine).values(bytes=checkpoints.c.bytes + grown)
        )
        owner = self._connection.execute(
            select(experiment_rows.c.seq, experiment_rows.c.doc)
            .join(checkpoints, checkpoints.c.experiment == experiment_rows.c.seq)
            .where(mine)
        ).first()
        if owner:
            old = read_experiment(owner.doc)
            new = replace(
                old,
                total_checkpoint_size=old.total_checkpoint_size + grown,
                artifact_bytes=old.artifact_bytes + grown,
            )
            keep_experiment(self._connection, owner.seq, old, new)

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
            self._count(manifest_id, 0, 0, 1)

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


def _place(parts: tuple[str, ...]) -> dict[str, str]:
    return {
        "path": "/".join(parts),
        "parent": "/".join(parts[:-1]),
        "name": parts[-1],
    }


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
