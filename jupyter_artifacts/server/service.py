"""What the handlers share: catalog, storage, threads, who is here."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.errors import ArtifactsError, Unavailable
from jupyter_artifacts.operations.context import Context, Place
from jupyter_artifacts.operations.readings import GATHERED, Readings
from jupyter_artifacts.operations.table import Kind
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.server.jobs import JobPool
from jupyter_artifacts.server.people import People
from jupyter_artifacts.server.pump import Pump
from jupyter_artifacts.server.spooling import sweep
from jupyter_artifacts.storage.opening import open_storage

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger
    from pathlib import Path

    from jupyter_server.auth import User

    from jupyter_artifacts.operations.stores import Storage
    from jupyter_artifacts.operations.table import Operation
    from jupyter_artifacts.settings import Settings

_T = TypeVar("_T")

_READERS: Final = 8
_CHANGERS: Final = 8
_MOVERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a server does at once.

    Attributes:
        transfers: downloads that it carries out.
        upload: bytes of the largest file taken in one request.
    """

    transfers: int
    upload: int


class Service:
    """One server's part of the team. Opens no catalog before `open`.

    Reading rows, changing things and moving bytes have threads of their own: a
    datastore that is being copied keeps nobody from looking at runs.

    Args:
        settings: where things are, and who runs this server.
        log: the server's.
        root: the server's root folder.
        limits: how much at once.
        team: the team's name.
        named: whether the identity provider tells people apart.

    Attributes:
        refusing: whether the server is about to close, and serves no request.
    """

    def __init__(
        self,
        settings: Settings,
        log: Logger,
        *,
        root: Path,
        limits: Limits,
        team: str,
        named: bool,
    ) -> None:
        self.settings = settings
        self.log = log
        self.place = Place(id=new_id(), root=root)
        self.limits = limits
        self.uploads = settings.spool / "uploads"
        self.people = People(lambda: self.catalog, owner=settings.user, named=named)
        self.jobs = JobPool(log, at_once=limits.transfers)
        self.pump = Pump(self, log)
        self.started = time.time()
        self.readings = Readings(GATHERED)
        self._team = team
        self._storage: Storage | None = None
        self._catalog: Catalog | None = None
        self._why_not: ArtifactsError = Unavailable("the catalog is not open yet")
        self.refusing = False
        self._closed = False
        self._ending = threading.Lock()
        self._read_pool = ThreadPoolExecutor(_READERS, "artifacts-catalog")
        self._change_pool = ThreadPoolExecutor(_CHANGERS, "artifacts-change")
        self._storage_pool = ThreadPoolExecutor(_MOVERS, "artifacts-storage")

    def open(self) -> None:
        """Open the catalog and bring it up to date; say once why it cannot be. Blocks.

        May be tried again.
        """
        try:
            self._storage = open_storage(self.settings.storage, self.settings.live)
            self._catalog = Catalog.open(self.settings, migrate=True)
        except ArtifactsError as error:
            if str(error) != str(self._why_not):
                self.log.critical("jupyter_artifacts serves nothing: %s", error)
            self._why_not = error
            return
        if left := sweep(self.uploads):
            self.log.info("removed %d uploads that a dead server left", left)

    def refuse(self) -> None:
        """Serve no further request: the server is about to close."""
        self.refusing = True

    def close(self) -> None:
        """Stop the jobs, the threads and the catalog. Blocks for a few seconds."""
        self.refuse()
        self.jobs.stop()
        with self._ending:
            self._closed = True
        for pool in (self._read_pool, self._change_pool, self._storage_pool):
            pool.shutdown(wait=True, cancel_futures=True)
        self.readings.settle(time.time(), every=True)
        if self._catalog is not None:
            self._catalog.close()

    @property
    def is_open(self) -> bool:
        """Whether there is a catalog."""
        return self._catalog is not None

    @property
    def catalog(self) -> Catalog:
        """The catalog; raises why there is none."""
        if self._catalog is None:
            raise self._not_open()
        return self._catalog

    @property
    def storage(self) -> Storage:
        """The storage; raises why there is none."""
        if self._storage is None:
            raise self._not_open()
        return self._storage

    def _not_open(self) -> ArtifactsError:
        why = self._why_not
        return type(why)(why.message, address=why.address, hint=why.hint)

    async def context(self, user: User) -> Context:
        """Return the context of somebody's request."""
        if self.refusing:
            raise _closing()
        actor = await self.in_read_pool(lambda: self.people.actor(user))
        return Context(
            actor=actor,
            catalog=self.catalog,
            storage=self.storage,
            spool=self.settings.spool,
            jobs=self.jobs,
            place=self.place,
            confined=self.place.root,
            team=self._team,
            readings=self.readings,
        )

    async def perform(self, declared: Operation, work: Callable[[], _T]) -> _T:
        """Do the work of an operation among its like."""
        if declared.kind in {Kind.BYTES, Kind.LOOK}:
            # a store is asked how large they are: it may be slow, or down
            return await self.in_storage_pool(work)
        in_pool = self.in_read_pool if declared.reads_only else self.in_change_pool
        return await in_pool(work)

    async def in_read_pool(self, work: Callable[[], _T]) -> _T:
        """Read rows in a thread."""
        return await self._run(self._read_pool, work)

    async def in_change_pool(self, work: Callable[[], _T]) -> _T:
        """Change rows in a thread."""
        return await self._run(self._change_pool, work)

    async def in_storage_pool(self, work: Callable[[], _T]) -> _T:
        """Move bytes in a thread."""
        return await self._run(self._storage_pool, work)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
        with self._ending:
            if self._closed:
                raise _closing()
            done = asyncio.get_running_loop().run_in_executor(pool, work)
        try:
            return await done
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # it was not the request that was ended: the pool closed under it
            raise _closing() from None


def _closing() -> Unavailable:
    return Unavailable("this server is closing", hint="ask again once it is back")
