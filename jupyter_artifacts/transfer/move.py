"""Carrying out a plan: every byte is checked before its file has its name.

A file is written below `incoming`, or `partial` when it is large, hashed on its way,
compared with what was recorded, given its own time and moved to its name by one
rename. The first error ends the download; what was verified by then stays, and the
same download started again finds it to be the same.

Two downloads of the same into one folder take turns (`turns`); of a file that two
others share, one gives the name, and the other finds it to be the same.

Nothing is synced to the disk file by file, as `cp` does not either: the storage still
has the bytes, and after a power cut the same download finds and replaces what the
disk lost, since "the same" is said of digests only. The receipt is synced.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import ArtifactsError, Canceled
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.transfers import Receipt
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.incoming import incoming_folder
from jupyter_artifacts.transfer.judging import MOVED
from jupyter_artifacts.transfer.mover import Mover
from jupyter_artifacts.transfer.partial import RANGE, sweep_partials
from jupyter_artifacts.transfer.plan import check_plan, planned_again
from jupyter_artifacts.transfer.progress import Meter, Progress
from jupyter_artifacts.transfer.reach import Reach
from jupyter_artifacts.transfer.receipt import keep_receipt
from jupyter_artifacts.transfer.remote import fetch_remote
from jupyter_artifacts.transfer.results import Results
from jupyter_artifacts.transfer.turns import turn
from jupyter_artifacts.transfer.units import is_heavy, units
from jupyter_artifacts.transfer.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jupyter_artifacts.transfer.cache import Cache
    from jupyter_artifacts.transfer.plan import Planned
    from jupyter_artifacts.transfer.reach import Remote, Source
    from jupyter_artifacts.transfer.units import Unit


def carry_out(  # noqa: PLR0913 - one per thing that may differ
    plan: Planned,
    storage: Source,
    *,
    user: str = "",
    progress: Callable[[Progress], None] | None = None,
    canceled: Callable[[], bool] = lambda: False,
    workers: int | None = None,
    remote: Remote = fetch_remote,
    cache: Cache | None = None,
) -> Receipt:
    """Download what `plan` says; return the receipt, kept beside the files.

    Args:
        plan: of `make_plan`.
        storage: where the bytes are.
        user: handle of who asks, for the receipt.
        progress: told how far it is, at most ten times a second, by any worker.
        canceled: asked between chunks whether to stop.
        workers: how many threads; None for what the storage is best served by.
        remote: fetches bytes of remote objects.
        cache: of the user, looked into before a store is asked; None for none.

    Raises:
        WouldOverwrite: when a file stands in the way; planned or appeared since.
        ChangedAtSource: when bytes are not those that were recorded.
        Gone: when the storage no longer has them.
        Unavailable: when the storage could not be reached for a while.
        NoSpace: when the disk ran full.
        Canceled: when `canceled` said so.
    """
    check_plan(plan)
    started = time.time()
    waiting = Meter(plan.bytes, plan.moving, None, canceled)
    with ExitStack() as stack:
        stack.enter_context(faults(plan.to, "the download cannot be written"))
        if stack.enter_context(turn(plan.to, plan.address, waiting.check)):
            plan = planned_again(plan)
        meter = Meter(plan.bytes, plan.moving, progress, canceled)
        results = Results()
        reach = Reach(storage, remote, meter.check, cache)
        incoming = stack.enter_context(incoming_folder(plan.to))
        sweep_partials(plan.to, started)
        mover = stack.enter_context(
            closing(
                Mover(
                    Writer(plan.to, incoming),
                    reach,
                    meter,
                    results,
                    sha256=plan.sha256,
                )
            )
        )
        moving = (file for file in plan.files if file.verdict in MOVED)
        work = _Work(mover, units(moving, reach.is_near))
        # a disk gains nothing from many; of a store, small files need more than ranges
        strong = max(2, storage.streams)
        many = workers or (2 if storage.streams == 1 else 4 * storage.streams)
        # a large file has many pieces
        many = max(1, min(many, plan.moving + plan.bytes // RANGE))
        _run(work, meter, [number < strong for number in range(many)], plan)
    meter.close()
    receipt = Receipt(
        address=plan.address,
        to=plan.to,
        files=[],
        bytes=meter.moved_bytes,
        started=started,
        ended=time.time(),
        user=user,
        source=_common_source(plan, storage),
    )
    return keep_receipt(receipt, results.files(plan))


class _Work:
    """What is left to do, handed out to workers one piece at a time.

    Heavy pieces go to few of them, the strong: what one thread gave back of its memory
    another does not take, so many threads would come to hold many times as much.
    """

    def __init__(self, mover: Mover, work: Iterator[Unit]) -> None:
        self._mover = mover
        self._units = work
        self._heavy: deque[Unit] = deque()
        self._lock = threading.Lock()

    def next(self, worker: int, *, strong: bool) -> Callable[[], None] | None:
        """Return the next piece for such a worker; None when there is none."""
        mover = self._mover
        with self._lock:
            if piece := mover.own_range(worker):
                return piece
            if strong and self._heavy:
                return mover.piece(self._heavy.popleft(), worker)
            for unit in self._units:
                if strong or not is_heavy(unit):
                    return mover.piece(unit, worker)
                self._heavy.append(unit)
            return mover.any_range() if strong else None


def _worker(work: _Work, meter: Meter, number: int, *, strong: bool) -> None:
    try:
        while piece := work.next(number, strong=strong):
            meter.check()
            piece()
    except BaseException as error:
        meter.fail(error)
        raise


def _run(work: _Work, meter: Meter, workers: Sequence[bool], plan: Planned) -> None:
    with ThreadPoolExecutor(len(workers), thread_name_prefix="download") as pool:
        try:
            jobs = [
                pool.submit(_worker, work, meter, number, strong=strong)
                for number, strong in enumerate(workers)
            ]
            for job in as_completed(jobs):
                job.result()
        except BaseException as error:
            meter.stop()
            pool.shutdown(cancel_futures=True)
            # a worker that was stopped may end before the one that failed
            first = meter.failure if isinstance(error, Canceled) else error
            if isinstance(first, ArtifactsError):
                _say_how_far(first, meter.done_files, plan)
            if first and first is not error:
                raise first from first.__cause__
            raise


def _say_how_far(error: ArtifactsError, done: int, plan: Planned) -> None:
    if "://" not in error.address and not error.address.startswith("/"):
        # a key of the storage's, which nobody can type
        error.address = plan.address
    error.message += f"; {done} of {plan.moving} files were verified and stay"
    again = "started again, the download goes on from there"
    error.hint = f"{error.hint}; {again}" if error.hint else again


def _common_source(plan: Planned, storage: Source) -> str:
    """Return the URI of the folder that all objects of the storage lie in."""
    common: str | None = None
    for key in _keys(plan):
        folder = f"/{key}".rpartition("/")[0]
        if common is None:
            common = folder
        elif not f"{folder}/".startswith(f"{common}/"):
            common = os.path.commonpath([common, folder])
    found = (common or "").strip("/")
    return storage.uri(found) if found else ""


def _keys(plan: Planned) -> Iterator[str]:
    newest = ""
    for file in plan.files:
        if file.key and file.key != newest and file.kind is not AssetKind.REMOTE:
            newest = file.key
            yield newest
