"""Artifacts, their versions and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, delete, func, insert, select, update

from jupyter_artifacts.addresses import artifact_address, check_name
from jupyter_artifacts.catalog.artifact_versions import read_version
from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.manifests import delete_manifests
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema_versions import (
    artifact_aliases,
    artifact_versions,
    artifacts,
)
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.records.artifacts import Artifact
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

_CAP: Final = 10_000
_NEAR: Final = 1000
_read = document_reader(Artifact)


class ArtifactRows:
    """Artifacts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> tuple[Artifact, str] | None:
        """Return an artifact and its id; None when there is none of this name."""
        row = self._row(name)
        return (self._artifact(row), row.id) if row else None

    def get(self, name: str, seen: Callable[[Artifact], bool]) -> tuple[Artifact, str]:
        """Return an artifact and its id, which names its folder in the storage.

        Args:
            name: its name, in any case.
            seen: whether who asks may know of an artifact.
        """
        row = self._row(name)
        address = artifact_address(name).tree
        if row is None:
            docs = self._connection.scalars(select(artifacts.c.doc).limit(_NEAR))
            known = [each.name.lower() for each in map(_read, docs) if seen(each)]
            msg = "there is no such artifact"
            raise not_found(msg, address=address, name=name.lower(), known=known)
        artifact = self._artifact(row)
        if not seen(artifact):
            msg = "it is not available"
            raise NotFound(msg, address=address)
        return artifact, row.id

    def page(
        self, seen: Callable[[Artifact], bool], *, limit: int, cursor: str | None
    ) -> Page[Artifact]:
        """Return artifacts that who asks may know of, by name."""
        last = from_cursor("artifacts", cursor, str) if cursor else ""
        found: list[Row[Any]] = []
        while len(found) <= limit:
            rows = self._connection.execute(
                select(artifacts)
                .where(artifacts.c.name_key > last)
                .order_by(artifacts.c.name_key)
                .limit(limit + 1)
            ).all()
            found += [row for row in rows if seen(_read(row.doc))]
            if len(rows) <= limit:
                break
            last = rows[-1].name_key
        page = found[:limit]
        more = len(found) > limit
        docs = self._connection.scalars(select(artifacts.c.doc).limit(_CAP + 1))
        total = sum(seen(_read(doc)) for doc in docs)
        return Page(
            items=[self._artifact(row) for row in page],
            cursor=to_cursor("artifacts", page[-1].name_key) if more else None,
            total=min(total, _CAP),
            total_capped=total > _CAP,
        )

    def create(self, artifact: Artifact, artifact_id: str) -> None:
        """Add an artifact without versions; its name is free."""
        check_name(artifact.name, "artifact")
        self._connection.execute(
            insert(artifacts).values(
                id=artifact_id,
                name_key=artifact.name.lower(),
                newest=-1,
                doc=to_document(artifact, address=artifact.address),
            )
        )

    def change(self, artifact_id: str, artifact: Artifact) -> None:
        """Replace what an artifact says of itself."""
        doc = to_document(artifact, address=artifact.address)
        mine = artifacts.c.id == artifact_id
        self._connection.execute(update(artifacts).where(mine).values(doc=doc))

    def delete(self, artifact_id: str) -> None:
        """Delete an artifact, its versions and their manifests' rows."""
        v = artifact_versions.c
        mine = select(v.id).where(v.artifact_id == artifact_id)
        delete_manifests(self._connection, self._connection.scalars(mine).all())
        self._connection.execute(delete(artifacts).where(artifacts.c.id == artifact_id))

    def set_alias(self, artifact_id: str, alias: str, version_id: str) -> None:
        """Let an alias name a version; it names no other one any more."""
        self.remove_alias(artifact_id, alias)
        self._connection.execute(
            insert(artifact_aliases).values(
                artifact_id=artifact_id,
                alias_key=alias.lower(),
                alias=alias,
                version_id=version_id,
            )
        )

    def remove_alias(self, artifact_id: str, alias: str) -> bool:
        """Take an alias away; return whether there was one."""
        a = artifact_aliases.c
        removed = self._connection.execute(
            delete(artifact_aliases).where(
                a.artifact_id == artifact_id, a.alias_key == alias.lower()
            )
        )
        return bool(removed.rowcount)

    def _row(self, name: str) -> Row[Any] | None:
        return self._connection.execute(
            select(artifacts).where(artifacts.c.name_key == name.lower())
        ).first()

    def _artifact(self, row: Row[Any]) -> Artifact:
        v, a = artifact_versions.c, artifact_aliases.c
        mine = v.artifact_id == row.id
        count = self._connection.scalar(select(func.count()).where(mine)) or 0
        newest = self._connection.execute(
            select(v.number, v.doc).where(mine).order_by(v.number.desc()).limit(1)
        ).first()
        version = read_version(newest.doc) if newest else None
        aliases = self._connection.execute(
            select(a.alias, v.number)
            .join(artifact_versions, v.id == a.version_id)
            .where(a.artifact_id == row.id)
            .order_by(a.alias_key)
        )
        return replace(
            _read(row.doc),
            versions=count,
            latest=f"v{row.newest}" if newest and newest.number == row.newest else "",
            aliases={each.alias: f"v{each.number}" for each in aliases},
            bytes=version.bytes if version else 0,
            changed=version.created if version else 0.0,
        )
