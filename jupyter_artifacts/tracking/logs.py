"""Keeps what a script prints: each stream, and both in their order."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, Unavailable

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.outlet import Outlet

STREAMS: Final = {1: "stdout", 2: "stderr"}
_EVERY: Final = 0.2
_MOST: Final = 8 << 20
_TRIES: Final = 5
_PATIENCE: Final = 1.0


class LogKeeper:
    """Appends to an experiment's logs, a few times a second, beside the relaying.

    Args:
        outlet: keeps them.
        number: of the experiment.
    """

    def __init__(self, outlet: Outlet, number: int) -> None:
        self._outlet = outlet
        self._number = number
        self._chunks: dict[str, bytearray] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._lost = 0
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def add(self, stream: int, chunk: bytes) -> None:
        """Add what came from stdout (1) or stderr (2); waits while too much waits."""
        with self._changed:
            for name in ("output", STREAMS[stream]):
                self._chunks.setdefault(name, bytearray()).extend(chunk)
            self._changed.wait_for(self._has_room)

    def _has_room(self) -> bool:
        return len(self._chunks.get("output", b"")) < _MOST

    def close(self) -> None:
        """Keep what is left; says so when something was lost."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._lost:
            sys.stderr.write(
                f"jupyter_artifacts: {self._lost} bytes of log could not be kept\n"
            )

    def _keep(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing, timeout=_EVERY)
                chunks, self._chunks = self._chunks, {}
                self._changed.notify_all()
                last = self._closing
            for name, chunk in chunks.items():
                self._append(name, bytes(chunk))
            if last and not self._chunks:
                return

    def _append(self, name: str, chunk: bytes) -> None:
        for _ in range(_TRIES):
            try:
                self._outlet.log(self._number, name, chunk)
            except Unavailable:
                # a busy catalog or a full disk may get better
                time.sleep(_PATIENCE)
            except ArtifactsError as error:
                sys.stderr.write(f"jupyter_artifacts: the log is not kept: {error}\n")
                break
            else:
                return
        self._lost += len(chunk)
