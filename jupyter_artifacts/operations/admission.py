"""Whom a share lets in: the secret, its owner's role, its end, and what it is of."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts import policy
from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import Gone, NotFound, Refused
from jupyter_artifacts.operations.auditing import note_refusal
from jupyter_artifacts.operations.context import Actor, Context
from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.operations.shareable import place_to_share, still_shared
from jupyter_artifacts.operations.table import MAKE
from jupyter_artifacts.records.shares import ShareState

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.operations.shareable import SharedPlace
    from jupyter_artifacts.records.shares import Share


def as_of_now(ctx: Context, share: Share) -> Share:
    """Return a share with its state at this time."""
    return msgspec.structs.replace(share, state=share.state_at(ctx.clock()))


def admit(
    ctx: Context, action: str, share_id: str, secret: str
) -> tuple[Share, SharedPlace | None]:
    """Return a share that opens for who asks, and its place; None: it has expired.

    Only its owner is shown an expired one, without its place: to renew it.
    """
    try:
        with ctx.catalog.read() as rows:
            return _opened(ctx, rows, share_id, secret)
    except (Gone, NotFound) as error:  # `Refused` is noted for every operation
        note_refusal(ctx, action, error, about=share_id)
        raise


def _opened(
    ctx: Context, rows: Rows, share_id: str, secret: str
) -> tuple[Share, SharedPlace | None]:
    found, sha256, manifest = rows.shares.guarded(share_id)
    share = as_of_now(ctx, found)
    _check_secret(ctx, share, secret, sha256)
    giver = _as_owner(ctx, rows, share)
    if share.state is ShareState.EXPIRED and share.owner == ctx.actor.handle:
        return share, None
    place = still_shared(giver, rows, share, manifest)
    check_may_see(ctx, rows, share)
    if share.state is not ShareState.ACTIVE:
        raise ended(share)
    return share, place


def check_may_see(ctx: Context, rows: Rows, share: Share) -> None:
    """Raise unless who asks may see what is shared: a link gives no more than that.

    Raises:
        NotFound: when it is private to others, as if there were no such share.
    """
    try:
        place_to_share(ctx, rows, parse_address(share.address))
    except NotFound as error:
        msg = f"there is no share {share.id}"
        raise NotFound(msg, address=f"share {share.id}") from error


def _check_secret(ctx: Context, share: Share, secret: str, sha256: str) -> None:
    mine = share.owner == ctx.actor.handle
    if not secret and mine:
        return
    if not hmac.compare_digest(hash_of(secret), sha256):
        msg = "this is not the whole link" if not secret else "this link opens nothing"
        hint = f"open it as it was given, to its last character, or ask {share.owner}"
        raise Refused(msg, address=f"share {share.id}", hint=hint)


def _as_owner(ctx: Context, rows: Rows, share: Share) -> Context:
    """Return the context of who shared it: what they may not, they cannot give.

    Raises:
        Refused: when their role was taken away.
    """
    owner = rows.members.get(share.owner)
    try:
        policy.check(policy.Asker(handle=owner.handle, role=owner.role), MAKE)
    except Refused as error:
        msg = f"{owner.handle}, who shared it, may not share any more"
        hint = "ask somebody else of the team to share it"
        raise Refused(msg, address=f"share {share.id}", hint=hint) from error
    actor = Actor(handle=owner.handle, login=owner.login, role=owner.role)
    return replace(ctx, actor=actor)


def ended(share: Share) -> Gone:
    """Return the error of a share that opens nothing any more."""
    if share.state is ShareState.REVOKED:
        msg = f"{share.revoked_by} revoked this share"
    else:
        msg = "this share has expired"
    return Gone(msg, address=share.address, hint=f"ask {share.owner} for a new one")
