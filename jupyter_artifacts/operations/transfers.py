"""Transfers: plan a download, have a server carry it out, watch it, cancel it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import ArtifactsError, Canceled, InvalidAddress
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.contents import (
    assets_at,
    default_folder,
    settled,
)
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.places import Nothing
from jupyter_artifacts.operations.table import (
    CHANGE_TRANSFER,
    MAKE,
    SEE,
    Kind,
    operation,
)
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.transfers import (
    Overwrite,
    Plan,
    Receipt,
    Transfer,
    TransferState,
)
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import Planned, check_plan, make_plan
from jupyter_artifacts.transfer.remote import look_at_remote

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.base import JsonObject
    from jupyter_artifacts.transfer.progress import Progress


class Download(Record, frozen=True, kw_only=True):
    """What is downloaded, and where to.

    Attributes:
        address: a run, experiment, file, folder, checkpoint or datastore version.
        to: the folder; "" for one below jupyter_artifacts_downloads/.
        include: globs; when there are any, a file must match one.
        exclude: globs; a file must match none.
        overwrite: what to do with a file that stands in the way.
    """

    address: str
    to: str = ""
    include: list[str] = []
    exclude: list[str] = []
    overwrite: Overwrite = Overwrite.ERROR


class AtTransfer(Record, frozen=True, kw_only=True):
    """A transfer, by its id."""

    transfer: str


@operation("transfers.plan", "POST transfers/plan", needs=SEE)
def plan(ctx: Context, ask: Download) -> Plan:
    """Return what a download would do, before a byte moves."""
    return planned(ctx, ask).record()


def planned(ctx: Context, ask: Download) -> Planned:
    """Return the whole plan of a download, of any size.

    Raises:
        InvalidAddress: when there are no files.
        ArtifactsError: see `make_plan`.
    """
    place = parse_address(ask.address, me=ctx.actor.handle)
    with ctx.catalog.read() as rows:
        place = settled(ctx, rows, place)
        to = resolve_folder(ctx, ask.to or default_folder(place), must_exist=False)
        made = make_plan(
            place.short,
            assets_at(ctx, rows, place),
            to,
            include=ask.include,
            exclude=ask.exclude,
            overwrite=ask.overwrite,
            look=look_at_remote,
        )
    if not made.files:
        msg = "there are no files to download"
        raise InvalidAddress(msg, address=ask.address, hint="list it with ls first")
    return made


@operation("transfers.start", "POST transfers", needs=MAKE, kind=Kind.JOB)
def start(ctx: Context, ask: Download) -> Transfer:
    """Have the server download into the session's folder."""
    agreed = planned(ctx, ask)
    check_plan(agreed)
    transfer = Transfer(
        id=new_id(),
        owner=ctx.actor.handle,
        address=agreed.address,
        to=os.path.relpath(agreed.to, ctx.confined) if ctx.confined else agreed.to,
        state=TransferState.QUEUED,
        total_bytes=agreed.bytes,
        total_files=len(agreed.files),
        started=ctx.clock(),
        session=ctx.place.id if ctx.place else "",
    )
    with ctx.catalog.write() as rows:
        note(
            ctx,
            rows,
            "transfers.start",
            transfer.address,
            about=transfer.id,
            grants=True,
        )
        _put(rows, transfer, ctx.clock())
    ctx.jobs.submit(
        transfer.id, lambda canceled: _carry(ctx, transfer, agreed, canceled)
    )
    return transfer


def _carry(
    ctx: Context, transfer: Transfer, agreed: Planned, canceled: Callable[[], bool]
) -> None:
    moving = msgspec.structs.replace(transfer, state=TransferState.MOVING)
    if not _say(ctx, moving):
        return
    try:
        receipt = _shortened(_move(ctx, moving, agreed, canceled))
    except Canceled as error:
        _end(ctx, transfer, TransferState.CANCELED, error=str(error))
    except ArtifactsError as error:
        _end(ctx, transfer, TransferState.FAILED, error=str(error))
    except BaseException as error:
        _end(ctx, transfer, TransferState.FAILED, error=f"{type(error).__name__}")
        raise
    else:
        _end(ctx, transfer, TransferState.DONE, receipt=receipt)


def _move(
    ctx: Context, moving: Transfer, agreed: Planned, canceled: Callable[[], bool]
) -> Receipt:
    """Carry out a plan, and stop when the catalog says that somebody ended it."""
    ended = threading.Event()
    said = [0.0]

    def progress(now: Progress) -> None:
        if time.monotonic() - said[0] < _SAY_EVERY:
            return
        said[0] = time.monotonic()
        far = msgspec.structs.replace(
            moving, done_bytes=now.done_bytes, done_files=now.done_files, rate=now.rate
        )
        if not _say(ctx, far):
            ended.set()

    return carry_out(
        agreed,
        ctx.storage,
        user=ctx.actor.handle,
        progress=progress,
        canceled=lambda: canceled() or ended.is_set(),
    )


_SAY_EVERY = 0.25
_LISTED = 1000


def _shortened(receipt: Receipt) -> Receipt:
    """Return a receipt small enough for a row; all of it lies beside the files."""
    files = receipt.files[:_LISTED]
    left_out = receipt.total_files - len(files)
    return msgspec.structs.replace(receipt, files=files, left_out=left_out)


def end_abandoned(rows: Rows, living: set[str], now: float) -> None:
    """Say that transfers failed whose server is gone.

    Args:
        rows: of a write.
        living: ids of the sessions that are there.
        now: seconds since 1970.
    """
    for transfer in rows.transfers.recent(limit=_MANY):
        if transfer.ended is not None or not transfer.session:
            continue
        if transfer.session not in living:
            error = "its server ended before it was done; start it again"
            state = TransferState.FAILED
            ended = msgspec.structs.replace(
                transfer, state=state, ended=now, error=error
            )
            _put(rows, ended, now)


_MANY = 1000


def _end(
    ctx: Context,
    transfer: Transfer,
    state: TransferState,
    *,
    error: str = "",
    receipt: Receipt | None = None,
) -> None:
    done = state is TransferState.DONE
    _say(
        ctx,
        msgspec.structs.replace(
            transfer,
            state=state,
            done_bytes=transfer.total_bytes if done else 0,
            done_files=transfer.total_files if done else 0,
            ended=ctx.clock(),
            error=error,
            receipt=receipt,
        ),
    )


def _say(ctx: Context, transfer: Transfer) -> bool:
    """Write down how far it is, unless somebody ended it; return whether it goes on."""
    with ctx.catalog.write() as rows:
        if rows.transfers.get(transfer.id).ended is not None:
            return False
        _put(rows, transfer, ctx.clock())
        return True


def _put(rows: Rows, transfer: Transfer, now: float) -> None:
    rows.transfers.put(transfer)
    data: JsonObject = {
        "state": transfer.state.value,
        "done_bytes": transfer.done_bytes,
        "total_bytes": transfer.total_bytes,
        "rate": transfer.rate,
    }
    rows.events.add("transfer", "changed", transfer.id, now, data)
    if transfer.ended is not None:
        moved = transfer.receipt.bytes if transfer.receipt else None
        outcome = transfer.state.value
        rows.audit.close_about(transfer.id, moved=moved, outcome=outcome, now=now)


@operation("transfers.list", "GET transfers", needs=SEE)
def recent(ctx: Context, ask: Nothing) -> list[Transfer]:  # noqa: ARG001
    """Return the newest transfers, moving ones first."""
    with ctx.catalog.read() as rows:
        return rows.transfers.recent(limit=100)


@operation("transfers.get", "GET transfers/{transfer}", needs=SEE)
def get(ctx: Context, ask: AtTransfer) -> Transfer:
    """Return a transfer."""
    with ctx.catalog.read() as rows:
        return rows.transfers.get(ask.transfer)


@operation("transfers.cancel", "DELETE transfers/{transfer}", needs=CHANGE_TRANSFER)
def cancel(ctx: Context, ask: AtTransfer) -> Transfer:
    """Cancel a transfer of mine: what was verified stays, nothing half does.

    Whatever server carries it out sees within a second that it is canceled; where
    none does any more, it has ended with this.
    """
    mine = ctx.jobs.cancel(ask.transfer)
    with ctx.catalog.write() as rows:
        transfer = rows.transfers.get(ask.transfer)
        if mine or transfer.ended is not None:
            return transfer
        now = ctx.clock()
        canceled = msgspec.structs.replace(
            transfer, state=TransferState.CANCELED, ended=now
        )
        _put(rows, canceled, now)
        return canceled
