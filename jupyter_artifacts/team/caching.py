"""Whole files of a store, by way of the user's cache: fetched once, then read here."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.transfer.cache import Cache

SMALLEST: Final = 1 << 20
"""A smaller file costs its one request, and no file in the cache."""

HASHED_TO_OPEN: Final = 256 << 20
"""To hash more takes longer than to ask the store for what `ja.open` mostly reads."""

_CHUNK: Final = 1 << 20


def is_cached(content: Content) -> bool:
    """Return whether a file goes by way of a cache: it is not of this machine."""
    known = content.etag.startswith("blake3:")
    return known and content.local_path is None and content.size >= SMALLEST


@contextmanager
def from_cache(content: Content, cache: Cache) -> Iterator[Content]:
    """Give a file's bytes as they are in the cache, if they are, else as they were."""
    if not is_cached(content):
        yield content
        return
    with cache.opened(content.etag) as opened:
        yield content if opened is None else reading_from(opened, content)


def reading_from(opened: int, content: Content) -> Content:
    """Return a file's bytes as an open file has them; that file stays open."""

    def read(start: int, length: int) -> Iterator[bytes]:
        end = min(start + length, content.size)
        while start < end:
            chunk = os.pread(opened, min(_CHUNK, end - start), start)
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    return replace(content, read=read)


def keep(content: Content, whole: Buffer, cache: Cache) -> None:
    """Keep a file's bytes, which were checked, for the next time they are wanted."""
    if not is_cached(content):
        return
    try:
        cache.add(content.etag, whole)
    except ArtifactsError as error:
        # who asked has the bytes all the same
        warnings.warn(f"the file was loaded, but not kept: {error}", stacklevel=2)
