"""Operations that answer bytes: streamed, in ranges, never as a page of ours."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, cast

from tornado.iostream import StreamClosedError

from jupyter_artifacts.errors import RangeNotSatisfiable, Unavailable
from jupyter_artifacts.operations.table import perform
from jupyter_artifacts.server.asks import values_of
from jupyter_artifacts.server.attachment import USER_BYTES, content_type, disposition
from jupyter_artifacts.server.handler import Handler
from jupyter_artifacts.server.problems import problem_of
from jupyter_artifacts.server.ranges import Span, http_date, span_of, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tornado.http1connection import HTTP1Connection

    from jupyter_artifacts.operations.table import Content


class DownloadHandler(Handler):
    """Sends a `Content`: one chunk in memory, the next one being read meanwhile."""

    async def respond(self) -> None:
        """Perform the operation, then send what its reader asked for."""
        context = await self.context()
        declared = self.found.operation

        def work() -> Content:
            found: Content = perform(declared, context, self.values())
            return found

        await self.send(await self.service.perform(declared, work))

    def values(self) -> dict[str, Any]:
        """Return what the request says to its operation. Blocks for long bodies."""
        return values_of(self.found, self.request.query, self.request.body)

    async def send(self, content: Content) -> None:
        """Send what the reader asked for of the content."""
        etag = f'"{content.etag}"' if content.etag else ""
        modified = http_date(content.modified) if content.modified > 0 else ""
        self._describe(content, etag=etag, modified=modified)
        headers = self.request.headers
        if self.request.method == "POST":
            await self._send(content, Span(start=0, length=content.size, partial=False))
        elif unchanged(headers, etag=etag, modified=modified):
            self.set_status(304)
            self.finish()
        elif self.request.method == "HEAD":
            self.set_header("Content-Length", str(content.size))
            self.finish()
        else:
            self.set_header("Accept-Ranges", "bytes")
            await self._send_range(content, etag=etag, modified=modified)

    def _describe(self, content: Content, *, etag: str, modified: str) -> None:
        for name, value in USER_BYTES.items():
            self.set_header(name, value)
        self.set_header("Content-Type", content_type(content.media_type))
        self.set_header("Content-Disposition", disposition(content.filename))
        if etag:
            self.set_header("Etag", etag)
        if modified:
            self.set_header("Last-Modified", modified)

    async def _send_range(self, content: Content, *, etag: str, modified: str) -> None:
        headers = self.request.headers
        try:
            span = span_of(headers, size=content.size, etag=etag, modified=modified)
        except RangeNotSatisfiable:
            self.unsatisfied = content.size
            raise
        if span.partial:
            self.set_status(206)
            said = f"{span.start}-{span.start + span.length - 1}/{content.size}"
            self.set_header("Content-Range", f"bytes {said}")
        await self._send(content, span)

    async def _send(self, content: Content, span: Span) -> None:
        self.set_header("Content-Length", str(span.length))
        if not span.length:
            self.finish()
            return
        chunks = content.read(span.start, span.length)
        try:
            await self._stream(chunks, span.length)
        except StreamClosedError:
            self.log.debug("%s: the reader went away", self.asked)
        except Exception as error:
            if not self._headers_written:
                raise
            # What is sent already promised a length: closing tells the reader.
            problem_of(error, self.log, self.asked)
            cast("HTTP1Connection", self.request.connection).stream.close()
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                # a server that closes has no thread for it; it ends with the process
                with contextlib.suppress(Unavailable):
                    await self.service.in_storage_pool(close)

    async def _stream(self, chunks: Iterator[bytes], length: int) -> None:
        """Send `length` bytes; a stalled reader holds one chunk, and no thread."""
        left = length
        pull = functools.partial(next, chunks, b"")
        while left:
            chunk = await self.service.in_storage_pool(pull)
            if not chunk:
                msg = f"{left} of {length} bytes are missing in the storage"
                raise EOFError(msg)
            chunk = chunk[:left]
            left -= len(chunk)
            self.write(chunk)
            await self.flush()
        self.finish()

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Say how many bytes there are, as 416 has to."""
        unsatisfied = getattr(self, "unsatisfied", None)
        if unsatisfied is not None:
            self.set_header("Content-Range", f"bytes */{unsatisfied}")
        super().write_error(status_code, **kwargs)
