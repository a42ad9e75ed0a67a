"""A storage in memory, with everything a storage promises."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ArtifactsError, Conflict, Gone
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.storage.copying import CHUNK
from jupyter_artifacts.storage.requests import check_whole, each_or_error, fetched
from jupyter_artifacts.storage.source import check_unchanged, open_source, said_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Buffer


@dataclass(slots=True)
class StagedBytes:
    """Bytes that have no name yet, or had another's until a moment ago."""

    asset: Asset
    content: bytes
    old: bytes | None = None
    published: bool = False


class MemoryStorage:
    """Bytes in this process, gone with it."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, key: str, source: Path) -> Asset:
        """Copy `source` to `key`, whole or not at all; hash what was copied."""
        staged = self.stage(key, source)
        self.publish(staged)
        return staged.asset

    def stage(self, key: str, source: Path, keep: str = "") -> StagedBytes:
        """Copy and hash `source`, as `put` does, but give it no name yet."""
        del keep  # publishing keeps what it replaces
        AssetPath(key)
        with open_source(source) as (opened, before):
            with open(opened, "rb", closefd=False) as file:
                content = file.read()
            check_unchanged(source, opened, before, len(content))
        asset = Asset(
            path=key,
            size=len(content),
            digest=digest_of(content),
            modified=said_time(before.st_mtime),
            captured=time.time(),
            uri=self.uri(key),
        )
        return StagedBytes(asset, content)

    def publish(self, staged: StagedBytes, keep: str = "") -> None:
        """Let staged bytes take the place of what stands under their key.

        Args:
            staged: by `stage`.
            keep: key under which the old bytes stay; "" to let them go.
        """
        key = staged.asset.path
        with self._lock:
            self._check_place(key)
            staged.old = self._held.get(key)
            if keep and staged.old is not None:
                self._held.setdefault(keep, staged.old)
            self._held[key] = staged.content
            staged.published = True

    def withdraw(self, staged: StagedBytes) -> None:
        """Undo a `publish`, as long as nothing else took the place since."""
        key = staged.asset.path
        with self._lock:
            if staged.published and self._held.get(key) is staged.content:
                if staged.old is None:
                    del self._held[key]
                else:
                    self._held[key] = staged.old
            staged.published = False

    def discard(self, staged: StagedBytes) -> None:
        """Forget what is on its way of staged bytes; comes last, always."""
        staged.content, staged.old = b"", None

    def append(self, key: str, chunk: bytes) -> int:
        """Add `chunk` at the end of `key`, made when missing; return its new size."""
        AssetPath(key)
        with self._lock:
            self._check_place(key)
            self._held[key] = self._held.get(key, b"") + chunk
            return len(self._held[key])

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes in chunks of at most 1 MiB."""
        AssetPath(key)
        content = self._held.get(key)
        if content is None:
            msg = "the file cannot be read: it is no longer there"
            raise Gone(msg, address=key, hint="look at the listing again")
        end = len(content) if length is None else min(len(content), start + length)
        return (content[at : min(at + CHUNK, end)] for at in range(start, end, CHUNK))

    def size(self, key: str) -> int | None:
        """Return how many bytes are stored under `key`; None when nothing is."""
        AssetPath(key)
        content = self._held.get(key)
        return None if content is None else len(content)

    def local_path(self, key: str) -> Path | None:
        """Return None: nothing lies in a file system."""
        AssetPath(key)
        return None

    def folder(self, prefix: str) -> Path | None:
        """Return None: nothing lies in a file system."""
        AssetPath(prefix)
        return None

    def freeze(self, prefix: str) -> None:
        """Change nothing: no other program can reach the bytes."""
        AssetPath(prefix)

    def uri(self, key: str) -> str:
        """Return the memory: URI of `key`, quoted."""
        return f"memory:{quote(str(AssetPath(key)))}"

    def delete(self, prefix: str) -> None:
        """Delete everything stored under `prefix` + "/". Done twice, the same."""
        below = f"{AssetPath(prefix)}/"
        with self._lock:
            for key in [key for key in self._held if key.startswith(below)]:
                del self._held[key]

    def remove(self, key: str) -> None:
        """Remove the one file `key`. Done twice, the same."""
        AssetPath(key)
        with self._lock:
            self._held.pop(key, None)

    @property
    def streams(self) -> int:
        """One: nothing is gained by asking memory for more at once."""
        return 1

    small_streams = streams

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> Buffer:
        """Return exactly these bytes of `key`; there are no versions of it."""
        del version, whole
        content = b"".join(self.read(key, start, length))
        check_whole(key, len(content), length)
        return content

    stream = fetched

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Store the bytes of `parts`, one after the other, whole or not at all."""
        AssetPath(key)
        content = b"".join(parts)
        with self._lock:
            self._check_place(key)
            self._held[key] = content

    def store_file(
        self, key: str, source: Path, passed: Callable[[int], None] | None = None
    ) -> Asset:
        """Store a file as `put` does."""
        asset = self.put(key, source)
        if passed:
            passed(asset.size)
        return asset

    def unfinished(self, prefix: str, source: Path) -> str | None:  # noqa: ARG002
        """Return None: a copy that was killed begins anew."""
        return None

    def presign(self, key: str, seconds: int) -> str | None:  # noqa: ARG002
        """Return None: no URL of its own leads here."""
        return None

    def stage_many(
        self, files: Sequence[tuple[str, Path]], keep: Mapping[str, str] | None = None
    ) -> list[StagedBytes | ArtifactsError]:
        """Do what `stage` does for many; return what came of each."""
        del keep  # publishing keeps what it replaces
        return [each_or_error(self.stage, key, source) for key, source in files]

    def sweep(self) -> int:
        """Remove nothing: what is on its way is gone with its process."""
        return 0

    def _check_place(self, key: str) -> None:
        parts = AssetPath(key).parts
        above = ("/".join(parts[:count]) for count in range(1, len(parts)))
        if any(folder in self._held for folder in above):
            msg = "the file cannot be stored: a file stands where a folder must go"
            raise Conflict(msg, address=key)
        if any(held.startswith(f"{key}/") for held in self._held):
            msg = "the file cannot be stored: a folder stands where a file must go"
            raise Conflict(msg, address=key)
