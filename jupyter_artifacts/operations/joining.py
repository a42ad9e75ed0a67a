"""Transfers joined by several askers: the second one's bytes move with the first's.

Whoever asks this server for the very same, bytes, folder and options, while it moves,
is answered the transfer that moves it. They are let in as if they had asked alone:
they may see what it is of and write where it goes to, or are told why not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.carrying import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.records.transfers import Transfer


def wish_of(address: str, to: str, options: msgspec.Struct) -> str:
    """Return a digest of what somebody asks for, whatever it holds by now.

    Args:
        address: of the thing, settled.
        to: the target folder, absolute, links resolved.
        options: everything else that was said.
    """
    said = msgspec.json.encode([address, to, msgspec.to_builtins(options)])
    return digest_of(said).rpartition(":")[2]


class Listed:
    """Assets that go by, and a digest of all of them.

    Two listings of a run that is written to differ, and so do the downloads of them.

    Args:
        assets: all that a place holds.
    """

    def __init__(self, assets: Iterable[StoredAsset]) -> None:
        self._assets = assets
        self._hasher = Hasher()

    def __iter__(self) -> Iterator[StoredAsset]:
        """Yield them."""
        encoder = msgspec.msgpack.Encoder()
        for stored in self._assets:
            asset = stored.asset
            told = (asset.path, asset.size, asset.digest, stored.key, stored.offset)
            more = (asset.uri, asset.version_id, asset.etag, asset.checksum)
            self._hasher.update(encoder.encode((told, more)))
            yield stored

    def exhausted(self) -> str:
        """Return the digest when nobody else goes through them."""
        for _ in self:
            pass
        return self.digest()

    def digest(self) -> str:
        """Return the digest of those that went by."""
        return self._hasher.digest().rpartition(":")[2]


def is_wished(ctx: Context, rows: Rows, wish: str) -> bool:
    """Return whether a transfer here moves what was wished for, or an older state."""
    return any(_moving_here(ctx, rows, wish))


def join(ctx: Context, rows: Rows, asked: str) -> Transfer | None:
    """Return the transfer that moves what was asked for, joined; None for none.

    Args:
        ctx: of who asks, who may have it.
        rows: of a write.
        asked: wish and listing.
    """
    transfer = next(_moving_here(ctx, rows, asked), None)
    if transfer is None or ctx.actor.handle in transfer.askers:
        return transfer
    askers = [*transfer.askers, ctx.actor.handle]
    joined = msgspec.structs.replace(transfer, askers=askers)
    note(
        ctx,
        rows,
        "transfers.start",
        transfer.address,
        about=transfer.id,
        grants=True,
    )
    put(rows, joined, ctx.clock())
    return joined


def leave(ctx: Context, rows: Rows, transfer: Transfer) -> Transfer:
    """Take who asks out of a transfer; it goes on while somebody else waits for it."""
    me = ctx.actor.handle
    left = msgspec.structs.replace(
        transfer, askers=[asker for asker in transfer.askers if asker != me]
    )
    if left.askers and left != transfer:
        now = ctx.clock()
        rows.audit.close_about(
            transfer.id, moved=None, outcome="canceled", now=now, user=me
        )
    if left != transfer:
        put(rows, left, ctx.clock())
    return left


def _moving_here(ctx: Context, rows: Rows, asked: str) -> Iterator[Transfer]:
    if not ctx.jobs.lasting or ctx.place is None:
        return
    for transfer in rows.transfers.moving():
        here = transfer.session == ctx.place.id
        # one that its last asker has left is about to stop
        if here and transfer.askers and transfer.asked.startswith(asked):
            yield transfer
