"""A server carries a transfer out, and writes down how far it is."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from jupyter_artifacts.errors import ArtifactsError, Canceled
from jupyter_artifacts.records.transfers import Receipt, Transfer, TransferState
from jupyter_artifacts.transfer.move import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.base import JsonObject
    from jupyter_artifacts.transfer.plan import Planned
    from jupyter_artifacts.transfer.progress import Progress

_SAY_EVERY: Final = 0.25
_LISTED: Final = 1000
_MANY: Final = 1000


def carry(
    ctx: Context, transfer: Transfer, agreed: Planned, canceled: Callable[[], bool]
) -> None:
    """Carry out a plan for whoever asked, saying how far it is and how it ended.

    Args:
        ctx: of who asked first.
        transfer: written down already.
        agreed: what is moved.
        canceled: whether this server is asked to stop it.
    """
    if not _say(ctx, transfer.id, state=TransferState.MOVING):
        return
    try:
        receipt = _move(ctx, transfer.id, agreed, canceled)
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
    ctx: Context, transfer_id: str, agreed: Planned, canceled: Callable[[], bool]
) -> Receipt:
    """Carry out a plan, and stop when the catalog says that somebody ended it."""
    ended = threading.Event()
    said = [0.0]

    def progress(now: Progress) -> None:
        if time.monotonic() - said[0] < _SAY_EVERY:
            return
        said[0] = time.monotonic()
        if not _say(
            ctx,
            transfer_id,
            done_bytes=now.done_bytes,
            done_files=now.done_files,
            rate=now.rate,
        ):
            ended.set()

    return carry_out(
        agreed,
        ctx.storage,
        user=ctx.actor.handle,
        progress=progress,
        canceled=lambda: canceled() or ended.is_set(),
    )


def _say(ctx: Context, transfer_id: str, **now: Any) -> bool:
    """Write down how far it is, unless somebody ended it; return whether it goes on.

    Who asks for it is left as it stands: others join and leave meanwhile.
    """
    with ctx.catalog.write() as rows:
        transfer = rows.transfers.get(transfer_id)
        if transfer.ended is not None:
            return False
        put(rows, msgspec.structs.replace(transfer, **now), ctx.clock())
        return True


def _end(
    ctx: Context,
    transfer: Transfer,
    state: TransferState,
    *,
    error: str = "",
    receipt: Receipt | None = None,
) -> None:
    """Write down how it ended."""
    done = state is TransferState.DONE
    _say(
        ctx,
        transfer.id,
        state=state,
        done_bytes=transfer.total_bytes if done else 0,
        done_files=transfer.total_files if done else 0,
        rate=0.0,
        ended=ctx.clock(),
        error=error,
        receipt=receipt and _shortened(receipt),
    )


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
            put(rows, ended, now)


def put(rows: Rows, transfer: Transfer, now: float) -> None:
    """Write a transfer down, tell everyone, and close what it was granted for."""
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


def _shortened(receipt: Receipt) -> Receipt:
    """Return a receipt small enough for a row; all of it lies beside the files."""
    files = receipt.files[:_LISTED]
    left_out = receipt.total_files - len(files)
    return msgspec.structs.replace(receipt, files=files, left_out=left_out)
