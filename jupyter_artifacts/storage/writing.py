"""Files of this machine into a bucket: small ones by one request, large in parts."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.errors import Conflict, Gone
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.storage.bucket import DIGEST, PART, ObjectInfo, Upload
from jupyter_artifacts.storage.buffers import filled, part_buffers
from jupyter_artifacts.storage.source import check_unchanged, open_source, said_time

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Bucket
    from jupyter_artifacts.storage.journals import Journals

SMALL: Final = 256 * 1024
"""So much memory is not worth waiting for."""


class Writer:
    """Writes to one bucket.

    Args:
        bucket: which.
        journals: of large uploads.
    """

    def __init__(self, bucket: Bucket, journals: Journals) -> None:
        self._bucket = bucket
        self._journals = journals

    def write(
        self,
        place: str,
        source: Path,
        passed: Callable[[int], None] | None = None,
        *,
        create: bool,
    ) -> Asset:
        """Store `source`, whole or not at all; hash what was stored.

        Args:
            place: key below the bucket.
            source: a regular file, no link.
            passed: told how many bytes went out; what it raises ends it.
            create: whether other bytes that stand there are a `Conflict`.
        """
        with open_source(source) as (opened, before):
            if before.st_size <= PART:
                with _memory(before.st_size) as buffer:
                    content = filled(buffer, opened, 0, before.st_size)
                    check_unchanged(source, opened, before, len(content))
                    digest = digest_of(content)
                    info = self.write_bytes(place, [content], digest, create=create)
                if passed:
                    passed(before.st_size)
            else:
                info, digest = self._bucket.upload(
                    Upload(
                        key=place,
                        opened=opened,
                        before=before,
                        journals=self._journals,
                        check=lambda size: check_unchanged(
                            source, opened, before, size
                        ),
                        passed=passed or _tell_nobody,
                    )
                )
        return _asset(info, before, digest)

    def write_bytes(
        self, place: str, parts: Sequence[Buffer], digest: str = "", *, create: bool
    ) -> ObjectInfo:
        """Store bytes from memory; the same bytes there already are as good."""
        digest = digest or _digest_of(parts)
        metadata = {DIGEST: digest.rpartition(":")[2]}
        try:
            return self._bucket.put(place, parts, metadata, create=create)
        except Conflict:
            # the answer of an earlier try may have been lost
            there = self.look(place)
            size = sum(memoryview(part).nbytes for part in parts)
            if there is None or not holds(there, size, metadata):
                raise
            return there

    def look(self, place: str) -> ObjectInfo | None:
        """Return what stands under a key of the bucket; None when nothing does."""
        try:
            return self._bucket.head(place)
        except Gone:
            return None


def _memory(size: int) -> AbstractContextManager[memoryview]:
    if size <= SMALL:
        return nullcontext(memoryview(bytearray(size)))
    return part_buffers().taken()


def holds(info: ObjectInfo, size: int, metadata: Mapping[str, str]) -> bool:
    """Whether an object says of itself that it holds these bytes."""
    return info.size == size and info.metadata.get(DIGEST) == metadata[DIGEST]


def _digest_of(parts: Sequence[Buffer]) -> str:
    hasher = Hasher()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


def _asset(info: ObjectInfo, before: os.stat_result, digest: str) -> Asset:
    return Asset(
        path=info.key,
        size=before.st_size,
        digest=digest,
        modified=said_time(before.st_mtime),
        captured=time.time(),
        etag=info.etag,
        checksum=info.checksum,
        version_id=info.version,
    )


def _tell_nobody(_count: int) -> None:
    return
