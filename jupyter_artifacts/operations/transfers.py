"""Transfers: plan a download, have a server carry it out, watch it, cancel it.

Who asks for what somebody's transfer is moving already joins it (`joining`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import InvalidAddress, NotFound
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.carrying import carry, put
from jupyter_artifacts.operations.contents import (
    assets_at,
    default_folder,
    settled,
)
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.copies import with_copies
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.joining import (
    Listed,
    is_wished,
    join,
    leave,
    wish_of,
)
from jupyter_artifacts.operations.places import Nothing
from jupyter_artifacts.operations.sight import looks_for, may_see
from jupyter_artifacts.operations.table import (
    CHANGE_TRANSFER,
    MAKE,
    SEE,
    Kind,
    operation,
)
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.transfers import (
    Overwrite,
    Plan,
    Transfer,
    TransferState,
)
from jupyter_artifacts.transfer.plan import (
    Planned,
    check_plan,
    check_target,
    make_plan,
)
from jupyter_artifacts.transfer.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.operations.rows import Rows


class Download(Record, frozen=True, kw_only=True):
    """What is downloaded, and where to.

    Attributes:
        address: a run, experiment, file, folder, checkpoint or datastore version.
        to: the folder; "" for one below jupyter_artifacts_downloads/.
        include: globs; when there are any, a file must match one.
        exclude: globs; a file must match none.
        overwrite: what to do with a file that stands in the way.
        sha256: whether SHA-256 is computed of every file, too, and stands in the
            receipt; compared where it was recorded.
    """

    address: str
    to: str = ""
    include: list[str] = []
    exclude: list[str] = []
    overwrite: Overwrite = Overwrite.ERROR
    sha256: bool = False


class AtTransfer(Record, frozen=True, kw_only=True):
    """A transfer, by its id."""

    transfer: str


@operation("transfers.plan", "POST transfers/plan", needs=SEE, kind=Kind.LOOK)
def plan(ctx: Context, ask: Download) -> Plan:
    """Return what a download would do, before a byte moves."""
    return planned(ctx, ask).record()


def planned(ctx: Context, ask: Download) -> Planned:
    """Return the whole plan of a download, of any size.

    Raises:
        InvalidAddress: when there are no files.
        ArtifactsError: see `make_plan`.
    """
    return _planned(ctx, *_read(ctx, ask), ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a download is of, as far as who asks may have it, and where it goes to.

    It is listed from the catalog, for as long as its rows are open.
    """

    address: str
    to: Path
    listed: Listed

    def wish(self, ask: Download) -> str:
        """Return a digest of what is asked for."""
        return wish_of(
            self.address,
            os.path.realpath(self.to),
            msgspec.structs.replace(
                ask,
                address="",
                to="",
                include=sorted(set(ask.include)),
                exclude=sorted(set(ask.exclude)),
            ),
        )


def _wanted(ctx: Context, rows: Rows, ask: Download) -> _Wanted:
    place = settled(ctx, rows, parse_address(ask.address, me=ctx.actor.handle))
    to = resolve_folder(ctx, ask.to or default_folder(place), must_exist=False)
    listed = Listed(assets_at(ctx, rows, place))
    return _Wanted(address=place.short, to=to, listed=listed)


def _read(ctx: Context, ask: Download) -> tuple[_Wanted, Spool[StoredAsset]]:
    """Return what is wanted, and all of its files.

    Buckets are asked and files of the target hashed afterwards: meanwhile no snapshot
    may be held open, or the catalog's journal grows with all that anybody writes.
    """
    files = Spool(StoredAsset)
    with ctx.catalog.read() as rows:
        wanted = _wanted(ctx, rows, ask)
        for stored in with_copies(ctx, rows, wanted.listed):
            files.append(stored)
    return wanted, files


def _planned(
    ctx: Context, wanted: _Wanted, files: Spool[StoredAsset], ask: Download
) -> Planned:
    made = make_plan(
        wanted.address,
        files,
        wanted.to,
        include=ask.include,
        exclude=ask.exclude,
        overwrite=ask.overwrite,
        sha256=ask.sha256,
        look=looks_for(ctx),
    )
    if not made.files:
        msg = "there are no files to download"
        raise InvalidAddress(msg, address=ask.address, hint="list it with ls first")
    return made


@operation("transfers.start", "POST transfers", needs=MAKE, kind=Kind.JOB)
def start(ctx: Context, ask: Download) -> Transfer:
    """Have the server download into the session's folder, or join who has it do so."""
    joined = _joined(ctx, ask)
    if joined is not None:
        return joined
    wanted, files = _read(ctx, ask)
    agreed = _planned(ctx, wanted, files, ask)
    asked = f"{wanted.wish(ask)}-{wanted.listed.digest()}"
    check_plan(agreed)
    transfer = Transfer(
        id=new_id(),
        owner=ctx.actor.handle,
        address=agreed.address,
        to=os.path.relpath(agreed.to, ctx.confined) if ctx.confined else agreed.to,
        state=TransferState.QUEUED,
        total_bytes=agreed.bytes,
        total_files=agreed.moving,
        started=ctx.clock(),
        session=ctx.place.id if ctx.place else "",
        askers=[ctx.actor.handle],
        asked=asked if ctx.jobs.lasting else "",
    )
    with ctx.catalog.write() as rows:
        # somebody may have asked for the same while this was planned
        joined = join(ctx, rows, asked)
        if joined is not None:
            return joined
        note(
            ctx,
            rows,
            "transfers.start",
            transfer.address,
            about=transfer.id,
            grants=True,
        )
        put(rows, transfer, ctx.clock())
    ctx.jobs.submit(
        transfer.id, lambda canceled: carry(ctx, transfer, agreed, canceled)
    )
    return transfer


def _joined(ctx: Context, ask: Download) -> Transfer | None:
    """Return the transfer that moves the very same already, joined; None for none."""
    with ctx.catalog.read() as rows:
        wanted = _wanted(ctx, rows, ask)
        wish = wanted.wish(ask)
        if not is_wished(ctx, rows, wish):
            return None
        check_target(os.path.realpath(wanted.to))
        asked = f"{wish}-{wanted.listed.exhausted()}"
    with ctx.catalog.write() as rows:
        return join(ctx, rows, asked)


@operation("transfers.list", "GET transfers", needs=SEE)
def recent(ctx: Context, ask: Nothing) -> list[Transfer]:  # noqa: ARG001
    """Return the newest transfers, moving ones first."""
    with ctx.catalog.read() as rows:
        found = rows.transfers.recent(limit=100)
        return [each for each in found if may_see(ctx, rows, each)]


@operation("transfers.get", "GET transfers/{transfer}", needs=SEE)
def get(ctx: Context, ask: AtTransfer) -> Transfer:
    """Return a transfer."""
    with ctx.catalog.read() as rows:
        transfer = rows.transfers.get(ask.transfer)
        if not may_see(ctx, rows, transfer):
            msg = f"there is no transfer {ask.transfer}"
            raise NotFound(msg, address=ask.transfer)
        return transfer


@operation("transfers.cancel", "DELETE transfers/{transfer}", needs=CHANGE_TRANSFER)
def cancel(ctx: Context, ask: AtTransfer) -> Transfer:
    """Take me out of a transfer; without anybody left who asked for it, it is canceled.

    What was verified stays, nothing half does. Whatever server carries it out sees
    within a second that it is canceled; where none does any more, it has ended with
    this.
    """
    with ctx.catalog.write() as rows:
        transfer = rows.transfers.get(ask.transfer)
        if transfer.ended is None:
            transfer = leave(ctx, rows, transfer)
        if transfer.ended is not None or transfer.askers:
            return transfer
    mine = ctx.jobs.cancel(ask.transfer)
    with ctx.catalog.write() as rows:
        transfer = rows.transfers.get(ask.transfer)
        if mine or transfer.ended is not None:
            return transfer
        now = ctx.clock()
        canceled = msgspec.structs.replace(
            transfer, state=TransferState.CANCELED, ended=now
        )
        put(rows, canceled, now)
        return canceled
