"""Carrying out a plan: every byte is checked before its file has its name.

A file is written below `incoming`, hashed on its way, compared with the digest the
catalog recorded, given its own time and moved to its name by one rename. The first
error ends the download; what was verified by then stays, and the same download
started again finds it to be the same.

Nothing is synced to the disk file by file, as `cp` does not either: the storage still
has the bytes, and after a power cut the same download finds and replaces what the
disk lost, since "the same" is said of digests only. The receipt is synced.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.errors import (
    ArtifactsError,
    Canceled,
    ChangedAtSource,
    WouldOverwrite,
)
from jupyter_artifacts.records.transfers import (
    Plan,
    PlannedFile,
    Receipt,
    ReceiptFile,
    Verdict,
)
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.copying import copy, write_all
from jupyter_artifacts.storage.faults import fault, faults
from jupyter_artifacts.storage.revisions import read_pinned
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.transfer.batches import SMALL, Batch, batches
from jupyter_artifacts.transfer.incoming import give_name, incoming_folder
from jupyter_artifacts.transfer.plan import MOVED, check_plan
from jupyter_artifacts.transfer.progress import Meter, Progress
from jupyter_artifacts.transfer.receipt import keep_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

WORKERS: Final = 4
_NEW_FILE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_OUTCOMES: Final = {
    Verdict.NEW: "written",
    Verdict.REPLACE: "replaced",
    Verdict.RENAME: "renamed",
    Verdict.SAME: "same",
    Verdict.SKIP: "skipped",
}


class Source(Protocol):
    """What a download needs of a storage."""

    def read(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes of `key`."""

    def local_path(self, key: str) -> Path | None:
        """Return where `key` lies on this machine; None when it does not."""

    def uri(self, key: str) -> str:
        """Return the URI of `key`."""


def carry_out(
    plan: Plan,
    storage: Source,
    *,
    user: str = "",
    progress: Callable[[Progress], None] | None = None,
    canceled: Callable[[], bool] = lambda: False,
    workers: int = WORKERS,
) -> Receipt:
    """Download what `plan` says; return the receipt, kept beside the files.

    Args:
        plan: of `make_plan`.
        storage: where the bytes are.
        user: handle of who asks, for the receipt.
        progress: told how far it is, at most ten times a second, by any worker.
        canceled: asked between chunks whether to stop.
        workers: how many files move at once.

    Raises:
        WouldOverwrite: when a file stands in the way; planned or appeared since.
        ChangedAtSource: when bytes are not those that were recorded.
        Gone: when the storage no longer has them.
        NoSpace: when the disk ran full.
        Canceled: when `canceled` said so.
    """
    check_plan(plan)
    started = time.time()
    moving = [file for file in plan.files if file.verdict in MOVED]
    meter = Meter(plan.bytes, len(moving), progress, canceled)
    with (
        faults(plan.to, "the download cannot be written"),
        incoming_folder(plan.to) as incoming,
    ):
        mover = _Mover(plan.to, storage, incoming, meter)
        _run(mover, moving, meter, workers)
    meter.close()
    return keep_receipt(
        Receipt(
            address=plan.address,
            to=plan.to,
            files=[_receipt_file(file, mover.digests) for file in plan.files],
            bytes=meter.done_bytes,
            started=started,
            ended=time.time(),
            user=user,
            source=_common_source(plan, storage),
        )
    )


class _Mover:
    """One download's workers' common knowledge."""

    def __init__(self, to: str, storage: Source, incoming: int, meter: Meter) -> None:
        self._to = to
        self._storage = storage
        self._incoming = incoming
        self._meter = meter
        self._numbers = count()
        self.digests: dict[str, str] = {}  # of files that had none recorded

    def lanes(self, moving: list[PlannedFile]) -> list[list[Batch]]:
        """Return batches that one thread each moves, one after the other.

        Small files of this machine share one: their work is nearly all Python's own,
        and threads that hand the interpreter to and fro take four times as long.
        """
        small, large = batches(moving)
        apart = [[batch] for batch in large]
        near = bool(small) and self._storage.local_path(small[0][1][0].key) is not None
        return [*([small] if near else [[batch] for batch in small]), *apart]

    def lane(self, lane: list[Batch]) -> None:
        """Move the files of each batch."""
        try:
            for folder, files in lane:
                self._batch(folder, files)
        except BaseException as error:
            self._meter.fail(error)
            raise

    def _batch(self, folder: str, files: list[PlannedFile]) -> None:
        parts = folder.split("/") if folder else []
        with folder_beneath(self._to, parts, make_mode=0o777) as target:
            for file in files:
                self._meter.check()
                try:
                    self._one(file, target)
                except ArtifactsError:
                    raise
                except FileExistsError as error:
                    raise _appeared(file, self._to) from error
                except OSError as error:
                    address = f"{self._to}/{file.target}"
                    raise fault(error, address, "the file cannot be written") from error

    def _one(self, file: PlannedFile, folder: int) -> None:
        passing = str(next(self._numbers))
        opened = os.open(passing, _NEW_FILE, 0o666, dir_fd=self._incoming)
        try:
            size, digest = self._bring(file, opened)
            _check(file, size, digest)
            if file.modified:
                when = int(said_time(file.modified) * 1e9)
                os.utime(opened, ns=(when, when))
            name = file.target.rpartition("/")[2]
            replace = file.verdict is Verdict.REPLACE
            give_name(passing, self._incoming, name, folder, replace=replace)
        except BaseException:
            os.unlink(passing, dir_fd=self._incoming)
            raise
        finally:
            os.close(opened)
        if not file.digest:
            self.digests[file.path] = digest
        self._meter.finished(1)

    def _bring(self, file: PlannedFile, opened: int) -> tuple[int, str]:
        if file.size <= SMALL:
            return self._bring_small(file, opened)
        source = self._open(file)
        if source is None:
            return self._bring_chunks(file, opened)
        try:
            return copy(source, opened, self._meter.moved)
        finally:
            os.close(source)

    def _open(self, file: PlannedFile) -> int | None:
        """Open the planned bytes on this machine; None when they are not here."""
        with faults(file.key, "the stored file cannot be read"), ExitStack() as unused:
            source = None
            # in this order, see `storage.revisions`
            for key in filter(None, (file.key, file.pinned)):
                local = self._storage.local_path(key)
                if local is not None:
                    with suppress(FileNotFoundError):
                        source = os.open(local, _READ)
                        unused.callback(os.close, source)
            return None if source is None else os.dup(source)

    def _bring_small(self, file: PlannedFile, opened: int) -> tuple[int, str]:
        chunks = read_pinned(self._storage, file.key, file.pinned, 0, file.size + 1)
        content = b"".join(chunks)
        self._meter.moved(len(content))
        write_all(opened, content)
        return len(content), digest_of(content)

    def _bring_chunks(self, file: PlannedFile, opened: int) -> tuple[int, str]:
        hasher = Hasher()
        size = 0
        for chunk in read_pinned(self._storage, file.key, file.pinned):
            hasher.update(chunk)
            write_all(opened, chunk)
            size += len(chunk)
            self._meter.moved(len(chunk))
        return size, hasher.digest()


def _run(mover: _Mover, moving: list[PlannedFile], meter: Meter, workers: int) -> None:
    with ThreadPoolExecutor(workers, thread_name_prefix="download") as pool:
        try:
            jobs = [pool.submit(mover.lane, lane) for lane in mover.lanes(moving)]
            for job in as_completed(jobs):
                job.result()
        except BaseException as error:
            meter.stop()
            pool.shutdown(cancel_futures=True)
            # a worker that was stopped may end before the one that failed
            first = meter.failure if isinstance(error, Canceled) else error
            if isinstance(first, ArtifactsError):
                _say_how_far(first, meter.done_files, len(moving))
            if first and first is not error:
                raise first from first.__cause__
            raise


def _say_how_far(error: ArtifactsError, done: int, total: int) -> None:
    error.message += f"; {done} of {total} files were verified and stay"
    again = "started again, the download goes on from there"
    error.hint = f"{error.hint}; {again}" if error.hint else again


def _check(file: PlannedFile, size: int, digest: str) -> None:
    if size == file.size and digest == (file.digest or digest):
        return
    what = (
        f"{size:,} bytes came instead of {file.size:,}"
        if size != file.size
        else f"the bytes have the digest {digest} instead of {file.digest}"
    )
    msg = f"{file.path!r} is not what was recorded: {what}"
    hint = "look at the listing again; it may have been written anew"
    raise ChangedAtSource(msg, address=file.key, hint=hint)


def _appeared(file: PlannedFile, to: str) -> WouldOverwrite:
    msg = "a file appeared there since the plan was made, and was left alone"
    hint = "plan again, or choose overwrite skip, replace or rename"
    return WouldOverwrite(msg, address=f"{to}/{file.target}", hint=hint)


def _receipt_file(file: PlannedFile, digests: Mapping[str, str]) -> ReceiptFile:
    skipped = file.verdict is Verdict.SKIP
    checked = bool(file.digest) and not skipped
    return ReceiptFile(
        path=file.path,
        target=file.target,
        size=file.size,
        digest="" if skipped else file.digest or digests[file.path],
        check="blake3" if checked else "not checked",
        outcome=_OUTCOMES[file.verdict],
    )


def _common_source(plan: Plan, storage: Source) -> str:
    folders = [f"/{file.key}".rpartition("/")[0] for file in plan.files]
    common = os.path.commonpath(folders).strip("/") if folders else ""
    return storage.uri(common) if common else ""
