"""Operations that take raw bytes: spooled to a file as they come, then performed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, cast

import msgspec
from tornado.web import stream_request_body

from jupyter_artifacts.errors import TooLarge
from jupyter_artifacts.operations.table import Body, perform
from jupyter_artifacts.server.asks import values_of
from jupyter_artifacts.server.handler import Handler
from jupyter_artifacts.server.spooling import SpoolFile

if TYPE_CHECKING:
    from tornado.http1connection import HTTP1Connection

MAX_FRAMES: Final = 64 << 20
"""Metrics and logs come in many requests, each of which is held in memory."""


@stream_request_body
class UploadHandler(Handler):
    """Takes a body into the spool, whatever its size, then performs its operation."""

    _spooled: SpoolFile | None = None
    _performing = False

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse strangers and what is too large before a byte is taken."""
        await super().prepare()
        if self._finished:
            return
        limit = (
            self.service.limits.upload if self.request.method == "PUT" else MAX_FRAMES
        )
        told = self.request.headers.get("Content-Length", "")
        if told.isdecimal() and int(told) > limit:
            msg = f"the body is larger than {limit} bytes"
            raise TooLarge(msg, hint="send it in parts, where the operation takes them")
        await self.context()
        cast("HTTP1Connection", self.request.connection).set_max_body_size(limit)
        self._spooled = await self.service.in_storage_pool(
            functools.partial(SpoolFile, self.service.uploads)
        )

    async def data_received(self, chunk: bytes) -> None:
        """Write what came into the spool; the sender waits meanwhile."""
        if self._spooled is not None:
            write = functools.partial(self._spooled.write, chunk)
            await self.service.in_storage_pool(write)

    async def respond(self) -> None:
        """Perform the operation on the file."""
        spooled = cast("SpoolFile", self._spooled)
        await self.service.in_storage_pool(spooled.close)
        values = values_of(self.found, self.request.query, b"")
        context = await self.context()
        declared = self.found.operation
        body = Body(path=spooled.path)

        def work() -> bytes:
            return msgspec.json.encode(perform(declared, context, values, body))

        self._performing = True
        try:
            answer = await self.service.perform(declared, work)
        finally:
            self._performing = False
            spooled.discard()
        self.set_header("Content-Type", "application/json")
        self.finish(answer)

    def on_finish(self) -> None:
        """Leave nothing in the spool."""
        self._discard()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Leave nothing in the spool when the sender goes away half way."""
        super().on_connection_close()
        self._discard()

    def _discard(self) -> None:
        # what is being performed already goes on; its end discards the file
        if self._spooled is not None and not self._performing:
            self._spooled.discard()
