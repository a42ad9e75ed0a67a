"""Live events over a WebSocket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_artifacts.server import events


async def next_event(socket):
    """The next event of a socket."""
    return json.loads(await asyncio.wait_for(socket.read_message(), 10))


async def test_what_happens_comes_to_every_open_page(ask, listen, alice, bob):
    """A run that alice starts comes to her page and bob's by itself."""
    sockets = [await listen(alice), await listen(bob)]

    await ask("POST", "runs", alice, data={"name": "mnist"})

    for socket in sockets:
        assert (await next_event(socket))["address"] == "alice:mnist-exp0"


async def test_another_process_is_heard(listen, bob, service):
    """What a script on the machine commits comes to the open pages."""
    socket = await listen(bob)
    program = (
        "from jupyter_artifacts.carriers.local import LocalCarrier as Carrier\n"
        "from jupyter_artifacts.settings import Settings\n"
        "Carrier(Settings.from_environment()).call('runs.start', name='script')\n"
    )
    environment = {
        "JUPYTER_ARTIFACTS_HOME": str(service.settings.home),
        "JUPYTER_ARTIFACTS_USER": "bob",
    }

    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], env=environment, check=True
    )

    assert (await next_event(socket))["address"] == "bob:script-exp0"


async def test_a_page_that_comes_back_gets_what_it_missed(ask, act, listen, alice):
    """With the last event it knows, a page gets the later ones, each once, in order."""
    socket = await listen(alice)
    await ask("POST", "runs", alice, data={"name": "first"})
    known = [await next_event(socket), await next_event(socket)][-1]["seq"]
    socket.close()
    for number in range(5):
        act("alice").call("runs.start", name=f"missed{number}")

    again = await listen(alice, f"?since={known}")
    act("alice").call("runs.start", name="last")

    got: list[str] = []
    while got[-1:] != ["alice:last"]:
        event = await next_event(again)
        assert event["seq"] == known + len(got) + 1
        got.append(event["address"])
    assert "alice:missed4" in got


async def test_a_page_that_missed_too_much_fetches_again(
    act, listen, alice, service, monkeypatch
):
    """Instead of thousands of events it gets one that says so."""
    with service.catalog.write() as rows:
        for number in range(events.QUEUE + 2):
            rows.events.add("run", "changed", f"alice:{number}", 0.0)

    socket = await listen(alice, "?since=0")

    event = await next_event(socket)
    assert event["kind"] == "resync"
    with service.catalog.read() as rows:
        assert event["seq"] == rows.events.newest()


async def test_a_page_that_does_not_read_fetches_again(listen, alice, service):
    """A slow page's queue is bounded; it is told to fetch when it reads again."""
    socket = await listen(alice)
    large = {"text": "x" * 10_000}
    with service.catalog.write() as rows:
        for number in range(3 * events.QUEUE):
            rows.events.add("run", "changed", f"alice:{number}", 0.0, large)
        newest = rows.events.newest()
    async with asyncio.timeout(20):
        while service.pump.newest < newest:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)

    kinds = [(await next_event(socket))["kind"]]
    while kinds[-1] != "resync":
        kinds.append((await next_event(socket))["kind"])

    assert len(kinds) < 3 * events.QUEUE


@pytest.mark.parametrize("query", ["?since=x", "?since=1.5", "?nothing=1"])
async def test_a_malformed_since_opens_no_socket(listen, alice, query):
    """The problem is said before the socket opens."""
    with pytest.raises(HTTPClientError) as refused:
        await listen(alice, query)

    assert refused.value.code == 400
    assert refused.value.response is not None
    assert json.loads(refused.value.response.body)["code"] == "malformed-request"


async def test_a_plain_request_is_told_what_this_is(ask, alice, problem):
    """Without an upgrade there is a problem that says how to listen."""
    answer = await ask("GET", "events", alice)

    assert answer.code == 400
    assert "WebSocket" in problem(answer)["message"]


async def test_what_a_page_says_changes_nothing(listen, alice, everything, service):
    """Whatever comes in over the socket is left unread."""
    socket = await listen(alice)
    before = everything()

    await socket.write_message('{"kind": "run", "change": "deleted"}')
    await socket.write_message(b"\x00" * 1000, binary=True)
    await asyncio.sleep(0.3)

    assert everything() == before
    socket.close()


async def test_open_pages_count_as_being_there(listen, alice, bob, service):
    """Who has a page open is in the session, and no longer once it is closed."""
    people, pump = service.people, service.pump
    socket = await listen(alice)
    assert pump.logins == {"alice"}
    assert people.here(pump.logins) == ["alice"]

    socket.close()

    async with asyncio.timeout(5):
        while pump.logins:  # noqa: ASYNC110 - the server has no event for this
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("since", ["1.5", "-1", "9223372036854775808", "x"])
async def test_a_page_that_asks_for_no_event_is_told_so(listen, alice, since):
    """Before its socket is open."""
    with pytest.raises(HTTPClientError) as refused:
        await listen(alice, f"?since={since}")

    assert refused.value.code == 400


async def test_a_page_may_say_that_it_knows_no_event(ask, listen, alice):
    """`since=null` is the default, written out."""
    socket = await listen(alice, "?since=null")

    await ask("POST", "runs", alice, data={"name": "mnist"})

    assert (await next_event(socket))["address"] == "alice:mnist-exp0"
