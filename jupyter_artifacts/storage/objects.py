"""A storage in a bucket.

    <prefix>/experiments/<ulid>/artifacts/figures/loss.png   as tools list it
    <prefix>/artifacts/<ulid>/packs/<ulid>                   many small files

Objects cannot be added to, so what grows (logs) lies in a folder of this machine.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import ChangedAtSource, Gone
from jupyter_artifacts.storage.copying import CHUNK
from jupyter_artifacts.storage.journals import Journals
from jupyter_artifacts.storage.object_staging import ASIDE, AT_ONCE, ObjectStaging
from jupyter_artifacts.storage.reading import chunks_of
from jupyter_artifacts.storage.requests import check_whole
from jupyter_artifacts.storage.source import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.storage.bucket import Bucket, ObjectInfo
    from jupyter_artifacts.storage.folder import FolderStorage

STREAMS: Final = 4
_UPLOADS: Final = ".uploads"
_OURS: Final = ("experiments", "artifacts", "datastores")
_STALE_AFTER: Final = 24 * 3600.0
_UPLOAD_STALE_AFTER: Final = 7 * _STALE_AFTER


class ObjectStorage(ObjectStaging):
    """Bytes in a bucket.

    Args:
        bucket: where to.
        prefix: below which everything lies; "" for the whole bucket.
        live: a folder of this machine for what grows.
    """

    def __init__(self, bucket: Bucket, prefix: str, live: FolderStorage) -> None:
        self._live = live
        self._live_root = str(live.root)
        self._journals = Journals(live.root / _UPLOADS)
        super().__init__(bucket, prefix, self._journals)

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source` to `key`, whole or not at all; hash what was copied."""
        return self._write(key, source)

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size."""
        return self._live.append(key, chunk)

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most 1 MiB; `Gone` at once, not later."""
        if self._live_size(key) is not None:
            return self._live.read(key, start, length)
        info = self._bucket.head(self._key(key))
        end = info.size if length is None else min(info.size, start + length)
        return self._chunks(info, start, end)

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> Buffer:
        """Return exactly these bytes of `key`, by one request.

        A store that keeps versions finds one that is named by looking once, the newest
        by looking twice.
        """
        if self._live_size(key) is not None:
            return self._live.fetch(key, start, length)
        if not length:
            return b""
        if version:
            # the bucket's own rules may have ended it, or it was copied elsewhere
            with suppress(Gone, ChangedAtSource):
                return self._fetch(key, start, length, version, whole=whole)
        return self._fetch(key, start, length, "", whole=whole)

    def _fetch(
        self, key: str, start: int, length: int, version: str, *, whole: bool
    ) -> Buffer:
        place = self._key(key)
        content = self._bucket.get(place, start, length, version=version, whole=whole)
        check_whole(key, memoryview(content).nbytes, length)
        return content

    def stream(
        self, key: str, start: int, length: int, version: str = ""
    ) -> Iterator[Buffer]:
        """Yield exactly these bytes of `key` in small pieces, by one request."""
        if not length:
            return iter(())
        if self._live_size(key) is not None:
            return self._live.stream(key, start, length)
        place = self._key(key)
        if version:
            with suppress(Gone, ChangedAtSource):
                return self._bucket.stream(place, start, length, version=version)
        return self._bucket.stream(place, start, length)

    @property
    def streams(self) -> int:
        """How many large requests at a time are worth it."""
        return STREAMS

    @property
    def small_streams(self) -> int:
        """How many small requests at a time hide what each of them takes."""
        return AT_ONCE

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all."""
        self._writer.write_bytes(self._key(key), parts, create=True)

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file of any size, hashed on its way; memory stays at 32 MiB.

        Begun again after a kill it goes on where it was.
        """
        return self._write(key, source, passed, create=True)

    def unfinished(self, prefix: str, source: Path) -> str | None:
        """Return the key below `prefix` that `source` was on its way to at a kill."""
        with open_source(source) as (_, before):
            uri = self._journals.find_uri(f"{self.uri(prefix)}/", before)
        place = f"{self._bucket.address}/{self._prefix}"
        return uri.removeprefix(place) if uri else None

    def size(self, key: str) -> int | None:
        """Return how many bytes are stored under `key`; None when nothing is."""
        live = self._live_size(key)
        if live is not None:
            return live
        try:
            return self._bucket.head(self._key(key)).size
        except Gone:
            return None

    def local_path(self, key: str) -> Path | None:
        """Return where `key` lies on this machine: only what grows does."""
        AssetPath(key)
        return self._live.local_path(key) if self._may_be_live(key) else None

    def folder(self, prefix: str) -> Path | None:
        """Return None: nothing lies in a folder whole."""
        AssetPath(prefix)
        return None

    def freeze(self, prefix: str) -> None:
        """Change nothing: who may write to a bucket, its policy says."""
        AssetPath(prefix)

    def delete(self, prefix: str) -> None:
        """Delete everything stored under `prefix` + "/". Done twice, the same."""
        self._live.delete(prefix)
        below = f"{self._key(prefix)}/"
        self._bucket.delete(found.key for found in self._bucket.list(below))

    def remove(self, key: str) -> None:
        """Remove the one object `key`. Done twice, the same."""
        self._live.remove(key)
        super().remove(key)

    def presign(self, key: str, seconds: float) -> str | None:
        """Return a URL that reads `key` for a while; None for what lies here."""
        if self._live_size(key) is not None:
            return None
        return self._bucket.presign(self._key(key), seconds)

    def sweep(self) -> int:
        """Remove what killed processes left; return how many entries.

        Only what is a day old, of uploads a week: a slow one may be younger. In a
        bucket that others use as well, what is not below our folders is theirs.
        """
        removed = self._live.sweep() + self._journals.sweep(_UPLOAD_STALE_AFTER)
        too_old = time.time() - _STALE_AFTER
        below = f"{self._prefix}{ASIDE}/"
        aside = [one for one in self._bucket.list(below) if one.modified < too_old]
        self._bucket.delete(one.key for one in aside)
        removed += len(aside)
        gone = time.time() - _UPLOAD_STALE_AFTER
        for folder in _OURS:
            removed += self._bucket.abandon(f"{self._prefix}{folder}/", gone)
        return removed

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""
        return self._bucket.versioned()

    def sync(self) -> None:
        """Return when everything stored so far is safe."""
        self._live.sync()

    def _live_size(self, key: str) -> int | None:
        return self._live.size(key) if self._may_be_live(key) else None

    def _may_be_live(self, key: str) -> bool:
        """Say no where nothing is: most files are asked for that are not live."""
        return os.path.lexists(f"{self._live_root}/{key}")

    def _chunks(self, info: ObjectInfo, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes of this object, and of none that takes its place meanwhile."""
        step = chunks_of(end - start)
        for at in range(start, end, step):
            length = min(step, end - at)
            content = self._bucket.get(
                info.key, at, length, version=info.version, etag=info.etag
            )
            view = memoryview(content)
            check_whole(info.key, view.nbytes, length)
            for within in range(0, len(view), CHUNK):
                yield bytes(view[within : within + CHUNK])
