"""The segment file that this process's metrics go to."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.segments import SegmentWriter, segment_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SYNC_EVERY: Final = 1.0


class Segment:
    """Appends frames to a file of this process; a fork's child opens one of its own.

    Args:
        spool: where the file is made, when the first frame comes.
        run_id: of the run that logs.
        register: tells the catalog of the file.
    """

    def __init__(
        self, spool: Path, run_id: str, register: Callable[[Path], None]
    ) -> None:
        self._spool = spool
        self._run_id = run_id
        self._register = register
        self._writer: SegmentWriter | None = None
        self._opening = threading.Lock()
        self._dirty = False
        self._closed = threading.Event()
        _SEGMENTS.add(self)

    def append(self, frame: bytes) -> None:
        """Write a frame; when this returns, it survives `kill -9` of the process.

        Raises:
            NoSpace: when the disk is full.
        """
        (self._writer or self._open()).append(frame)
        self._dirty = True

    def _open(self) -> SegmentWriter:
        with self._opening:
            if self._writer is None:
                self._spool.mkdir(mode=0o770, parents=True, exist_ok=True)
                path = self._spool / f"{segment_name(self._run_id)}.seg"
                writer = SegmentWriter(path)
                self._register(path)
                self._writer = writer
                self._closed = threading.Event()
                threading.Thread(
                    target=self._keep_safe,
                    args=(writer, self._closed),
                    name="jupyter_artifacts-sync",
                    daemon=True,
                ).start()
            return self._writer

    def _keep_safe(self, writer: SegmentWriter, closed: threading.Event) -> None:
        """Bring what was appended to the disk, once a second, for the machine's end."""
        while not closed.wait(_SYNC_EVERY):
            if self._dirty:
                self._dirty = False
                writer.sync()

    def close(self) -> None:
        """Bring everything to the disk and let the file go."""
        with self._opening:
            self._closed.set()
            if self._writer is not None:
                self._writer.sync()
                self._writer.close()
                self._writer = None

    def forget(self) -> None:
        """Let go, in the child of a fork, of what is the parent's."""
        self._opening = threading.Lock()
        if self._writer is not None:
            self._writer.abandon()
            self._writer = None


_SEGMENTS: Final[weakref.WeakSet[Segment]] = weakref.WeakSet()


def _forget_all() -> None:
    for segment in list(_SEGMENTS):
        segment.forget()


os.register_at_fork(after_in_child=_forget_all)
