"""Datastores and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from sqlalchemy import Row, delete, insert, select

from jupyter_artifacts.addresses import check_name, datastore_address
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.manifests import delete_manifests
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import datastore_versions, datastores
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_read = document_reader(Datastore)
_read_version = document_reader(DatastoreVersion)


class DatastoreRows:
    """Datastores, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, datastore: Datastore, datastore_id: str) -> Datastore:
        """Add a datastore without versions; a taken name is `Conflict`."""
        name = check_name(datastore.name, "datastore")
        if self._row(name) is not None:
            address = datastore_address(name).tree
            msg = "a datastore of this name is there already"
            hint = f"choose another name, or add a version: `update {name}`"
            raise Conflict(msg, address=address, hint=hint)
        address = datastore_address(name).tree
        kept = replace(datastore, address=address, versions=[])
        self._connection.execute(
            insert(datastores).values(
                id=datastore_id,
                name_key=name.lower(),
                doc=to_document(kept, address=address),
            )
        )
        return kept

    def add_version(
        self, name: str, version: DatastoreVersion, version_id: str
    ) -> DatastoreVersion:
        """Publish the next version (its number is given by the catalog)."""
        datastore = self.get(name)
        number = datastore.versions[-1].number + 1 if datastore.versions else 1
        added = replace(
            version,
            number=number,
            version=f"v{number}",
            address=datastore_address(datastore.name, f"v{number}").tree,
        )
        self._connection.execute(
            insert(datastore_versions).values(
                id=version_id,
                datastore_id=self.id_of(name),
                number=number,
                doc=to_document(added, address=added.address),
            )
        )
        return added

    def discard(self, version_id: str) -> bool:
        """Delete the files' rows of a version that was never published.

        Returns:
            Whether it was published: then nothing is deleted.
        """
        published = self._connection.scalar(
            select(datastore_versions.c.id).where(datastore_versions.c.id == version_id)
        )
        if published is None:
            delete_manifests(self._connection, [version_id])
        return published is not None

    def get(self, name: str) -> Datastore:
        """Return one datastore."""
        return self._datastore(self._there(name))

    def id_of(self, name: str) -> str:
        """Return the id that names its folder in the storage."""
        return str(self._there(name).id)

    def version(self, name: str, version: str) -> tuple[DatastoreVersion, str]:
        """Return a version ("" the newest) and its id, which names its manifest."""
        found = self._versions(self._there(name).id)
        wanted = version or (f"v{found[-1].number}" if found else "")
        for row in found:
            if f"v{row.number}" == wanted:
                return _read_version(row.doc), row.id
        address = datastore_address(name, version).tree
        msg = f"the datastore has no version {version}" if version else "it has none"
        known = [f"v{row.number}" for row in found]
        raise not_found(msg, address=address, name=version, known=known)

    def all(self) -> list[Datastore]:
        """Return every datastore, by name."""
        found = self._connection.execute(
            select(datastores).order_by(datastores.c.name_key)
        ).all()
        return [self._datastore(row) for row in found]

    def delete(self, name: str) -> None:
        """Delete a datastore, its versions and their manifests' rows."""
        row = self._there(name)
        manifests = [version.id for version in self._versions(row.id)]
        delete_manifests(self._connection, manifests)
        self._connection.execute(delete(datastores).where(datastores.c.id == row.id))

    def _row(self, name: str) -> Row[Any] | None:
        return self._connection.execute(
            select(datastores).where(datastores.c.name_key == name.lower())
        ).first()

    def _there(self, name: str) -> Row[Any]:
        row = self._row(name)
        if row is None:
            known = self._connection.scalars(select(datastores.c.name_key))
            address = datastore_address(name).tree
            msg = "there is no such datastore"
            raise not_found(msg, address=address, name=name.lower(), known=known)
        return row

    def _versions(self, datastore_id: str) -> list[Row[Any]]:
        found = self._connection.execute(
            select(datastore_versions)
            .where(datastore_versions.c.datastore_id == datastore_id)
            .order_by(datastore_versions.c.number)
        )
        return list(found)

    def _datastore(self, row: Row[Any]) -> Datastore:
        versions = [_read_version(item.doc) for item in self._versions(row.id)]
        return replace(_read(row.doc), versions=versions)
