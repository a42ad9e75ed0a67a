"""Long work that goes on after its request was answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from logging import Logger

_PATIENCE: Final = 5.0


class JobPool:
    """Threads that carry out jobs, a few at a time; the rest wait their turn."""

    lasting = True

    def __init__(self, log: Logger, *, at_once: int) -> None:
        self._log = log
        self._pool = ThreadPoolExecutor(at_once, "artifacts-job")
        self._lock = threading.Lock()
        self._canceled: dict[str, threading.Event] = {}
        self._running: set[Future[None]] = set()

    def submit(self, job_id: str, work: Callable[[Callable[[], bool]], None]) -> None:
        """Run `work(canceled)` later; `canceled()` turns True when asked to stop."""
        canceled = threading.Event()
        with self._lock:
            self._canceled[job_id] = canceled
            future = self._pool.submit(self._run, job_id, work, canceled)
            self._running.add(future)
        future.add_done_callback(self._running.discard)

    def cancel(self, job_id: str) -> bool:
        """Ask the job to stop; return whether there is one here that has not ended."""
        with self._lock:
            canceled = self._canceled.get(job_id)
        if canceled is not None:
            canceled.set()
        return canceled is not None

    def stop(self) -> None:
        """Ask every job to stop, and wait a little for them to say so. Blocks.

        Those that wait their turn get it: they see at once that they are canceled,
        and say so in the catalog.
        """
        with self._lock:
            for canceled in self._canceled.values():
                canceled.set()
            running = set(self._running)
        late = wait(running, timeout=_PATIENCE).not_done
        if late:
            self._log.warning("%d transfers did not stop in time", len(late))
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(
        self,
        job_id: str,
        work: Callable[[Callable[[], bool]], None],
        canceled: threading.Event,
    ) -> None:
        try:
            work(canceled.is_set)
        except Exception:  # noqa: BLE001 - a thread has nobody above it to tell
            self._log.exception("job %s failed unexpectedly", job_id)
        finally:
            with self._lock:
                self._canceled.pop(job_id, None)
