"""This server as a session of the team: announced, kept alive, taken back."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, NotFound
from jupyter_artifacts.operations.sessions import ALIVE, unlink
from jupyter_artifacts.records.sessions import Attachment, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from logging import Logger

    from jupyter_artifacts.server.service import Service

BEAT: Final = 5.0
_DEAD_AFTER: Final = 4 * ALIVE


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
        with service.catalog.write() as rows:
            rows.sessions.announce(session)
            if people != self._people:
                change = "created" if self._people is None else "changed"
                rows.events.add("session", change, session.id, now)
        self._people = people

    async def start(self) -> None:
        """Announce the server, and go on doing so."""
        await self._service.in_change_pool(self._sweep)
        await self._service.in_change_pool(self.announce)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Take the announcement back, and what is attached."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        await self._service.in_change_pool(self._leave)

    async def _run(self) -> None:
        troubled = False
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self._service.in_change_pool(self.announce)
                troubled = False
            except ArtifactsError as error:
                if not troubled:
                    self._log.warning("the session is not announced: %s", error)
                troubled = True

    def _leave(self) -> None:
        service = self._service
        try:
            with service.catalog.write() as rows:
                attachments = rows.sessions.get(service.place.id).attachments
                rows.sessions.leave(service.place.id)
                rows.events.add("session", "deleted", service.place.id, time.time())
        except NotFound:
            return
        self._unlink(attachments)

    def _sweep(self) -> None:
        """Forget this machine's sessions that died, and what was attached to them."""
        service, host = self._service, socket.gethostname()
        with service.catalog.write() as rows:
            dead = [
                session
                for session in rows.sessions.all(seen_after=0.0)
                if session.host == host
                and session.last_seen < time.time() - _DEAD_AFTER
            ]
            for session in dead:
                rows.sessions.leave(session.id)
                rows.events.add("session", "deleted", session.id, time.time())
        for session in dead:
            self._unlink(session.attachments)

    def _unlink(self, attachments: list[Attachment]) -> None:
        for attachment in attachments:
            try:
                unlink(attachment)
            except OSError as error:
                self._log.warning(
                    "%s stays attached at %s: %s",
                    attachment.address,
                    attachment.path,
                    error.strerror,
                )
