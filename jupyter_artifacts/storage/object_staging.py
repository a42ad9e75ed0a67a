"""Files that come to stand in a bucket, and may be taken back.

<prefix>/<key>            where a file goes at once: an object cannot be renamed
<prefix>/.aside/<ulid>    where it waits while it is withdrawn
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import ArtifactsError, Conflict, Gone
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.storage.bucket import DIGEST
from jupyter_artifacts.storage.revisions import revision_key
from jupyter_artifacts.storage.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.storage.bucket import Bucket
    from jupyter_artifacts.storage.journals import Journals

AT_ONCE: Final = 16
"""Small objects on their way at once."""

ASIDE: Final = ".aside"


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


class ObjectStaging:
    """Writes to a bucket so that it can be undone.

    Args:
        bucket: where to.
        prefix: below which everything lies; "" for the whole bucket.
        journals: of large uploads.
    """

    def __init__(self, bucket: Bucket, prefix: str, journals: Journals) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._writer = Writer(bucket, journals)

    def uri(self, key: str) -> str:
        """Return the URI of `key`, as the provider's own tools take it."""
        return f"{self._bucket.address}/{self._key(key)}"

    def remove(self, key: str) -> None:
        """Remove the one object `key`. Done twice, the same."""
        self._bucket.delete([self._key(key)])

    def stage(self, key: str, source: Path, keep: str = "") -> StagedObject:
        """Copy and hash `source` to `key` at once: an object cannot be renamed.

        A new file costs one request, made on the condition that nothing stands there.
        What does is kept first, so that readers of the old bytes find them.

        Args:
            key: where it is to stand.
            source: a regular file, no link.
            keep: key under which what stands there now stays; "" when nothing is
                known to.
        """
        if not keep:
            try:
                return StagedObject(self._write(key, source, create=True))
            except Conflict:  # of which the catalog knows nothing
                keep = self._revision_of(key)
        kept = bool(keep) and self._kept(key, keep)
        return StagedObject(self._write(key, source), keep if kept else "")

    def stage_many(
        self, files: Sequence[tuple[str, Path]], keep: Mapping[str, str] | None = None
    ) -> list[StagedObject | ArtifactsError]:
        """Do what `stage` does for many, several at a time, within 32 MiB."""
        kept = keep or {}

        def one(file: tuple[str, Path]) -> StagedObject | ArtifactsError:
            key, source = file
            try:
                return self.stage(key, source, kept.get(key, ""))
            except ArtifactsError as error:
                return error

        if len(files) == 1:
            return [one(files[0])]
        with ThreadPoolExecutor(AT_ONCE, "staging") as pool:
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
            staged.aside = f"{ASIDE}/{new_id()}"
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

    def _kept(self, key: str, keep: str) -> bool:
        """Copy what stands under `key` to `keep`; return whether there is anything.

        What `keep` has already stays: those are the bytes of its digest, and what
        stands under `key` may be what a killed process left there.
        """
        if self._writer.look(self._key(keep)) is not None:
            return True
        return self._copied(key, keep)

    def _revision_of(self, key: str) -> str:
        """Return where what stands under `key` is to stay, by its own digest."""
        there = self._writer.look(self._key(key))
        digest = there.metadata.get(DIGEST, "") if there else ""
        return revision_key(key, digest)

    def _write(
        self,
        key: str,
        source: Path,
        passed: Callable[[int], None] | None = None,
        *,
        create: bool = False,
    ) -> Asset:
        asset = self._writer.write(self._key(key), source, passed, create=create)
        return msgspec.structs.replace(asset, path=key, uri=self.uri(key))

    def _key(self, key: str) -> str:
        return f"{self._prefix}{AssetPath(key)}"
