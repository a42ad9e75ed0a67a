"""A storage in a bucket.

    <prefix>/experiments/<ulid>/artifacts/figures/loss.png   as tools list it
    <prefix>/artifacts/<ulid>/packs/<ulid>                   many small files

Objects cannot be added to, so what grows (logs) lies in a folder of this machine.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.errors import ArtifactsError, Gone
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.storage.bucket import DIGEST, Bucket
from jupyter_artifacts.storage.copying import CHUNK
from jupyter_artifacts.storage.reading import chunks_of, content_of
from jupyter_artifacts.storage.requests import check_whole
from jupyter_artifacts.storage.source import check_unchanged, open_source, said_time

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.folder import FolderStorage

STREAMS: Final = 4
_MANY: Final = 16
_SMALL: Final = 1024 * 1024
_ASIDE: Final = ".aside"


@dataclass(slots=True)
class StagedObject:
    """An object that stands under its key already, and may be taken back.

    Attributes:
        asset: what it is; its path is the key.
        keep: key under which the bytes that it replaced are; "" when it replaced none.
        aside: key under which its own bytes wait while it is withdrawn; "" else.
        published: whether it is to stay.
    """

    asset: Asset
    keep: str = ""
    aside: str = ""
    published: bool = False


class ObjectStorage:
    """Bytes in a bucket.

    Args:
        bucket: where to.
        prefix: below which everything lies; "" for the whole bucket.
        live: a folder of this machine for what grows.
    """

    def __init__(self, bucket: Bucket, prefix: str, live: FolderStorage) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._live = live
        self.streams = STREAMS

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source` to `key`, whole or not at all; hash what was copied."""
        return self.store_file(key, source)

    def stage(self, key: str, source: Path, keep: str = "") -> StagedObject:
        """Copy and hash `source` to `key` at once: an object cannot be renamed.

        Args:
            key: where it is to stand.
            source: a regular file, no link.
            keep: key under which what stands there now stays; "" when nothing does.
        """
        kept = bool(keep) and self._copied(key, keep)
        return StagedObject(self.store_file(key, source), keep if kept else "")

    def stage_many(
        self, files: Sequence[tuple[str, Path]], keep: Mapping[str, str] | None = None
    ) -> list[StagedObject | ArtifactsError]:
        """Do what `stage` does for many, several at a time."""
        kept = keep or {}

        def one(file: tuple[str, Path]) -> StagedObject | ArtifactsError:
            key, source = file
            try:
                return self.stage(key, source, kept.get(key, ""))
            except ArtifactsError as error:
                return error

        if len(files) == 1:
            return [one(files[0])]
        with ThreadPoolExecutor(_MANY, "staging") as pool:
            return list(pool.map(one, files))

    def publish(self, staged: StagedObject, keep: str = "") -> None:
        """Let a staged object stay; what it replaced was kept by `stage`."""
        del keep
        if staged.aside:
            self._copied(staged.aside, staged.asset.path)
            self.remove(staged.aside)
            staged.aside = ""
        staged.published = True

    def withdraw(self, staged: StagedObject) -> None:
        """Put back what stood there before, unless something else came since."""
        if not staged.published:
            return
        staged.published = False
        key = staged.asset.path
        if self._is_still(staged):
            staged.aside = f"{_ASIDE}/{new_id()}"
            self._copied(key, staged.aside)
            self._put_back(staged)

    def discard(self, staged: StagedObject) -> None:
        """Take away what was not published; once published, it stays."""
        if staged.aside:
            self.remove(staged.aside)
        elif not staged.published and self._is_still(staged):
            self._put_back(staged)
        staged.published = True

    def _put_back(self, staged: StagedObject) -> None:
        if not (staged.keep and self._copied(staged.keep, staged.asset.path)):
            self.remove(staged.asset.path)

    def _is_still(self, staged: StagedObject) -> bool:
        """Whether the object that was staged is the one that stands there."""
        try:
            now = self._bucket.head(self._key(staged.asset.path))
        except Gone:
            return False
        mine = staged.asset
        if mine.version_id and now.version:
            return now.version == mine.version_id
        return not mine.etag or now.etag == mine.etag

    def _copied(self, source: str, target: str) -> bool:
        """Copy an object; return whether there was one."""
        try:
            self._bucket.copy(self._key(source), self._key(target))
        except Gone:
            return False
        return True

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size."""
        return self._live.append(key, chunk)

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most 1 MiB; `Gone` at once, not later."""
        if self._live.size(key) is not None:
            return self._live.read(key, start, length)
        size = self._bucket.head(self._key(key)).size
        end = size if length is None else min(size, start + length)
        return self._chunks(key, start, end)

    def fetch(self, key: str, start: int, length: int) -> Buffer:
        """Return exactly these bytes of `key`, by one request."""
        if self._live.size(key) is not None:
            return self._live.fetch(key, start, length)
        if not length:
            return b""
        content = self._bucket.get(self._key(key), start, length)
        check_whole(key, memoryview(content).nbytes, length)
        return content

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all."""
        size = sum(memoryview(part).nbytes for part in parts)
        self._bucket.put(self._key(key), parts, size, {})

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file of any size, hashed on its way; memory stays at 32 MiB."""
        place = self._key(key)
        with open_source(source) as (opened, before):
            if before.st_size <= _SMALL:
                content = content_of(opened, before.st_size)
                check_unchanged(source, opened, before, len(content))
                digest = digest_of(content)
                metadata = {DIGEST: digest.rpartition(":")[2]}
                done = self._bucket.put(place, [content], len(content), metadata)
                if passed:
                    passed(len(content))
            else:
                hasher = Hasher()
                parts = _checked(source, opened, before, hasher, passed)
                done = self._bucket.put(place, parts, before.st_size, {})
                digest = hasher.digest()
        return Asset(
            path=key,
            size=done.size,
            digest=digest,
            modified=said_time(before.st_mtime),
            captured=time.time(),
            uri=self.uri(key),
            etag=done.etag,
            version_id=done.version,
        )

    def size(self, key: str) -> int | None:
        """Return how many bytes are stored under `key`; None when nothing is."""
        live = self._live.size(key)
        if live is not None:
            return live
        try:
            return self._bucket.head(self._key(key)).size
        except Gone:
            return None

    def local_path(self, key: str) -> Path | None:
        """Return where `key` lies on this machine: only what grows does."""
        return self._live.local_path(key)

    def folder(self, prefix: str) -> Path | None:
        """Return None: nothing lies in a folder whole."""
        AssetPath(prefix)
        return None

    def freeze(self, prefix: str) -> None:
        """Change nothing: who may write to a bucket, its policy says."""
        AssetPath(prefix)

    def uri(self, key: str) -> str:
        """Return the URI of `key`, for a person and their tools."""
        return f"{self._bucket.address}/{quote(self._key(key), safe=_UNQUOTED)}"

    def delete(self, prefix: str) -> None:
        """Delete everything stored under `prefix` + "/". Done twice, the same."""
        self._live.delete(prefix)
        below = f"{self._key(prefix)}/"
        self._bucket.delete(found.key for found in self._bucket.list(below))

    def remove(self, key: str) -> None:
        """Remove the one object `key`. Done twice, the same."""
        self._live.remove(key)
        self._bucket.delete([self._key(key)])

    def presign(self, key: str, seconds: float) -> str | None:
        """Return a URL that reads `key` for a while; None for what lies here."""
        if self._live.size(key) is not None:
            return None
        return self._bucket.presign(self._key(key), seconds)

    def sweep(self) -> int:
        """Remove what killed processes left in the folder of what grows."""
        return self._live.sweep()

    def sync(self) -> None:
        """Return when everything stored so far is safe."""
        self._live.sync()

    def _key(self, key: str) -> str:
        return f"{self._prefix}{AssetPath(key)}"

    def _chunks(self, key: str, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, chunks_of(end - start)):
            content = self.fetch(key, at, min(chunks_of(end - start), end - at))
            view = memoryview(content)
            for within in range(0, len(view), CHUNK):
                yield bytes(view[within : within + CHUNK])


_UNQUOTED: Final = "/!$&'()*+,;=:@~ "


def _checked(
    source: Path,
    opened: int,
    before: os.stat_result,
    hasher: Hasher,
    passed: Callable[[int], None] | None,
) -> Iterator[bytes]:
    """Yield the bytes of a file, hashed; an error when somebody writes to it."""
    size = 0
    while chunk := content_of(opened, CHUNK):
        hasher.update(chunk)
        size += len(chunk)
        yield chunk
        if passed:
            passed(len(chunk))
    check_unchanged(source, opened, before, size)
