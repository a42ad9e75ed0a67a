"""Jobs: long work in threads."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import threading

import pytest

from jupyter_artifacts.server.jobs import JobPool

LOG = logging.getLogger("test")


@pytest.fixture
def pool():
    """A pool of one thread."""
    pool = JobPool(LOG, at_once=1)
    yield pool
    pool.stop()


def test_a_job_runs_until_it_is_canceled(pool):
    """Work is told that it is canceled, and only it."""
    began, ended = threading.Event(), threading.Event()

    def work(canceled) -> None:
        began.set()
        while not canceled():
            ended.wait(0.01)
        ended.set()

    pool.submit("a", work)
    assert began.wait(5)
    pool.cancel("b")
    assert not ended.is_set()

    pool.cancel("a")

    assert ended.wait(5)


def test_a_stop_lets_every_job_say_that_it_was_canceled():
    """Work that waits its turn gets it, canceled, when the server stops."""
    pool = JobPool(LOG, at_once=1)
    said = []
    go = threading.Event()

    def work(name, canceled) -> None:
        go.wait(5)
        said.append((name, canceled()))

    for name in "abc":
        pool.submit(name, functools.partial(work, name))
    threading.Timer(0.1, go.set).start()

    pool.stop()

    assert said == [("a", True), ("b", True), ("c", True)]


def test_a_job_that_fails_takes_nobody_along(pool, caplog):
    """The log has the failure; the next job runs."""
    done = threading.Event()

    def fail(canceled) -> None:
        raise ZeroDivisionError

    def succeed(canceled) -> None:
        done.set()

    pool.submit("a", fail)
    pool.submit("b", succeed)

    assert done.wait(5)
    assert "job a failed" in caplog.text


async def test_a_download_of_the_server_reports_its_progress(
    ask, listen, act, alice, tmp_path, jp_root_dir
):
    """A transfer runs in the background, says so live, and ends with a receipt."""
    source = tmp_path / "model.bin"
    source.write_bytes(b"weights" * 1000)
    act("alice").call("runs.start", name="mnist")
    place = {"user": "alice", "run": "mnist", "number": 0, "path": "model.bin"}
    act("alice").call("files.capture", **place, source=source)
    socket = await listen(alice)

    asked = {"address": "alice:mnist-exp0", "to": "here"}
    answer = await ask("POST", "transfers", alice, data=asked)

    assert answer.code == 200, answer.body
    transfer = json.loads(answer.body)["id"]
    states: list[str] = []
    async with asyncio.timeout(10):
        while states[-1:] != ["done"]:
            event = json.loads(await socket.read_message())
            assert (event["kind"], event["address"]) == ("transfer", transfer)
            states.append(event["data"]["state"])
    assert states[0] == "queued"
    got = json.loads((await ask("GET", f"transfers/{transfer}", alice)).body)
    assert got["receipt"]["files"][0]["check"] == "blake3"
    assert (jp_root_dir / "here" / "model.bin").read_bytes() == source.read_bytes()


async def test_a_download_stays_below_the_session(ask, act, alice, tmp_path, problem):
    """A page cannot have the server write outside its folder."""
    source = tmp_path / "model.bin"
    source.write_bytes(b"weights")
    act("alice").call("runs.start", name="mnist")
    place = {"user": "alice", "run": "mnist", "number": 0, "path": "model.bin"}
    act("alice").call("files.capture", **place, source=source)

    for to in ("../out", "a/../../out", str(tmp_path / "out")):
        asked = {"address": "alice:mnist-exp0", "to": to}
        answer = await ask("POST", "transfers", alice, data=asked)
        assert (answer.code, problem(answer)["code"]) == (400, "malformed-path")
    assert not (tmp_path / "out").exists()
