"""This server as a session of the team: announced, kept alive, taken back."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.operations.carrying import end_abandoned
from jupyter_artifacts.operations.sessions import DEAD, unlink
from jupyter_artifacts.records.sessions import Attachment, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from jupyter_artifacts.server.service import Service

BEAT: Final = 5.0
SWEEP: Final = 60.0
_FORGOTTEN: Final = 24 * 3600.0
"""Seconds after which another machine's session is dead: its clock is its own."""


class Presence:
    """Says every few seconds that this server lives, and who is there.

    Args:
        service: of this server.
        log: the server's.
        name: for people.
        url: gives where the server is, without any token.
    """

    def __init__(
        self, service: Service, log: Logger, *, name: str, url: Callable[[], str]
    ) -> None:
        self._service = service
        self._log = log
        self._name = name
        self._url = url
        self._people: list[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._lock = threading.Lock()
        self._gone = False
        self._troubled = False

    async def start(self) -> None:
        """Announce the server, and go on doing so."""
        await self._try(self.sweep)
        await self._try(self.announce)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Take the announcement back, and what is attached."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        await self._try(self._leave)

    def announce(self) -> None:
        """Say that this server lives, and who is there. Blocks."""
        service = self._service
        owner = service.people.member(None)
        people = service.people.here(service.pump.logins)
        now = time.time()
        session = Session(
            id=service.place.id,
            owner=owner.handle,
            name=self._name,
            url=self._url(),
            root=str(service.place.root),
            host=socket.gethostname(),
            started=service.started,
            last_seen=now,
            people=people,
        )
        # a beat that was under way when the server stopped must not bring it back
        with self._lock:
            if self._gone:
                return
            with service.catalog.write() as rows:
                rows.sessions.announce(session)
                if people != self._people:
                    change = "created" if self._people is None else "changed"
                    rows.events.add("session", change, session.id, now)
            self._people = people

    async def _run(self) -> None:
        swept = time.monotonic()
        while True:
            await asyncio.sleep(BEAT)
            await self._try(self.announce)
            await self._try(lambda: self._service.readings.settle(time.time()))
            if time.monotonic() - swept >= SWEEP:
                await self._try(self.sweep)
                swept = time.monotonic()

    async def _try(self, work: Callable[[], None]) -> None:
        """Do it; say once when the catalog does not let us, and go on."""
        try:
            await self._service.in_change_pool(work)
        except ArtifactsError as error:
            if not self._troubled:
                self._log.warning("this session is not listed: %s", error)
            self._troubled = True
        else:
            self._troubled = False

    def _leave(self) -> None:
        with self._lock:
            self._gone = True
            self._forget(lambda session: session.id == self._service.place.id)

    def sweep(self) -> None:
        """Forget sessions that died, and what was attached to them. Blocks.

        Another machine's are given a day: its network may be down.
        """
        host, now = socket.gethostname(), time.time()

        def is_dead(session: Session) -> bool:
            patience = DEAD if session.host == host else _FORGOTTEN
            return session.last_seen < now - patience

        self._forget(is_dead)

    def _forget(self, gone: Callable[[Session], bool]) -> None:
        with self._service.catalog.write() as rows:
            every = rows.sessions.all(seen_after=0.0)
            forgotten = [session for session in every if gone(session)]
            for session in forgotten:
                rows.sessions.leave(session.id)
                rows.events.add("session", "deleted", session.id, time.time())
            living = {session.id for session in every if not gone(session)}
            end_abandoned(rows, living, time.time())
        # a server that was started again in its folder has the same paths attached
        used = {
            attachment.path
            for session in every
            if not gone(session)
            for attachment in session.attachments
        }
        for session in forgotten:
            if session.host != socket.gethostname():
                continue  # its paths are of another machine
            for attachment in session.attachments:
                if attachment.path not in used:
                    self._unlink(attachment)

    def _unlink(self, attachment: Attachment) -> None:
        try:
            unlink(attachment)
        except OSError as error:
            self._log.warning(
                "%s stays attached at %s: %s",
                attachment.address,
                attachment.path,
                error.strerror,
            )
