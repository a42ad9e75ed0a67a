"""Versions of artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, delete, exists, func, insert, literal, select, update

from jupyter_artifacts.addresses import VERSION, artifact_address
from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.doomed import DoomedRows
from jupyter_artifacts.catalog.held import HeldRows
from jupyter_artifacts.catalog.manifests import delete_manifests
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema_versions import (
    artifact_aliases,
    artifact_versions,
    artifacts,
    lineage,
)
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.records.artifacts import LATEST, ArtifactVersion
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.artifacts import Artifact

read_version = document_reader(ArtifactVersion)
_NEAR: Final = 1000
_v: Final = artifact_versions.c
_a: Final = artifact_aliases.c


class VersionRows:
    """Versions of artifacts, within one transaction. An id names the manifest, too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, artifact_id: str, version: ArtifactVersion, version_id: str
    ) -> ArtifactVersion:
        """Publish the next version of `version.artifact`; the catalog numbers it."""
        mine = artifacts.c.id == artifact_id
        newest = select(artifacts.c.newest).where(mine)
        number = (self._connection.scalars(newest).one()) + 1
        name = version.artifact
        added = replace(
            version,
            number=number,
            version=f"v{number}",
            address=artifact_address(name, f"v{number}").short,
        )
        self._connection.execute(update(artifacts).where(mine).values(newest=number))
        self._connection.execute(
            insert(artifact_versions).values(
                id=version_id,
                artifact_id=artifact_id,
                number=number,
                digest=added.digest,
                expires=added.expires,
                doc=to_document(added, address=added.address),
            )
        )
        return self.by_id(version_id)

    def change(self, version_id: str, version: ArtifactVersion) -> None:
        """Replace what a version says of itself."""
        self._connection.execute(
            update(artifact_versions)
            .where(_v.id == version_id)
            .values(
                doc=to_document(version, address=version.address),
                expires=version.expires,
            )
        )

    def delete(self, version_id: str) -> None:
        """Delete a version and its manifest's rows."""
        delete_manifests(self._connection, [version_id])
        self._connection.execute(delete(artifact_versions).where(_v.id == version_id))

    def get(
        self, artifact: Artifact, artifact_id: str, version: str
    ) -> tuple[ArtifactVersion, str]:
        """Return a version, by its number or an alias, and its id.

        Args:
            artifact: whose.
            artifact_id: its id.
            version: "v3", "latest" or "" for the newest, any other alias.

        Raises:
            NotFound: when there is none; also when the newest one was deleted.
        """
        mine = _v.artifact_id == artifact_id
        wanted = version.lower() or LATEST
        if wanted == LATEST:
            newest = select(artifacts.c.newest).where(artifacts.c.id == artifact_id)
            found = select(artifact_versions).where(
                mine, _v.number == newest.scalar_subquery()
            )
        elif VERSION.fullmatch(wanted):
            found = select(artifact_versions).where(mine, _v.number == int(wanted[1:]))
        else:
            named = select(_a.version_id).where(
                _a.artifact_id == artifact_id, _a.alias_key == wanted
            )
            found = select(artifact_versions).where(_v.id == named.scalar_subquery())
        row = self._connection.execute(found).first()
        if row is None:
            raise self._missing(artifact, artifact_id, version)
        return self._version(row), row.id

    def by_id(self, version_id: str) -> ArtifactVersion:
        """Return one version."""
        statement = select(artifact_versions).where(_v.id == version_id)
        row = self._connection.execute(statement).first()
        if row is None:
            msg = f"there is no version {version_id}"
            raise not_found(msg, address=version_id)
        return self._version(row)

    def discard(self, version_id: str, now: float) -> bool:
        """Delete the rows of a version that was never published.

        What it needed of a version that is deleted by now is doomed with it.

        Returns:
            Whether it was published: then nothing is deleted.
        """
        published = self._connection.scalar(select(_v.id).where(_v.id == version_id))
        if published is None:
            delete_manifests(self._connection, [version_id])
            alone = HeldRows(self._connection).release(version_id)
            DoomedRows(self._connection).remove(alone, now)
        return published is not None

    def of_digest(self, artifact_id: str, digest: str) -> str | None:
        """Return the id of the newest version that says the same; None for none."""
        found = self._connection.scalar(
            select(_v.id)
            .where(_v.artifact_id == artifact_id, _v.digest == digest)
            .order_by(_v.number.desc())
            .limit(1)
        )
        return None if found is None else str(found)

    def page(
        self, artifact_id: str, *, limit: int, cursor: str | None
    ) -> Page[ArtifactVersion]:
        """Return an artifact's versions, newest first."""
        mine = _v.artifact_id == artifact_id
        listing = f"versions of {artifact_id}"
        statement = select(artifact_versions).where(mine)
        if cursor is not None:
            statement = statement.where(_v.number < from_cursor(listing, cursor, int))
        newest = statement.order_by(_v.number.desc()).limit(limit + 1)
        found = self._connection.execute(newest).all()
        page = found[:limit]
        more = len(found) > limit and page
        total = self._connection.scalar(select(func.count()).where(mine)) or 0
        return Page(
            items=[self._version(row) for row in page],
            cursor=to_cursor(listing, page[-1].number) if more else None,
            total=total,
        )

    def ids(self, artifact_id: str) -> list[str]:
        """Return the ids of an artifact's versions, oldest first."""
        mine = select(_v.id).where(_v.artifact_id == artifact_id)
        return list(self._connection.scalars(mine.order_by(_v.number)))

    def expired(self, now: float, *, limit: int, only: str = "") -> list[str]:
        """Return ids of versions kept until now that have no alias and no use.

        Args:
            now: seconds since 1970.
            limit: at most so many, those whose time was over first.
            only: the id of the one that is asked about; "" for all.
        """
        statement = select(_v.id).where(
            _v.expires <= now,
            ~exists().where(_a.version_id == _v.id),
            ~exists().where(lineage.c.source == literal("artifact:") + _v.id),
        )
        if only:
            statement = statement.where(_v.id == only)
        found = self._connection.scalars(statement.order_by(_v.expires).limit(limit))
        return list(found)

    def _version(self, row: Row[Any]) -> ArtifactVersion:
        newest = select(artifacts.c.newest).where(artifacts.c.id == row.artifact_id)
        latest = self._connection.scalar(newest) == row.number
        aliases = self._connection.scalars(
            select(_a.alias).where(_a.version_id == row.id).order_by(_a.alias_key)
        )
        return replace(
            read_version(row.doc), aliases=[*([LATEST] if latest else []), *aliases]
        )

    def _missing(self, artifact: Artifact, artifact_id: str, version: str) -> NotFound:
        found = self._connection.scalars(
            select(_v.number)
            .where(_v.artifact_id == artifact_id)
            .order_by(_v.number.desc())
            .limit(_NEAR)
        ).all()
        if version.lower() in {"", LATEST}:
            msg = "its newest version was deleted, and latest never moves back"
            there = f"{artifact.name}@v{found[0]}" if found else ""
            hint = f"the newest that is there is {there}" if there else ""
            address = artifact_address(artifact.name, version).short
            return NotFound(msg, address=address, hint=hint)
        known = [*artifact.aliases, *(f"v{number}" for number in found)]
        msg = f"it has no version {version}"
        address = artifact_address(artifact.name, version).short
        return not_found(msg, address=address, name=version, known=known)
