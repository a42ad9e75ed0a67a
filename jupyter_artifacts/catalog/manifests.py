"""Manifests that never change: chunks of lines, sorted by folder and name."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

import msgspec
import zstandard
from sqlalchemy import delete, func, insert, select

from jupyter_artifacts.catalog.growth import batched, place_of
from jupyter_artifacts.catalog.manifest_lines import folder_key, place_key, unpacked
from jupyter_artifacts.catalog.schema import assets, folders, uncaptured
from jupyter_artifacts.catalog.schema_versions import manifest_chunks
from jupyter_artifacts.records.assets import AssetKind, StoredAsset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.catalog.manifest_lines import Part

_c: Final = manifest_chunks.c
_raw_lines: Final = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_line: Final = msgspec.msgpack.Decoder(StoredAsset).decode


class ManifestChunks:
    """Manifests kept as chunks, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, manifest_id: str, part: Part) -> None:
        """Write the next part of a manifest."""
        chunks = [
            {
                "manifest": manifest_id,
                "number": chunk.number,
                "first": chunk.first,
                "last": chunk.last,
                "files": chunk.files,
                "data": chunk.data,
            }
            for chunk in part.chunks
        ]
        if chunks:
            self._connection.execute(insert(manifest_chunks), chunks)
        above = [
            {
                "manifest": manifest_id,
                **place_of(tuple(folder.path.split("/"))),
                "size": folder.size,
                "files": folder.files,
                "modified": folder.modified,
            }
            for folder in part.folders
        ]
        if above:
            self._connection.execute(insert(folders), above)

    def there(self, manifest_id: str) -> bool:
        """Whether a manifest is kept as chunks; one of no lines is not."""
        found = select(_c.number).where(_c.manifest == manifest_id).limit(1)
        return self._connection.scalar(found) is not None

    def find(self, manifest_id: str, path: str) -> StoredAsset | None:
        """Return the line of a path; None when there is none."""
        place = place_key(path)
        for row in self._between(manifest_id, place, f"{place}\x01"):
            lines = _Lines(row.data)
            at = lines.at(place)
            if at < len(lines) and lines[at].asset.path == path:
                return lines[at]
        return None

    def pages(self, manifest_id: str, prefix: str) -> Iterator[list[StoredAsset]]:
        """Yield the file `prefix`, and every one below it; in the order of places."""
        if not prefix:
            for row in self._between(manifest_id, "", ""):
                yield unpacked(row.data)
            return
        one = self.find(manifest_id, prefix)
        if one is not None:
            yield [one]
        folder = folder_key(prefix)
        yield from self._within(manifest_id, f"{folder}\x01", f"{folder}\x03")

    def after(self, manifest_id: str, path: str, limit: int) -> list[StoredAsset]:
        """Return the next lines behind that of a path; "" for the first."""
        found: list[StoredAsset] = []
        first = f"{place_key(path)}\x01" if path else ""
        for some in self._within(manifest_id, first, ""):
            found += some[: limit - len(found)]
            if len(found) == limit:
                break
        return found

    def level(
        self, manifest_id: str, folder: str, *, after: str, limit: int
    ) -> list[StoredAsset]:
        """Return at most `limit` files that lie in a folder itself, by name.

        Args:
            manifest_id: whose.
            folder: "" for the top.
            after: the name that they come after; "" for the first.
            limit: how many.
        """
        start = f"{folder_key(folder)}\x01"
        first = f"{start}{after}\x01" if after else start
        found: list[StoredAsset] = []
        for some in self._within(manifest_id, first, f"{folder_key(folder)}\x02"):
            found += [s for s in some if s.asset.kind is not AssetKind.FOLDER]
            if len(found) >= limit:
                break
        return found[:limit]

    def count(self, manifest_id: str, folder: str) -> int:
        """Return how many files lie in a folder itself."""
        first, end = f"{folder_key(folder)}\x01", f"{folder_key(folder)}\x02"
        wholly = (_c.first >= first, _c.last < end, _c.manifest == manifest_id)
        whole = self._connection.scalar(select(func.sum(_c.files)).where(*wholly))
        count = int(whole or 0)
        for row in self._between(manifest_id, first, end, cut=True):
            lines = _Lines(row.data)
            for at in range(lines.at(first), lines.at(end)):
                count += lines[at].asset.kind is not AssetKind.FOLDER
        return count

    def _within(
        self, manifest_id: str, first: str, end: str
    ) -> Iterator[list[StoredAsset]]:
        for row in self._between(manifest_id, first, end):
            if row.first >= first and (not end or row.last < end):
                yield unpacked(row.data)
            else:
                lines = _Lines(row.data)
                stop = lines.at(end) if end else len(lines)
                yield [lines[at] for at in range(lines.at(first), stop)]

    def _between(
        self, manifest_id: str, first: str, end: str, *, cut: bool = False
    ) -> Iterator[Row[Any]]:
        """Yield the chunks with places from `first` to before `end`, one at a time.

        Args:
            manifest_id: whose.
            first: a place.
            end: a place; "" for no end.
            cut: only those that reach over `first` or `end`.
        """
        mine = [_c.manifest == manifest_id, _c.last >= first]
        if end:
            mine.append(_c.first < end)
        if cut:
            mine.append((_c.first < first) | (_c.last >= end))
        # the last chunk that begins at or before `first`, by the index on it
        start = select(func.max(_c.first)).where(
            _c.manifest == manifest_id, _c.first <= first
        )
        mine.append(_c.first >= func.coalesce(start.scalar_subquery(), ""))
        numbers = self._connection.scalars(
            select(_c.number).where(*mine).order_by(_c.first)
        ).all()
        for number in numbers:
            yield self._connection.execute(
                select(manifest_chunks).where(
                    _c.manifest == manifest_id, _c.number == number
                )
            ).one()


class _Lines:
    """The lines of a chunk, decoded one by one as they are asked for."""

    def __init__(self, data: bytes) -> None:
        raw = zstandard.ZstdDecompressor().decompress(data)
        self._raw = _raw_lines(raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, at: int) -> StoredAsset:
        return _line(self._raw[at])

    def at(self, place: str) -> int:
        """Return where the first line stands whose place is not before `place`."""
        return bisect_left(
            range(len(self._raw)), place, key=lambda at: place_key(self[at].asset.path)
        )


def delete_manifests(connection: Connection, manifests: Sequence[str]) -> None:
    """Delete every row of manifests, however they are kept."""
    for table in (assets, folders, uncaptured, manifest_chunks):
        for some in batched(manifests):
            connection.execute(delete(table).where(table.c.manifest.in_(some)))
