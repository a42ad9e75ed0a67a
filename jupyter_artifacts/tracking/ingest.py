"""Moves metrics from segment files into the catalog.

Exactly one ingester works at a time: it holds a lease, a flock on
`spool/ingest.lock`. A server holds it for its life, companions for one pass.
"""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.frames import is_torn
from jupyter_artifacts.catalog.reports import Batch, batch_of
from jupyter_artifacts.catalog.segments import has_writer, read_frames, run_of
from jupyter_artifacts.errors import CatalogCorrupt, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.operations.rows import Rows

_EVERY: Final = 0.25
_AT_ONCE: Final = 4 << 20  # bytes of segments for one transaction


class _Part:
    """What was read of one segment.

    Attributes:
        batch: ready to be taken in.
        more: whether there is more to read at once.
        finished: whether everything was read, and nobody writes any more.
    """

    def __init__(self, identity: str, path: Path, offset: int) -> None:
        self.id = identity
        self.path = path
        self.offset = offset
        self.batch = Batch(0)
        self.more = False
        self.finished = False

    def read(self) -> None:
        """Read what comes next."""
        self.batch, self.more = Batch(0), False
        try:
            # asked first: what its writer appends later is there for the next pass
            ended = not has_writer(self.path)
            data, self.more = read_frames(self.path, self.offset)
        except PermissionError:
            return  # another person's; their own companion takes it in
        except FileNotFoundError:
            self.finished = True
            return
        self.batch = batch_of(data, more=self.more)
        self.finished = ended and not self.more
        rest = data[self.batch.taken :]
        if self.finished and not is_torn(rest):
            taken, lost = len(data), self.batch.lost + len(rest)
            self.batch = replace(self.batch, taken=taken, lost=lost)

    def go_on(self, reached: int) -> None:
        """Stand at `reached`, which somebody else may have gone to."""
        self.more = self.more or reached != self.offset + self.batch.taken
        self.offset = reached


class Ingester:
    """Takes in the segments of a catalog.

    Args:
        carrier: of that catalog, whoever acts.
    """

    def __init__(self, carrier: LocalCarrier) -> None:
        self._catalog = carrier.context.catalog
        self._lock = carrier.settings.spool / "ingest.lock"
        self._passed_over: set[str] = set()

    @contextmanager
    def lease(self) -> Iterator[bool]:
        """Hold the lease when nobody else does; gives whether it is held."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._lock, flags, 0o660)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def waits_for(self, run_id: str) -> bool:
        """Whether something that a run logged, or goes on logging, is not taken in."""
        files = self._lock.parent.glob(f"*-{run_id}.seg")
        return any(path.stem not in self._passed_over for path in files)

    def try_pass(self) -> None:
        """Take in what there is, unless somebody else has the lease."""
        with self.lease() as held:
            if held:
                self.take_in()

    def drain(self, run_id: str) -> None:
        """Take in what a run has logged by now, whoever holds the lease.

        Two may do so at once: an offset that moved meanwhile takes nothing in twice.
        """
        self._take_in(run_id)
        self.try_pass()

    def run_forever(self, stop: threading.Event) -> None:
        """Hold the lease and take in what comes, until `stop` is set."""
        while not stop.is_set():
            with self.lease() as held:
                while held and not stop.is_set():
                    try:
                        self.take_in()
                    except Unavailable as error:
                        # the frames stay in their files; it is tried again
                        _say(str(error))
                    stop.wait(_EVERY)
            stop.wait(_EVERY)

    def take_in(self) -> None:
        """Take in every whole frame there is; the lease must be held."""
        self._take_in("")

    def _take_in(self, run_id: str) -> None:
        waiting = [
            _Part(identity, Path(path), offset)
            for identity, path, offset, _ in self._segments()
            if path and (not run_id or run_of(identity) == run_id)
        ]
        waiting = [part for part in waiting if part.id not in self._passed_over]
        while waiting:
            # as many as one transaction may take without keeping others waiting
            size, now = 0, []
            while waiting and size < _AT_ONCE:
                part = waiting.pop()
                part.read()
                size += part.batch.taken
                now.append(part)
            self._keep([part for part in now if part.batch.taken])
            self._close([part for part in now if part.finished and not part.more])
            waiting += [part for part in now if part.more]

    def _segments(self) -> list[tuple[str, str, int, str]]:
        """Return the open segments; those whose makers could not register them, too."""
        with self._catalog.read() as rows:
            known = rows.metrics.segments()
        ids = {identity for identity, *_ in known}
        # looked for after the rows were read: a file goes before its row does
        for path in sorted(self._lock.parent.glob("*-*.seg")):
            identity = path.stem
            if identity in ids or identity in self._passed_over:
                continue
            try:
                with self._catalog.write() as rows:
                    owner = rows.runs.by_id(run_of(identity)).user
                    rows.metrics.open_segment(identity, str(path), owner)
            except NotFound:
                self._passed_over.add(identity)
                _forget(path)
            else:
                known.append((identity, str(path), 0, owner))
        return known

    def _keep(self, parts: list[_Part]) -> None:
        """Take in what was read, in one transaction."""
        if not parts:
            return
        with self._catalog.write() as rows:
            for part in parts:
                try:
                    reached = rows.metrics.ingest(part.id, part.offset, part.batch)
                except NotFound:
                    part.more = part.finished = False  # somebody else just closed it
                except (Refused, CatalogCorrupt) as error:
                    # others must not wait for it
                    part.more = part.finished = False
                    self._pass_over(part.id, part.path, str(error))
                else:
                    if reached == part.offset + part.batch.taken:
                        _note_lost(rows, part)
                    part.go_on(reached)

    def _close(self, parts: list[_Part]) -> None:
        for part in parts:
            # in this order: a segment is never taken in anew when we die in between
            part.path.unlink(missing_ok=True)
        if parts:
            with self._catalog.write() as rows:
                for part in parts:
                    rows.metrics.close_segment(part.id)

    def _pass_over(self, identity: str, path: Path, why: str) -> None:
        self._passed_over.add(identity)
        _say(f"{path}: {why}")


def _forget(path: Path) -> None:
    """Remove what was logged to a run that somebody deleted, once nobody logs on."""
    with suppress(FileNotFoundError, PermissionError):
        if not has_writer(path):
            path.unlink()


def _note_lost(rows: Rows, part: _Part) -> None:
    """Note what is damaged where no sound frame says whose it was."""
    if lost := part.batch.lost:
        _say(f"{part.path}: {lost} bytes of metrics were damaged")
        for experiment in rows.experiments.of_run(run_of(part.id))[-1:]:
            rows.metrics.note_damage(experiment.id, lost)


def _say(text: str) -> None:
    sys.stderr.write(f"jupyter_artifacts: {text}\n")
