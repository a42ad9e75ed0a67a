"""Handing out a shared file: counted, audited, and never as a pack."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, InvalidRequest
from jupyter_artifacts.operations.auditing import grant, outcome_of
from jupyter_artifacts.operations.places import content_of
from jupyter_artifacts.records.assets import AssetKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.shareable import SharedPlace
    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.records.shares import Share

URL_LASTS: Final = 300
"""Seconds in which a store's own URL of a file can be used."""

_ACTION: Final = "shares.read"


def given_out(
    ctx: Context, share: Share, place: SharedPlace, stored: StoredAsset
) -> Content:
    """Return a shared file's bytes, which are noted when somebody really takes them.

    Raises:
        InvalidRequest: when it is no file that we hold.
    """
    asset = stored.asset
    address = f"{place.address}/{asset.path}"
    if asset.kind is not AssetKind.FILE:
        msg = f"it is a {asset.kind}: we do not hold its bytes"
        hint = "download it with your own access: jupyter artifacts download"
        raise InvalidRequest(msg, address=address, hint=hint)
    content = content_of(ctx, stored, address)

    def read(start: int, length: int) -> Iterator[bytes]:
        return _counted(ctx, share, address, content.read(start, length), length)

    return replace(
        content,
        local_path=None,  # or a reader could go past what counts
        address="",  # it is noted here
        read=read,
        elsewhere=_elsewhere(ctx, share, place, stored, address),
    )


def _counted(
    ctx: Context, share: Share, address: str, chunks: Iterator[bytes], length: int
) -> Iterator[bytes]:
    given = grant(ctx, _ACTION, address, about=share.id)
    moved, outcome = 0, "cut off"
    try:
        for chunk in chunks:
            moved += len(chunk)
            if moved >= length:  # who takes the last one need not ask again
                outcome = "done"
            yield chunk
    except Exception as error:
        outcome = outcome_of(error)
        raise
    finally:
        # as in `close`: the bytes are out, whatever the catalog says to it
        with suppress(ArtifactsError), ctx.catalog.write() as rows:
            rows.audit.close(given, moved=moved, outcome=outcome, now=ctx.clock())
            rows.shares.count(share.id, downloads=1, moved=moved)


def _elsewhere(
    ctx: Context, share: Share, place: SharedPlace, stored: StoredAsset, address: str
) -> Callable[[], str | None] | None:
    """Return what makes a URL of the store's own, where the store has such.

    Not of a file in a pack: the URL would give the whole pack. Nor of one that may be
    written anew: the URL would give other bytes than those listed.
    """
    if stored.offset is not None or not place.settled:
        return None

    def give() -> str | None:
        url = ctx.storage.presign(stored.key, URL_LASTS)
        if url is None:
            return None
        grant(ctx, _ACTION, address, about=share.id)
        with ctx.catalog.write() as rows:
            rows.shares.count(share.id, downloads=1)
        return url

    return give
