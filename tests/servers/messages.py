"""HTTP/1.1 messages as they go through the proxy: heads parsed, bodies in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterable

PIECE = 256 * 1024
NO_BODY = {"204", "304"}


@dataclass
class Head:
    """The first line and the headers of a request or an answer.

    Attributes:
        first: the three words of the first line.
        headers: in order, as they came.
    """

    first: tuple[str, str, str]
    headers: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a header, whatever its case."""
        return next((v for n, v in self.headers if n.lower() == name), default)

    def without(self, *names: str) -> Head:
        """Return the same without these headers."""
        kept = [(n, v) for n, v in self.headers if n.lower() not in names]
        return Head(self.first, kept)

    def encoded(self) -> bytes:
        """Return the head as it goes over the wire."""
        lines = [" ".join(self.first), *(f"{n}: {v}" for n, v in self.headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks with sizes of their own."""
        return self.get("transfer-encoding").lower() == "chunked"


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """Return the next head; None when the other side has closed."""
    line = await reader.readline()
    if not line.strip():
        return None
    words = line.decode("latin-1").rstrip("\r\n").split(" ", 2)
    first = (words[0], words[1], words[2] if len(words) > 2 else "")
    headers = []
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    return Head(first, headers)


async def request_body(
    reader: asyncio.StreamReader, head: Head
) -> AsyncIterator[bytes]:
    """Yield the body of a request."""
    if head.chunked:
        async for piece in _chunks(reader):
            yield piece
    else:
        async for piece in _exactly(reader, int(head.get("content-length", "0"))):
            yield piece


async def answer_body(
    reader: asyncio.StreamReader, head: Head, method: str
) -> AsyncIterator[bytes]:
    """Yield the body of an answer to a request of this method."""
    if method == "HEAD" or head.first[1] in NO_BODY:
        return
    if head.chunked:
        pieces = _chunks(reader)
    elif length := head.get("content-length"):
        pieces = _exactly(reader, int(length))
    else:
        pieces = _rest(reader)
    async for piece in pieces:
        yield piece


def framed(head: Head, method: str) -> bool:
    """Return whether this answer ends by itself, not with its connection."""
    stated = head.chunked or head.get("content-length")
    return bool(stated) or method == "HEAD" or head.first[1] in NO_BODY


async def _exactly(reader: asyncio.StreamReader, length: int) -> AsyncIterator[bytes]:
    while length:
        piece = await reader.read(min(PIECE, length))
        if not piece:
            raise ConnectionError("the body ended early")
        length -= len(piece)
        yield piece


async def _rest(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while piece := await reader.read(PIECE):
        yield piece


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
        async for piece in _exactly(reader, size):
            yield piece
        await reader.readline()
    while (await reader.readline()).strip():
        pass


def in_chunk(piece: bytes) -> bytes:
    """Return a piece framed as one chunk."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


LAST_CHUNK = b"0\r\n\r\n"


def refusal(status: int, code: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return a whole answer as S3 gives it when it refuses."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<Error><Code>{code}</Code><Message>{code}, says the proxy of the tests"
        "</Message><RequestId>test</RequestId></Error>"
    ).encode()
    length = ("Content-Length", str(len(body)))
    kind = ("Content-Type", "application/xml")
    head = Head(("HTTP/1.1", str(status), code), [kind, length, *headers])
    return head.encoded() + body
