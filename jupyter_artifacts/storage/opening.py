"""A storage by its place: a folder, s3://bucket/prefix or gs://bucket/prefix."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.storage.folder import FolderStorage

if TYPE_CHECKING:
    from jupyter_artifacts.storage.bucket import Bucket
    from jupyter_artifacts.storage.objects import ObjectStorage

SCHEMES: Final = ("s3", "gs", "gcs")
# of all providers; Ceph's tenants end in a colon
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,254}")


@overload
def open_storage(location: Path, live: Path) -> FolderStorage: ...
@overload
def open_storage(location: str, live: Path) -> ObjectStorage: ...
@overload
def open_storage(location: Path | str, live: Path) -> FolderStorage | ObjectStorage: ...


def open_storage(location: Path | str, live: Path) -> FolderStorage | ObjectStorage:
    """Return the storage at `location`; nothing is asked of a bucket yet.

    Args:
        location: a folder, or the URI of a bucket and a prefix in it.
        live: a folder of this machine for what grows, beside a bucket.

    Raises:
        InvalidRequest: when it is no such URI.
        NoCredentials: when there are none for its store.
        Unavailable: when what the store needs is not installed.
    """
    if isinstance(location, Path):
        return FolderStorage(location)
    from jupyter_artifacts.storage.objects import ObjectStorage

    scheme, bucket, prefix = split_uri(location)
    return ObjectStorage(open_bucket(scheme, bucket), prefix, FolderStorage(live))


def split_uri(uri: str) -> tuple[str, str, str]:
    """Return scheme ("s3" or "gs"), bucket and key of an object's URI.

    The key is taken as it is written, as the providers' own tools do: a per cent sign
    is one.

    Raises:
        InvalidRequest: when it is none.
    """
    scheme, mark, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if not mark or scheme not in SCHEMES or not _BUCKET.fullmatch(bucket):
        msg = "it is no URI of a bucket"
        shown = scheme if "@" in uri else uri.partition("?")[0]
        raise InvalidRequest(msg, address=shown, hint="write s3://bucket/prefix")
    return ("s3" if scheme == "s3" else "gs"), bucket, key


@lru_cache(maxsize=32)
def open_bucket(scheme: str, name: str) -> Bucket:
    """Return a bucket, opened once a process: its connections are used again."""
    if scheme == "s3":
        from jupyter_artifacts.storage.s3 import s3_bucket

        return s3_bucket(name)
    from jupyter_artifacts.storage.gcs import gcs_bucket

    return gcs_bucket(name)
