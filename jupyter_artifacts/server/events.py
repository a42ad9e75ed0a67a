"""Live events: one WebSocket a page."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.table import convert_ask, perform
from jupyter_artifacts.server.asks import values_of
from jupyter_artifacts.server.handler import AUTH_RESOURCE, ProblemHandler
from jupyter_artifacts.server.identity import TeamUser
from jupyter_artifacts.server.pump import as_text, resync

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.events import Since
    from jupyter_artifacts.records.events import Event

QUEUE: Final = 1000
"""Events kept for a page that does not read; more, and it must fetch again."""

POLICY: Final = 1008
"""WebSocket's "you may not" (RFC 6455, section 7.4.1)."""


class EventsHandler(WebSocketMixin, WebSocketHandler, ProblemHandler):
    """Sends events to one page, as long as who opened it may see them."""

    _writer: asyncio.Task[None] | None = None

    @ws_authenticated
    @authorized
    async def get(self) -> None:
        """Check who asks and what for, then open the socket."""
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            msg = "events come over a WebSocket"
            raise InvalidRequest(msg, hint="open this address with ws:// or wss://")
        self._context: Context = await self.context()
        values = values_of(self.found, self.request.query, b"")
        ask = cast("Since", convert_ask(self.found.operation, values))
        self._since = ask.since
        self._first: list[Event] = await self._events({"since": ask.since})
        self.login = self._context.actor.login
        self._queue: deque[str] = deque()
        self._lost = False
        self._more = asyncio.Event()
        # before the page hears that it is connected: what happens then is sent
        self._joined = self._last = await self.service.pump.join(self)
        try:
            await WebSocketHandler.get(self)
        finally:
            self.service.pump.leave(self)

    def open(self, *args: Any, **kwargs: Any) -> None:
        """Begin to send what happens from now on, after what was missed."""
        super().open(*args, **kwargs)
        self._writer = asyncio.create_task(self._write())

    def on_message(self, message: str | bytes) -> None:
        """Leave it unread: a page has nothing to say here."""

    def on_close(self) -> None:
        """Send nothing more."""
        self.service.pump.leave(self)
        if self._writer is not None:
            self._writer.cancel()
        super().on_close()

    def take(self, event: Event, text: str) -> None:
        """Queue an event; forget the queue of a page that does not read."""
        if event.seq <= self._last:
            return
        self._last = event.seq
        if self._lost:
            return
        self._queue.append(text)
        if len(self._queue) > QUEUE:
            self._queue.clear()
            self._lost = True
        self._more.set()

    async def still_allowed(self) -> None:
        """Close the socket once its person may no longer see what they saw."""
        user = self.signed_in
        if user is None:
            return
        if isinstance(user, TeamUser) and not await self._holds_token(user):
            self.close(POLICY, "your token was revoked")
            return
        actor = (await self.service.context(user)).actor
        if actor != self._context.actor:
            self.close(POLICY, "your role changed: connect again")
            return
        if not await ensure_async(
            self.authorizer.is_authorized(self, user, "read", AUTH_RESOURCE)
        ):
            self.close(POLICY, "you may no longer see this")

    async def _holds_token(self, user: TeamUser) -> bool:
        people = self.service.people
        found = await self.service.in_read_pool(lambda: people.of_hash(user.sha256))
        return found is not None

    async def _events(self, values: dict[str, Any]) -> list[Event]:
        declared, context = self.found.operation, self._context
        events: list[Event] = await self.service.perform(
            declared, lambda: perform(declared, context, values)
        )
        return events

    async def _write(self) -> None:
        try:
            await self._write_missed(self._joined)
            while True:
                await self._more.wait()
                self._more.clear()
                while self._queue or self._lost:
                    if self._lost:
                        self._lost = False
                        await self.write_message(resync(self._last))
                    else:
                        await self.write_message(self._queue.popleft())
        except WebSocketClosedError:
            self.log.debug("%s: the page went away", self.asked)

    async def _write_missed(self, newest: int) -> None:
        """Send what lies between `since` and the first live event."""
        if self._since is None or self._since >= newest:
            return
        events, at = self._first, self._since
        if newest - at > QUEUE:
            await self.write_message(resync(newest))
            return
        while events:
            for event in events:
                if at < event.seq <= newest:
                    at = event.seq
                    await self.write_message(as_text(event))
            events = await self._events({"since": at}) if at < newest else []
