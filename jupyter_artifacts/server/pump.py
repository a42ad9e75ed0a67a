"""Events of the catalog, read once a server and handed to every open page."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.records.events import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from logging import Logger

    from jupyter_artifacts.server.service import Service

EVERY: Final = 0.15
_AFTER_TROUBLE: Final = 2.0
_AT_ONCE: Final = 1000
_CHECK_AFTER_CHANGE: Final = 1.0
_CHECK_ANYWAY: Final = 10.0
_GOING_AWAY: Final = 1001  # RFC 6455, section 7.4.1


class Listener(Protocol):
    """An open page.

    Attributes:
        login: of whose it is.
    """

    login: str

    def take(self, event: Event, text: str) -> None:
        """Queue an event, given as record and as JSON."""

    def close(self, code: int, reason: str) -> None:
        """End it."""

    def still_allowed(self) -> Awaitable[None]:
        """Close itself unless its person still may listen."""


class Pump:
    """Watches the catalog while somebody listens.

    Any process may commit; `data_version` says so for the price of one PRAGMA.

    Attributes:
        newest: seq of the last event that was handed out.
    """

    def __init__(self, service: Service, log: Logger) -> None:
        self._service = service
        self._log = log
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.newest = 0
        self._version = -1
        self._checked = 0.0
        self._unchecked = False

    @property
    def logins(self) -> set[str]:
        """Logins of those whose pages are open."""
        return {listener.login for listener in self._listeners}

    async def join(self, listener: Listener) -> int:
        """Hand every later event to `listener`; return the newest seq till now."""
        if not self._watching:
            newest = await self._service.in_read_pool(self._read_newest)
            if not self._watching:
                self.newest, self._version = newest, -1
                self._task = asyncio.create_task(self._run())
        self._listeners.add(listener)
        return self.newest

    def leave(self, listener: Listener) -> None:
        """Stop handing events to `listener`."""
        self._listeners.discard(listener)

    async def stop(self) -> None:
        """Stop watching, and tell every page that the server goes."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for listener in list(self._listeners):
            listener.close(_GOING_AWAY, "this server is closing")

    @property
    def _watching(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _run(self) -> None:
        troubled = False
        # a page that reloads leaves and joins: wait a turn before giving up
        idle = False
        while self._listeners or not idle:
            idle = not self._listeners
            try:
                await self._turn()
                troubled = False
            except ArtifactsError as error:
                if not troubled:
                    self._log.warning("live events wait: %s", error)
                troubled = True
            except Exception:  # noqa: BLE001 - a task has nobody above it to tell
                if not troubled:
                    self._log.exception("live events wait: unexpected failure")
                troubled = True
            await asyncio.sleep(_AFTER_TROUBLE if troubled else EVERY)

    async def _turn(self) -> None:
        version = await self._service.in_read_pool(self._service.catalog.data_version)
        if version != self._version:
            self._unchecked = True
            events = await self._service.in_read_pool(self._read_more)
            for event in events:
                self.newest = event.seq
                text = as_text(event)
                for listener in list(self._listeners):
                    listener.take(event, text)
            if len(events) < _AT_ONCE:
                self._version = version
        await self._check()

    async def _check(self) -> None:
        """Have every page check itself soon after a change, and now and then anyway."""
        now = time.monotonic()
        wait = _CHECK_AFTER_CHANGE if self._unchecked else _CHECK_ANYWAY
        if now - self._checked < wait:
            return
        self._checked, self._unchecked = now, False
        for listener in list(self._listeners):
            await listener.still_allowed()

    def _read_newest(self) -> int:
        with self._service.catalog.read() as rows:
            return rows.events.newest()

    def _read_more(self) -> list[Event]:
        with self._service.catalog.read() as rows:
            return rows.events.since(self.newest, limit=_AT_ONCE)


def as_text(event: Event) -> str:
    """Return an event as it is sent."""
    return msgspec.json.encode(event).decode()


def resync(seq: int) -> str:
    """Return the message that asks a page to fetch everything again."""
    return as_text(
        Event(seq=seq, kind="resync", change="changed", address="", time=time.time())
    )
