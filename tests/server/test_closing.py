"""A server that closes while people still have their pages open."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest


async def test_a_request_that_comes_too_late_is_told_so(
    ask, alice, app, problem, caplog
):
    """It gets a 503 that says why, and the log gets nothing."""
    assert (await ask("GET", "runs", alice)).code == 200
    await app.stop_extension()
    caplog.clear()

    with caplog.at_level(logging.INFO):
        answers = [
            await ask("GET", "runs", alice),
            await ask("POST", "runs", alice, data={"name": "late"}),
            await ask("GET", "openapi.json", alice),
        ]

    assert [answer.code for answer in answers] == [503, 503, 503]
    assert problem(answers[0])["message"] == "this server is closing"
    assert caplog.records == []


async def test_open_pages_are_closed_first(listen, alice, app):
    """The socket of the events ends with "going away", and with why."""
    socket = await listen(alice)

    await app.stop_extension()

    async with asyncio.timeout(5):
        while await socket.read_message() is not None:
            pass
    assert (socket.close_code, socket.close_reason) == (1001, "this server is closing")


async def test_work_that_waits_its_turn_is_told_so(service):
    """What no thread had begun when the server closed is refused, and not left."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def block() -> None:
        begun.release()
        go_on.wait(20)

    busy = [asyncio.create_task(service.in_read_pool(block)) for _ in range(8)]
    for _ in busy:
        assert await asyncio.to_thread(begun.acquire, timeout=10)
    waiting = asyncio.create_task(service.in_read_pool(dict))
    await asyncio.sleep(0)

    closing = asyncio.create_task(asyncio.to_thread(service.close))
    with pytest.raises(Exception, match="this server is closing"):
        await asyncio.wait_for(waiting, 10)
    go_on.set()

    await asyncio.gather(closing, *busy)
