"""What a server does for its machine: metrics, runs that died, bytes, their packs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.errors import ArtifactsError, Canceled
from jupyter_artifacts.operations.artifact_deleting import delete_expired
from jupyter_artifacts.operations.drafts import forget_abandoned
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.operations.output_packing import HELD, pack_waiting
from jupyter_artifacts.tracking.ingest import Ingester
from jupyter_artifacts.tracking.recover import recover

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from jupyter_artifacts.catalog.catalog import Catalog
    from jupyter_artifacts.settings import Settings

RECOVER_EVERY: Final = 10.0
EMPTY_EVERY: Final = 30.0
PACK_EVERY: Final = 60.0
SWEEP_EVERY: Final = 3600.0
_AFTER_TROUBLE: Final = 10.0
_PATIENCE: Final = 5.0


class Upkeep:
    """Four threads that end with the server."""

    def __init__(self, settings: Settings, log: Logger) -> None:
        self._settings = settings
        self._log = log
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, catalog: Catalog) -> None:
        """Begin."""
        for name, work in (
            ("artifacts-ingest", lambda: self._ingest(catalog)),
            ("artifacts-recover", self._recover),
            ("artifacts-tidy", lambda: self._tidy(catalog)),
            ("artifacts-pack", lambda: self._pack(catalog)),
        ):
            thread = threading.Thread(
                target=self._keep_on, args=(name, work), name=name, daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop, letting go of the lease. Blocks for a moment."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _ingest(self, catalog: Catalog) -> None:
        carrier = LocalCarrier(self._settings, catalog=catalog)
        Ingester(carrier).run_forever(self._stop)

    def _recover(self) -> None:
        while not self._stop.is_set():
            for address in recover(self._settings):
                self._log.info("looked after %s, which nobody did any more", address)
            self._stop.wait(RECOVER_EVERY)

    def _tidy(self, catalog: Catalog) -> None:
        """Delete what nobody needs: expired, doomed, left half copied by the dead."""
        context = LocalCarrier(self._settings, catalog=catalog).context
        storage = context.storage
        swept_until = 0.0
        while not self._stop.is_set():
            for address in delete_expired(catalog, time.time()):
                self._log.info("deleted %s, which was to be kept until now", address)
            for failed in empty(catalog, storage, time.time()):
                self._log.warning("bytes that nobody needs stay for now: %s", failed)
            if time.monotonic() >= swept_until:
                swept_until = time.monotonic() + SWEEP_EVERY
                if left := storage.sweep():
                    self._log.info("removed %d files that were left half way", left)
                if left := forget_abandoned(context):
                    self._log.info("took away %d versions that died half way", left)
            self._stop.wait(EMPTY_EVERY)

    def _pack(self, catalog: Catalog) -> None:
        """Pack outputs that no companion did: it was killed, or its store away."""
        context = LocalCarrier(self._settings, catalog=catalog).context
        while not self._stop.is_set():
            # those that ended just now their companions are at
            before = time.time() - HELD
            for packed in pack_waiting(context, before=before, check=self._check):
                self._log.info("%s", packed)
            self._stop.wait(PACK_EVERY)

    def _check(self) -> None:
        if self._stop.is_set():
            msg = "the server is closing"
            raise Canceled(msg)

    def _keep_on(self, name: str, work: Callable[[], None]) -> None:
        """Do it again after trouble, until the server stops."""
        while not self._stop.is_set():
            try:
                work()
            except Canceled as error:
                self._log.debug("%s: %s", name, error)
            except ArtifactsError as error:
                self._log.warning("%s: %s", name, error)
            except Exception:  # noqa: BLE001 - a thread has nobody above it to tell
                self._log.exception("%s failed unexpectedly", name)
            self._stop.wait(_AFTER_TROUBLE)
