"""What the storage holds of an artifact: which content, in which object, for whom."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, exists, func, select, update

from jupyter_artifacts.catalog.adding import add_missing
from jupyter_artifacts.catalog.growth import batched
from jupyter_artifacts.catalog.schema_versions import (
    artifact_objects,
    digests,
    version_objects,
)
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.records.assets import AssetKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.assets import StoredAsset

_o: Final = artifact_objects.c
_d: Final = digests.c
_u: Final = version_objects.c
_PREFIX: Final = "blake3:"
_VERSION: Final = 3  # parts of a key, as far as it names a version


class HeldRows:
    """Objects of artifacts and the contents in them, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, artifact_id: str, wanted: Sequence[str]
    ) -> dict[str, tuple[str, int | None]]:
        """Return, of those of these digests that published versions hold, where."""
        found = {}
        for some in batched([each for each in wanted if each.startswith(_PREFIX)]):
            rows = self._connection.execute(
                select(_d.digest, _d.offset, _o.key)
                .join(artifact_objects, _o.id == _d.object_id)
                .where(
                    _d.artifact_id == artifact_id,
                    _d.digest.in_([_raw(each) for each in some]),
                    _o.published,
                )
            )
            found.update(
                {f"{_PREFIX}{row.digest.hex()}": (row.key, row.offset) for row in rows}
            )
        return found

    def is_nothing(self, artifact_id: str) -> bool:
        """Return whether nothing of an artifact is held."""
        some = exists().where(_d.artifact_id == artifact_id)
        return self._connection.scalar(select(some)) is not True

    def sizes(self, artifact_id: str) -> array[int]:
        """Return the sizes of what is held, ascending."""
        statement = select(_d.size).where(_d.artifact_id == artifact_id).distinct()
        return array("q", self._connection.scalars(statement.order_by(_d.size)))

    def keep(
        self, artifact_id: str, version_id: str, files: Iterable[StoredAsset], own: str
    ) -> None:
        """Note that a version needs the objects that these files lie in.

        What is held already is safe from now on; what is new is found by others once
        the version is published.

        Args:
            artifact_id: of the artifact.
            version_id: of the version.
            files: some of it.
            own: the key below which what is new lies.

        Raises:
            Conflict: when something was held and is not any more.
        """
        here = [each for each in files if each.key]
        own = f"{own}/"
        new = sorted({each.key for each in here if each.key.startswith(own)})
        rows = [
            {"artifact_id": artifact_id, "key": key, "published": False} for key in new
        ]
        add_missing(self._connection, artifact_objects, rows)
        ids = self._ids(artifact_id, sorted({each.key for each in here}))
        needs = [
            {"version_id": version_id, "object_id": number} for number in ids.values()
        ]
        add_missing(self._connection, version_objects, needs)
        add_missing(
            self._connection,
            digests,
            [
                {
                    "artifact_id": artifact_id,
                    "digest": _raw(each.asset.digest),
                    "object_id": ids[each.key],
                    "offset": each.offset,
                    "size": each.asset.size,
                }
                for each in here
                if each.key.startswith(own) and each.asset.kind is AssetKind.FILE
            ],
        )

    def publish(self, version_id: str) -> None:
        """Let others find what a version brought."""
        mine = select(_u.object_id).where(_u.version_id == version_id)
        self._connection.execute(
            update(artifact_objects)
            .where(_o.id.in_(mine), ~_o.published)
            .values(published=True)
        )

    def alone(self, version_ids: Sequence[str]) -> tuple[int, int]:
        """Return how many objects these versions need and no other, and their bytes."""
        uses: Counter[int] = Counter()
        for some in batched(version_ids):
            mine = select(_u.object_id).where(_u.version_id.in_(some))
            uses.update(self._connection.scalars(mine))
        files = size = 0
        for ids in batched(list(uses)):
            counted = self._connection.execute(
                select(_u.object_id, func.count().label("uses"))
                .where(_u.object_id.in_(ids))
                .group_by(_u.object_id)
            )
            alone = [
                row.object_id for row in counted if row.uses == uses[row.object_id]
            ]
            held = select(func.sum(_d.size)).where(_d.object_id.in_(alone))
            files += len(alone)
            size += int(self._connection.scalar(held) or 0)
        return files, size

    def release(self, version_id: str) -> list[str]:
        """Note that a version needs nothing any more; return keys nobody needs now.

        Their rows are gone, and what they held is found by nobody.
        """
        other = version_objects.alias()
        needed = exists().where(
            other.c.object_id == _u.object_id, other.c.version_id != version_id
        )
        alone = self._connection.execute(
            select(_o.id, _o.key)
            .join(version_objects, _u.object_id == _o.id)
            .where(_u.version_id == version_id, ~needed)
        ).all()
        self._connection.execute(
            delete(version_objects).where(_u.version_id == version_id)
        )
        for some in batched([row.id for row in alone]):
            gone = _o.id.in_(some)
            self._connection.execute(delete(artifact_objects).where(gone))
        return [row.key for row in alone]

    def forget(self, artifact_id: str) -> list[str]:
        """Forget everything held for an artifact that is deleted.

        Returns:
            The prefixes of what lies elsewhere than below the artifact's key: of who
            logged a first version, too, while somebody else made the artifact.
        """
        below = _o.key.startswith(f"artifacts/{artifact_id}/", autoescape=True)
        keys = select(_o.key).where(_o.artifact_id == artifact_id, ~below)
        elsewhere = {
            "/".join(key.split("/", _VERSION)[:_VERSION])
            for key in self._connection.scalars(keys)
        }
        self._connection.execute(
            delete(artifact_objects).where(_o.artifact_id == artifact_id)
        )
        return sorted(elsewhere)

    def _ids(self, artifact_id: str, keys: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in batched(keys):
            rows = self._connection.execute(
                select(_o.key, _o.id).where(
                    _o.artifact_id == artifact_id, _o.key.in_(some)
                )
            )
            found.update({row.key: row.id for row in rows})
        if len(found) < len(keys):
            msg = "a version that has some of these files was deleted meanwhile"
            raise Conflict(msg, hint="log it again")
        return found


def _raw(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix(_PREFIX))
