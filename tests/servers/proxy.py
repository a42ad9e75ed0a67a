"""A reverse proxy between a client and its store that checks, fails and delays.

It forwards requests as they come, Host and all, so that signatures stay right. In a
test it runs in a thread and is told what shall go wrong; for a benchmark,
`python -m tests.servers.proxy URL --delay 0.03` stands alone and adds a round trip.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import struct
import sys
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.servers import faults
from tests.servers.bodies import Closed, Reset, answered, once, until
from tests.servers.checking import Refused, check_body, check_signature, presigned
from tests.servers.faults import Fault, Rule
from tests.servers.messages import (
    LAST_CHUNK,
    PIECE,
    Head,
    answer_body,
    framed,
    in_chunk,
    read_head,
    refusal,
    request_body,
)
from tests.servers.s3 import REGION, S3Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@dataclass
class Seen:
    """A request that came, and how it ended.

    Attributes:
        method: GET, …
        target: path and query.
        range: of the request; "" for all.
        headers: their names, in small letters.
        status: of the answer; 0 when none was sent.
        received: bytes of the request's body.
        sent: bytes of the answer's body.
    """

    method: str
    target: str
    range: str
    headers: tuple[str, ...] = ()
    status: int = 0
    received: int = 0
    sent: int = 0


@dataclass
class Proxy:
    """A running proxy; change its fields while it runs.

    Attributes:
        store: where requests go.
        check: whether signatures, expiry and checksums are checked.
        delay: seconds of round trip, added to each connection and each answer.
        ahead: how far the store's clock is ahead of this machine's.
        rules: what goes wrong; the first that strikes is the one.
        seen: every request so far.
        connections: how many were opened so far.
    """

    store: S3Server
    check: bool = True
    delay: float = 0.0
    ahead: timedelta = timedelta()
    rules: list[Rule] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _serving: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @property
    def server(self) -> S3Server:
        """The store as it is reached through the proxy."""
        endpoint = f"http://127.0.0.1:{self.port}"
        return S3Server(endpoint, self.store.access_key, self.store.secret_key)

    def fault(
        self, what: Fault, method: str = "", target: str = "", **more: Any
    ) -> Rule:
        """Let something go wrong from now on; see `Rule` for when."""
        rule = Rule(what, method, target, **more)
        self.rules.append(rule)
        return rule

    def count(self, method: str = "", target: str = "") -> int:
        """Return how many requests came, by method and a part of the target."""
        return sum(
            method in ("", each.method) and target in each.target for each in self.seen
        )

    def forget(self) -> None:
        """Drop rules and counts."""
        self.rules.clear()
        self.seen.clear()
        self.connections = 0

    async def listen(self) -> asyncio.Server:
        """Begin to serve on a free port of the loopback."""
        served = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=PIECE * 2
        )
        self.port = served.sockets[0].getsockname()[1]
        return served

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        # a loop holds its tasks weakly: one whose client died would be collected
        serving = asyncio.current_task()
        assert serving
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        client = _Side(reader, writer)
        store: _Side | None = None
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
            while head := await read_head(reader):
                store = await self._connected(store)
                kept = await self._exchange(client, store, head)
                if not kept:
                    break
        except (Closed, asyncio.CancelledError):  # a fault says so, or the proxy stops
            pass
        except (Reset, ConnectionError, ValueError):
            client.reset()
        finally:
            for side in filter(None, (client, store)):
                side.writer.close()

    async def _connected(self, store: _Side | None) -> _Side:
        """Return a connection to the store that takes another request."""
        if store and not store.ends and not store.reader.at_eof():
            return store
        if store:
            store.writer.close()
        to = urlsplit(self.store.endpoint)
        return _Side(
            *await asyncio.open_connection(to.hostname, to.port, limit=PIECE * 2)
        )

    async def _exchange(self, client: _Side, store: _Side, head: Head) -> bool:
        """Serve one request; return whether the connection goes on."""
        method, target, _ = head.first
        names = tuple(name.lower() for name, _ in head.headers)
        seen = Seen(method, target, head.get("range"), names)
        self.seen.append(seen)
        fault = next((rule.fault for rule in self.rules if rule.strikes(head)), None)
        if head.get("expect").lower() == "100-continue":
            client.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            head = head.without("expect")
        body = request_body(client.reader, head)
        if isinstance(fault, faults.CutUpload):
            body = until(body, fault.after, Reset)
        if self.check or isinstance(fault, faults.Answer):
            whole = b"".join([piece async for piece in body])
            seen.received = len(whole)
            refused = self._refused(head, whole)
            if isinstance(fault, faults.Answer):
                refused = Refused(fault.status, fault.code)
            if refused:
                more = fault.headers if isinstance(fault, faults.Answer) else ()
                return await self._refuse(client, seen, refused, more)
            body = once(whole)
        if isinstance(fault, faults.Before):
            await asyncio.to_thread(fault.call)
        head = self._misread(head, fault)
        await self._forward(store, head, body, seen)
        return await self._answer(client, store, seen, fault)

    def _refused(self, head: Head, body: bytes) -> Refused | None:
        if not self.check:
            return None
        now = datetime.now(UTC) + self.ahead
        keys = self.store.access_key, self.store.secret_key
        return check_signature(head, *keys, now) or check_body(head, body)

    def _of_all(self, head: Head) -> Head:
        """Return a request for the whole object, signed by the proxy itself."""
        method, _, version = head.first
        host = Head(head.first, [("Host", head.get("host"))])
        keys = self.store.access_key, self.store.secret_key
        target = presigned(host, *keys, datetime.now(UTC), REGION)
        return Head((method, target, version), host.headers)

    def _misread(self, head: Head, fault: Fault | None) -> Head:
        """Return a request as a store takes it that ignores what it does not know."""
        if isinstance(fault, faults.WholeObject):
            return self._of_all(head)
        if not isinstance(fault, faults.NewestObject):
            return head
        method, target, version = head.first
        asked = self._of_all(
            Head((method, target.partition("?")[0], version), head.headers)
        )
        return Head(asked.first, [*asked.headers, ("Range", head.get("range"))])

    async def _refuse(
        self,
        client: _Side,
        seen: Seen,
        refused: Refused,
        more: tuple[tuple[str, str], ...],
    ) -> bool:
        if self.delay:
            await asyncio.sleep(self.delay)
        seen.status = refused.status
        client.writer.write(refusal(refused.status, refused.code, more))
        await client.writer.drain()
        return True

    async def _forward(
        self, store: _Side, head: Head, body: AsyncIterator[bytes], seen: Seen
    ) -> None:
        store.writer.write(head.encoded())
        counted = seen.received
        async for piece in body:
            store.writer.write(in_chunk(piece) if head.chunked else piece)
            await store.writer.drain()
            counted += 0 if seen.received else len(piece)
        seen.received = counted
        if head.chunked:
            store.writer.write(LAST_CHUNK)
        await store.writer.drain()

    async def _answer(
        self, client: _Side, store: _Side, seen: Seen, fault: Fault | None
    ) -> bool:
        head = await read_head(store.reader)
        while head and head.first[1] == "100":
            head = await read_head(store.reader)
        if head is None:
            raise ConnectionError("the store closed the connection")
        if isinstance(fault, faults.Drop):
            raise Reset
        # each hop has its own: a client keeps its connection though the store does not
        store.ends = head.get("connection").lower() == "close"
        pieces = answer_body(store.reader, head, seen.method)
        if isinstance(fault, faults.Truncate) and fault.honest:
            length = ("Content-Length", str(fault.after))
            head = head.without("content-length")
            head.headers.append(length)
        if self.delay:
            await asyncio.sleep(self.delay)
        seen.status = int(head.first[1])
        client.writer.write(head.without("connection").encoded())
        async for piece in answered(pieces, fault):
            client.writer.write(in_chunk(piece) if head.chunked else piece)
            await client.writer.drain()
            seen.sent += len(piece)
        if head.chunked:
            client.writer.write(LAST_CHUNK)
        await client.writer.drain()
        return framed(head, seen.method)


@dataclass
class _Side:
    """One of the two connections; after `ends` it takes no more requests."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ends: bool = False

    def __post_init__(self) -> None:
        # what was written has gone out when drain returns: a cut is where it says
        self.writer.transport.set_write_buffer_limits(high=0)

    def reset(self) -> None:
        """Let the other end see "connection reset by peer"."""
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        self.writer.transport.abort()


@contextlib.contextmanager
def proxy(store: S3Server, **given: Any) -> Iterator[Proxy]:
    """Run a proxy before `store`, in a thread, until the end of the block."""
    running = Proxy(store, **given)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        served = await running.listen()
        ready.set()
        await stop.wait()
        served.close()
        await asyncio.sleep(0)  # who just came gets as far as where he can be canceled
        while open_still := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in open_still:
                task.cancel()
            await asyncio.gather(*open_still, return_exceptions=True)
            await asyncio.sleep(0)  # what they closed is closed a turn later

    def run() -> None:
        with contextlib.closing(loop):
            loop.run_until_complete(serve())

    thread = threading.Thread(target=run, name="proxy", daemon=True)
    thread.start()
    try:
        ready.wait()
        yield running
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _alone(endpoint: str, delay: float) -> None:
    running = Proxy(S3Server(endpoint, "", ""), check=False, delay=delay)
    await running.listen()
    print(running.server.endpoint, flush=True)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    told = {
        "connections": running.connections,
        "requests": [asdict(each) for each in running.seen],
    }
    print(json.dumps(told), flush=True)


def main() -> int:
    """Delay what goes to a store; print where to go instead, and what came.

    At SIGTERM it ends, with every request as JSON on its last line.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.servers.proxy")
    parser.add_argument("endpoint")
    parser.add_argument("--delay", type=float, default=0.03, help="in seconds")
    given = parser.parse_args()
    asyncio.run(_alone(given.endpoint, given.delay))
    return 0


if __name__ == "__main__":
    sys.exit(main())
