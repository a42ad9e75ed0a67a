"""Operations that take raw bytes."""

from __future__ import annotations

import asyncio
import json

import pytest

from jupyter_artifacts.errors import NotWritable
from jupyter_artifacts.server.spooling import SpoolFile, sweep

FILE = "runs/alice/mnist/exp0/files/a.bin"


@pytest.fixture
def run(act, alice):
    """A run of alice's."""
    act("alice").call("runs.start", name="mnist")


@pytest.fixture
def spooled(service):
    """Gives what lies in the spool of uploads."""
    return lambda: list(service.uploads.glob("*"))


async def test_a_file_goes_in_and_leaves_nothing_behind(ask, alice, run, spooled):
    """What was uploaded is stored with its digest; the spool is empty again."""
    answer = await ask("PUT", FILE, alice, body=b"x" * 300_000)

    asset = json.loads(answer.body)
    assert (answer.code, asset["size"]) == (200, 300_000)
    assert asset["digest"].startswith("blake3:")
    assert spooled() == []


async def test_an_empty_file_goes_in(ask, alice, run):
    """A file of no bytes is a file."""
    answer = await ask("PUT", FILE, alice, body=b"")

    assert (answer.code, json.loads(answer.body)["size"]) == (200, 0)


@pytest.mark.parametrize("modified", ["inf", "-inf", "nan", "1e300", "-1", "3e11"])
async def test_a_time_that_no_date_can_say_is_refused(
    ask, alice, run, problem, modified
):
    """It would make the experiment's files unreadable; those there are stay."""
    await ask("PUT", FILE, alice, body=b"good")

    answer = await ask("PUT", f"{FILE}?modified={modified}", alice, body=b"bad")

    assert (answer.code, problem(answer)["code"]) == (400, "malformed-request")
    last = await ask("PUT", f"{FILE}?modified=253402300799", alice, body=b"late")
    assert last.code == 200
    assert (await ask("GET", FILE, alice)).body == b"late"
    listed = await ask("GET", "runs/alice/mnist/exp0/artifacts", alice)
    assert json.loads(listed.body)["assets"][0]["modified"] == 253402300799


async def test_a_refused_upload_leaves_nothing(ask, bob, run, spooled, everything):
    """What somebody else may not store is not kept anywhere."""
    before = everything()

    answer = await ask("PUT", FILE, bob, body=b"x" * 300_000)

    assert answer.code == 403
    assert everything() == before
    assert spooled() == []


async def test_a_stranger_uploads_nothing(http_server_port, http_server, run, spooled):
    """A stranger is refused before the first byte of the body is taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[1])
    writer.write(
        f"PUT /a%40b/jupyter-artifacts/api/v1/{FILE} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n".encode()
    )

    head = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)

    assert b" 401 " in head
    assert spooled() == []
    writer.close()


async def test_a_sender_that_goes_away_leaves_nothing(
    http_server_port, http_server, alice, run, spooled
):
    """Half an upload is no file, and does not stay in the spool."""
    _, writer = await asyncio.open_connection("127.0.0.1", http_server_port[1])
    writer.write(
        f"PUT /a%40b/jupyter-artifacts/api/v1/{FILE} HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\nAuthorization: token {alice.secret}\r\n"
        "Content-Length: 1000000\r\n\r\n".encode()
        + b"x" * 100_000
    )
    await writer.drain()
    async with asyncio.timeout(10):
        while not spooled():  # noqa: ASYNC110 - the server has no event for this
            await asyncio.sleep(0.01)

    writer.close()

    async with asyncio.timeout(10):
        while spooled():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


async def test_more_than_a_server_takes_is_refused(ask, alice, problem):
    """The limit is said before the bytes are taken."""
    answer = await ask("POST", "metrics/reports", alice, body=b"x" * (65 << 20))

    assert (answer.code, problem(answer)["code"]) == (413, "too-large")


def test_what_a_dead_server_left_is_swept(tmp_path):
    """A new server removes spooled files of processes that are gone."""
    left = tmp_path / "999999999-abc"
    left.write_bytes(b"half")
    mine = SpoolFile(tmp_path)

    assert sweep(tmp_path) == 1
    assert not left.exists()
    assert mine.path.exists()
    mine.discard()


def test_a_spool_that_is_no_folder_is_said(tmp_path):
    """The message names the folder, and what to do."""
    (tmp_path / "uploads").write_text("a file")

    with pytest.raises(NotWritable) as raised:
        SpoolFile(tmp_path / "uploads")

    assert raised.value.address == str(tmp_path / "uploads")
    assert raised.value.hint
