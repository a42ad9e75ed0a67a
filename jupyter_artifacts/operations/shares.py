"""Share links: made, opened, read, renewed, revoked; every use is counted and audited.

The secret of a link stands behind its "#", which browsers never send; the page sends
it in a body, and the catalog keeps its SHA-256. Whoever opens a link is signed in; the
link adds nothing to that but a place to look at, until it ends.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from jupyter_artifacts.addresses import AssetPath, parse_address
from jupyter_artifacts.errors import Refused
from jupyter_artifacts.operations.admission import (
    admit,
    as_of_now,
    check_may_see,
    ended,
)
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.giving import given_out
from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.operations.ranges import (
    PageSize,
    TreePageSize,
)
from jupyter_artifacts.operations.sessions import ALIVE
from jupyter_artifacts.operations.shareable import (
    level_of,
    not_in,
    place_to_share,
)
from jupyter_artifacts.operations.table import (
    CHANGE_SHARE,
    DELETE_SHARE,
    MAKE,
    SEE,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.policy import ADMINS
from jupyter_artifacts.records.base import Page, Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.shares import NewShare, OpenedShare, Share

if TYPE_CHECKING:
    from jupyter_artifacts.operations.rows import Rows

DAY: Final = 86_400.0
LONGEST: Final = 30 * DAY
SHORTEST: Final = 60.0
PAGE_PATH: Final = "jupyter-artifacts/share"
"""Where the page of a share is, below a server."""

_SECRET_BYTES: Final = 32

Seconds = Annotated[float, Meta(ge=SHORTEST, le=LONGEST)]
Secret = Annotated[str, Meta(max_length=200)]


class MakeShare(Record, frozen=True, kw_only=True):
    """What is shared, and for how long.

    Attributes:
        address: a file, folder, experiment, checkpoint or a datastore's version.
        expires: in how many seconds; a day unless said, 30 days at most.
    """

    address: str
    expires: Seconds = DAY


class SharesAsk(Record, frozen=True, kw_only=True):
    """Whose shares.

    Attributes:
        everyone: everyone's, for admins and owners; else mine.
        limit: at most this many.
        cursor: of the page before.
    """

    everyone: bool = False
    limit: PageSize = 100
    cursor: str | None = None


class AtShare(Record, frozen=True, kw_only=True):
    """A share, by its id."""

    share: str


class RevokeShare(AtShare, frozen=True, kw_only=True):
    """Which share, and why when it is someone else's."""

    reason: str = ""


class RenewShare(AtShare, frozen=True, kw_only=True):
    """Which share, and in how many seconds it ends; None for as long as before."""

    expires: Seconds | None = None


class OpenShare(AtShare, frozen=True, kw_only=True):
    """A share as its link opens it.

    Attributes:
        secret: what stands behind the link's "#"; who made it needs none.
        prefix: a folder in it; "" for its top.
        limit: at most this many lines.
        cursor: of the page before.
    """

    secret: Secret = ""
    prefix: str = ""
    limit: TreePageSize = 1000
    cursor: str | None = None


class ReadShare(AtShare, frozen=True, kw_only=True):
    """A file of a share, by the path that its listing gives."""

    path: str
    secret: Secret = ""


@operation("shares.make", "POST shares", needs=MAKE)
def make(ctx: Context, ask: MakeShare) -> NewShare:
    """Share something with whoever has the link and is signed in."""
    now, secret = ctx.clock(), secrets.token_urlsafe(_SECRET_BYTES)
    with ctx.catalog.write() as rows:
        asked = parse_address(ask.address, me=ctx.actor.handle)
        place = place_to_share(ctx, rows, asked)
        share = Share(
            id=new_id(),
            address=place.whole,
            kind=place.kind,
            owner=ctx.actor.handle,
            created=now,
            lasts=ask.expires,
            expires=now + ask.expires,
        )
        rows.shares.create(
            share, secret_sha256=hash_of(secret), manifest=place.manifest
        )
        note(ctx, rows, "shares.make", share.address, about=share.id)
        server = _server(ctx, rows)
    path = f"{PAGE_PATH}/{share.id}#{secret}"
    return NewShare(share=share, link=f"{server}{path}" if server else "", path=path)


def _server(ctx: Context, rows: Rows) -> str:
    """Return where a server of the team is, this session's first; "" for none."""
    here = ctx.place.id if ctx.place else ""
    living = rows.sessions.all(seen_after=ctx.clock() - ALIVE)
    living.sort(key=lambda one: (one.id != here, one.owner != ctx.actor.handle))
    return f"{living[0].url.rstrip('/')}/" if living else ""


@operation("shares.list", "GET shares", needs=SEE, kind=Kind.PAGE)
def list_some(ctx: Context, ask: SharesAsk) -> Page[Share]:
    """Return my shares, newest first; everyone's for those who look after the team."""
    actor = ctx.actor
    if ask.everyone and actor.role not in ADMINS:
        who = "only an admin or owner may see everyone's shares"
        msg = f"{who}; {actor.handle} is neither"
        raise Refused(msg, address="shares", hint="list your own")
    owner = "" if ask.everyone else actor.handle
    with ctx.catalog.read() as rows:
        page = rows.shares.page(owner, limit=ask.limit, cursor=ask.cursor)
    items = [as_of_now(ctx, share) for share in page.items]
    return msgspec.structs.replace(page, items=items)


@operation("shares.get", "GET shares/{share}", needs=SEE)
def get(ctx: Context, ask: AtShare) -> Share:
    """Return what is said of a share; not what opens it."""
    with ctx.catalog.read() as rows:
        share = rows.shares.get(ask.share)
        if share.owner != ctx.actor.handle and ctx.actor.role not in ADMINS:
            check_may_see(ctx, rows, share)
        return as_of_now(ctx, share)


@operation("shares.revoke", "DELETE shares/{share}", needs=DELETE_SHARE)
def revoke(ctx: Context, ask: RevokeShare) -> Share:
    """End a share for good: from now on its link opens nothing."""
    with ctx.catalog.write() as rows:
        by = ctx.actor.handle
        return as_of_now(ctx, rows.shares.revoke(ask.share, by=by, now=ctx.clock()))


@operation(
    "shares.renew", "POST shares/{share}/renew", needs=CHANGE_SHARE, routine=True
)
def renew(ctx: Context, ask: RenewShare) -> Share:
    """Let a share of mine last on from now, as long as before or as said."""
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        before = rows.shares.get(ask.share)
        lasts = before.lasts if ask.expires is None else ask.expires
        share = rows.shares.renew(ask.share, lasts=lasts, expires=now + lasts)
        note(ctx, rows, "shares.renew", share.address, about=share.id)
        return as_of_now(ctx, share)


@operation("shares.open", "POST shares/{share}/open", needs=SEE)
def open_it(ctx: Context, ask: OpenShare) -> OpenedShare:
    """Return what a share's link shows, one level at a time."""
    share, place = admit(ctx, "shares.open", ask.share, ask.secret)
    mine = share.owner == ctx.actor.handle
    if place is None:
        return OpenedShare(share=share, mine=mine, top="", page=Page(items=[]))
    page = level_of(ctx, place, ask.prefix, limit=ask.limit, cursor=ask.cursor)
    if not ask.prefix and ask.cursor is None:
        with ctx.catalog.write() as rows:
            rows.shares.count(share.id, opens=1)
            note(ctx, rows, "shares.open", share.address, about=share.id)
            share = as_of_now(ctx, rows.shares.get(share.id))
    return OpenedShare(share=share, mine=mine, top=place.top, page=page)


@operation(
    "shares.read", "POST shares/{share}/files/{path*}", needs=SEE, kind=Kind.BYTES
)
def read(ctx: Context, ask: ReadShare) -> Content:
    """Return the bytes of a file of a share."""
    path = AssetPath(ask.path)
    share, place = admit(ctx, "shares.read", ask.share, ask.secret)
    if place is None:
        raise ended(share)
    if not place.holds(path):
        raise not_in(place, path.text)
    with ctx.catalog.read() as rows:
        stored = rows.assets.get(place.manifest, path.text)
    return given_out(ctx, share, place, stored)
