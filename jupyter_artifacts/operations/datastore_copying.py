"""A datastore's version is copied from a folder."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.catalog.sorted_assets import sort_assets
from jupyter_artifacts.operations.datastore_files import held, named, reached, to_save
from jupyter_artifacts.operations.files import store
from jupyter_artifacts.operations.places import version_prefix
from jupyter_artifacts.operations.table import Body
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.records.datastores import DatastoreVersion
from jupyter_artifacts.transfer.progress import Meter
from jupyter_artifacts.transfer.reading import hash_whole
from jupyter_artifacts.transfer.saving import NothingHeld, save

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.datastore_files import Listing


def copy_listed(
    ctx: Context,
    identity: str,
    version_id: str,
    listing: Listing,
    *,
    source: str,
    sha256: bool,
) -> DatastoreVersion:
    """Copy what is listed, and note it under a version that nobody sees yet.

    Its number and address are given when it is published. Rows go in some at a time:
    a catalog that is written to for long is one that nobody else can write to.

    Args:
        ctx: of who asks.
        identity: of the datastore.
        version_id: of the version.
        listing: of the folder.
        source: what the folder was called.
        sha256: whether SHA-256 is recorded, too.
    """
    prefix = version_prefix(identity, version_id)
    # whoever attaches a version of a disk reads its folder; a bucket's are packed
    copy = _plain if ctx.storage.streams == 1 else _packed
    with (
        held(listing.root) as top,
        sort_assets(copy(ctx, prefix, listing, top, sha256=sha256)) as all_,
    ):
        for part in all_.parts():
            with ctx.catalog.write() as rows:
                rows.assets.write(version_id, part)
    ctx.storage.freeze(prefix)
    return DatastoreVersion(
        address="",
        version="",
        number=0,
        bytes=all_.bytes,
        files=all_.files,
        created=ctx.clock(),
        created_by=ctx.actor.handle,
        source=source,
        uri=ctx.storage.uri(prefix),
        left_out=listing.left_out,
    )


def _plain(
    ctx: Context, prefix: str, listing: Listing, top: int, *, sha256: bool
) -> Iterator[StoredAsset]:
    meter = Meter(*_total(ctx, listing), ctx.progress, lambda: False, what="copy")
    for listed in listing.files:
        path = AssetPath(listed.path)
        key = f"{prefix}/{path}"
        with reached(top, listing.root, listed.parts) as bytes_at:
            asset = store(ctx, key, path, Body(path=bytes_at))
            if sha256:
                again = hash_whole(bytes_at, sha256=True)
                again.check_same(asset.digest, bytes_at)
                asset = replace(asset, sha256=again.sha256)
        meter.finished(1)
        meter.moved(asset.size)
        yield StoredAsset(asset=asset, key=key)
    meter.close()


def _packed(
    ctx: Context, prefix: str, listing: Listing, top: int, *, sha256: bool
) -> Iterator[StoredAsset]:
    with to_save(listing, top) as files, named():
        yield from save(
            files,
            ctx.storage,
            prefix,
            packed=True,
            held=NothingHeld(),
            sha256=sha256,
            progress=ctx.progress,
            total=_total(ctx, listing),
        )


def _total(ctx: Context, listing: Listing) -> tuple[int, int]:
    """Return bytes and files to come, when somebody is told how far it is."""
    if ctx.progress is None:
        return 0, 0
    bytes_ = 0
    for listed in listing.files:
        with suppress(OSError):  # what is gone by now, its copying says
            bytes_ += (listing.root / listed.at).lstat().st_size
    return bytes_, len(listing.files)
