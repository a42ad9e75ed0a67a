"""Live events over a WebSocket."""

import asyncio
import json

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


@pytest.fixture
def listen(http_server_port):
    """Opens the events' socket as somebody."""
    port = http_server_port[1]

    async def connect(person, query: str = ""):
        url = f"ws://127.0.0.1:{port}/a%40b/jupyter-artifacts/api/v1/events{query}"
        headers = {"Authorization": f"token {person.secret}"} if person else {}
        return await websocket_connect(HTTPRequest(url, headers=headers))

    return connect


async def next_event(socket):
    """The next event of a socket."""
    return json.loads(await asyncio.wait_for(socket.read_message(), 5))


async def test_what_happens_comes_to_an_open_page(ask, listen, alice, bob):
    """A run that alice starts comes to bob's page by itself."""
    socket = await listen(bob)

    await ask("POST", "runs", alice, data={"name": "mnist"})

    event = await next_event(socket)
    assert event["address"] == "alice:mnist-exp0"
    socket.close()
