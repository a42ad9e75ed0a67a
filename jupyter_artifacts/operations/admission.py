"""Whom a share lets in: the secret, its owner's role, its end, and what it is of."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts import policy
from jupyter_artifacts.errors import ArtifactsError, Gone, Refused
from jupyter_artifacts.operations.auditing import note_refusal
from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.operations.shareable import still_shared
from jupyter_artifacts.operations.table import MAKE
from jupyter_artifacts.records.shares import ShareState

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Context
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
    with ctx.catalog.read() as rows:
        share, sha256, manifest = rows.shares.guarded(share_id)
        share = as_of_now(ctx, share)
        try:
            _check_secret(ctx, share, secret, sha256)
            _check_owner(rows, share)
            if share.state is ShareState.EXPIRED and share.owner == ctx.actor.handle:
                return share, None
            if share.state is not ShareState.ACTIVE:
                raise ended(share)
            return share, still_shared(rows, share.address, manifest, ctx.clock())
        except ArtifactsError as error:
            refused = error
    if not isinstance(refused, Refused):  # those are noted for every operation
        note_refusal(ctx, action, refused, about=share.id)
    raise refused


def _check_secret(ctx: Context, share: Share, secret: str, sha256: str) -> None:
    mine = share.owner == ctx.actor.handle
    if not secret and mine:
        return
    if not hmac.compare_digest(hash_of(secret), sha256):
        msg = "this is not the whole link" if not secret else "this link opens nothing"
        hint = f"open it as it was given, to its last character, or ask {share.owner}"
        raise Refused(msg, address=f"share {share.id}", hint=hint)


def _check_owner(rows: Rows, share: Share) -> None:
    """Raise unless who shared it may still share: what they may not, they cannot give.

    Raises:
        Refused: when their role was taken away.
    """
    owner = rows.members.get(share.owner)
    try:
        policy.check(policy.Asker(handle=owner.handle, role=owner.role), MAKE)
    except Refused as error:
        msg = f"{owner.handle}, who shared it, may not share any more"
        hint = "ask somebody else of the team to share it"
        raise Refused(msg, address=share.address, hint=hint) from error


def ended(share: Share) -> Gone:
    """Return the error of a share that opens nothing any more."""
    if share.state is ShareState.REVOKED:
        msg = f"{share.revoked_by} revoked this share"
    else:
        msg = "this share has expired"
    return Gone(msg, address=share.address, hint=f"ask {share.owner} for a new one")
