"""Objects of other people's buckets, as a download needs them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.storage.remote import is_vouched_for, remote_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.records.transfers import PlannedFile


def fetch_remote(file: PlannedFile, start: int, length: int) -> Buffer:
    """Return bytes of exactly the planned version of a remote object.

    Raises:
        ChangedAtSource: when the object is another one by now.
        Gone: when it is no longer there.
        Unavailable: when its store failed for now.
    """
    return remote_of(file.uri).fetch(_asset_of(file), start, length)


def provider_vouches(file: PlannedFile) -> bool:
    """Return whether the checksum that a file's bytes do not match is really theirs.

    See `is_vouched_for`.
    """
    return not file.uri or is_vouched_for(_asset_of(file))


def look_at_remote(assets: Sequence[Asset]) -> list[str]:
    """Say of remote objects whether they are as recorded, bucket by bucket.

    Returns:
        For each, in order: "", "changed at source" or "gone".
    """
    said: list[str] = []
    for _, group in groupby(assets, key=lambda asset: asset.uri.split("/", 3)[:3]):
        some = list(group)
        said += remote_of(some[0].uri).look(some)
    return said


def _asset_of(file: PlannedFile) -> Asset:
    return Asset(
        path=file.path,
        size=file.size,
        uri=file.uri,
        kind=AssetKind.REMOTE,
        version_id=file.version_id,
        etag=file.etag,
        checksum=file.checksum,
    )
