"""Moves metrics from segment files into the catalog.

Exactly one ingester works at a time: it holds a lease, a flock on
`spool/ingest.lock`. A server holds it for its life, companions for one pass.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.segments import has_writer, read_frames
from jupyter_artifacts.errors import ArtifactsError, Unavailable

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from jupyter_artifacts.carriers.local import LocalCarrier

_EVERY: Final = 0.25
_SHORTLY: Final = 0.05


class Ingester:
    """Takes in the segments of a catalog.

    Args:
        carrier: of that catalog, whoever acts.
    """

    def __init__(self, carrier: LocalCarrier) -> None:
        self._catalog = carrier.context.catalog
        self._lock = carrier.settings.spool / "ingest.lock"
        self._damaged: set[str] = set()

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

    def try_pass(self) -> None:
        """Take in what there is, unless somebody else has the lease."""
        with self.lease() as held:
            if held:
                self.take_in()

    def drain(self, patience: float) -> None:
        """Return once every segment without a writer is taken in, by whoever does it.

        Args:
            patience: seconds after which it is left to a later pass.
        """
        until = time.monotonic() + patience
        while True:
            self.try_pass()
            if not self._left_over() or time.monotonic() > until:
                return
            time.sleep(_SHORTLY)

    def _left_over(self) -> bool:
        with self._catalog.read() as rows:
            segments = rows.metrics.segments()
        for identity, path, _, _ in segments:
            # it may go away while we look, or be another person's
            with suppress(FileNotFoundError, PermissionError):
                if path and identity not in self._damaged and not has_writer(path):
                    return True
        return False

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
        with self._catalog.read() as rows:
            segments = rows.metrics.segments()
        for identity, path, offset, _ in segments:
            if path and identity not in self._damaged:
                self._take_in_one(identity, Path(path), offset)

    def _take_in_one(self, identity: str, path: Path, offset: int) -> None:
        try:
            # asked first: what its writer appends later is there for the next pass
            finished = not has_writer(path)
            while frames := read_frames(path, offset):
                with self._catalog.write() as rows:
                    reached = rows.metrics.ingest(identity, offset, frames)
                if reached == offset:
                    return
                offset = reached
        except PermissionError:
            return  # another person's; their own companion takes it in
        except FileNotFoundError:
            finished = True
        except Unavailable:
            raise
        except ArtifactsError as error:
            # damaged, or not its writer's to say: others must not wait for it
            self._damaged.add(identity)
            _say(f"{path}: {error}")
            return
        if finished:
            # in this order: a segment is never taken in anew when we die in between
            path.unlink(missing_ok=True)
            with self._catalog.write() as rows:
                rows.metrics.close_segment(identity)


def _say(text: str) -> None:
    sys.stderr.write(f"jupyter_artifacts: {text}\n")
