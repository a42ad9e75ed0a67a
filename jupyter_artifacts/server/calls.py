"""Operations that answer a record: calls, pages, and jobs that go on by themselves."""

from __future__ import annotations

import functools

import msgspec

from jupyter_artifacts.errors import MethodNotAllowed, NotFound
from jupyter_artifacts.operations import openapi
from jupyter_artifacts.operations.table import perform
from jupyter_artifacts.server.asks import values_of
from jupyter_artifacts.server.handler import Handler
from jupyter_artifacts.server.routes import Malformed, WrongMethod


class CallHandler(Handler):
    """Performs an operation and answers its record as JSON."""

    async def respond(self) -> None:
        """Parse, perform, answer; Tornado adds the ETag, and 304 when it is known."""
        context = await self.context()
        declared = self.found.operation

        def work() -> bytes:
            values = values_of(self.found, self.request.query, self.request.body)
            return msgspec.json.encode(perform(declared, context, values))

        answer = await self.service.perform(declared, work)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(answer)


@functools.cache
def _document() -> bytes:
    return msgspec.json.encode(openapi.document())


class DocumentHandler(Handler):
    """Answers the OpenAPI document, made from the table."""

    async def respond(self) -> None:
        """Answer the document to any member."""
        await self.context()
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(await self.service.in_read_pool(_document))


class NowhereHandler(Handler):
    """Says what is wrong with a request that no operation has."""

    async def respond(self) -> None:
        """Raise what is wrong."""
        if isinstance(self.resolved, Malformed):
            raise self.resolved.error
        if isinstance(self.resolved, WrongMethod):
            allowed = ", ".join(self.resolved.allowed)
            msg = f"{self.request.method} does nothing here"
            raise MethodNotAllowed(
                msg, address=self.request.path, hint=f"it takes {allowed}"
            )
        msg = "there is no such route"
        hint = "see openapi.json for those there are"
        raise NotFound(msg, address=self.request.path, hint=hint)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Name the methods there are, as 405 has to."""
        if isinstance(self.resolved, WrongMethod):
            self.set_header("Allow", ", ".join(self.resolved.allowed))
        super().write_error(status_code, **kwargs)
