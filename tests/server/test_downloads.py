"""Operations that answer bytes."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from jupyter_artifacts.storage.folder import FolderStorage

BODY = bytes(range(256)) * 40
FILES = "runs/alice/mnist/exp0/files/"


@pytest.fixture
def stored(act, alice, tmp_path):
    """Puts a file into a run of alice's; gives its path below the API."""
    act("alice").call("runs.start", name="mnist")

    def put(name: str, body: bytes = BODY) -> str:
        source = tmp_path / "source"
        source.write_bytes(body)
        act("alice").call(
            "files.capture",
            user="alice",
            run="mnist",
            number=0,
            path=name,
            source=source,
        )
        return FILES + name

    return put


@pytest.fixture
def sparse(stored, service):
    """Makes a file of zeros in the storage, as long as it is told; gives its path."""

    def make(size):
        path = stored("big.bin")
        (kept,) = service.settings.storage.rglob("big.bin")
        os.truncate(kept, size)
        return path

    return make


async def test_bytes_come_back_as_they_were_stored(ask, stored, bob):
    """What one member captured, another one reads, byte for byte."""
    got = await ask("GET", stored("a.bin"), bob)

    assert (got.code, got.body) == (200, BODY)
    assert got.headers["Accept-Ranges"] == "bytes"
    assert got.headers["Content-Length"] == str(len(BODY))


async def test_a_range_gives_a_part(ask, stored, bob):
    """A Range is answered with 206, the part, and where it lies."""
    got = await ask("GET", stored("a.bin"), bob, headers={"Range": "bytes=10-19"})

    assert (got.code, got.body) == (206, BODY[10:20])
    assert got.headers["Content-Range"] == f"bytes 10-19/{len(BODY)}"


async def test_a_range_behind_the_end_says_the_size(ask, stored, bob, problem):
    """A 416 names the size, and holds none of the bytes."""
    got = await ask("GET", stored("a.bin"), bob, headers={"Range": "bytes=99999-"})

    assert got.code == 416
    assert got.headers["Content-Range"] == f"bytes */{len(BODY)}"
    assert problem(got)["code"] == "range-not-satisfiable"


async def test_a_resumed_download_never_mixes_bytes(ask, stored, bob):
    """Once the file was rewritten, If-Range gives the new bytes whole."""
    path = stored("a.bin")
    old = (await ask("GET", path, bob)).headers["Etag"]
    resumed = {"Range": "bytes=10-", "If-Range": old}
    assert (await ask("GET", path, bob, headers=resumed)).code == 206

    stored("a.bin", BODY[::-1])

    got = await ask("GET", path, bob, headers=resumed)
    assert (got.code, got.body) == (200, BODY[::-1])


async def test_a_reader_that_has_the_bytes_gets_304(ask, stored, bob):
    """The digest is the ETag; who has it gets no bytes."""
    path = stored("a.bin")
    etag = (await ask("GET", path, bob)).headers["Etag"]
    assert etag.startswith('"blake3:')

    got = await ask("GET", path, bob, headers={"If-None-Match": etag})

    assert (got.code, got.body) == (304, b"")


async def test_head_says_everything_but_the_bytes(ask, stored, bob):
    """HEAD answers with GET's headers, whatever the Range, and no body."""
    path = stored("a.bin")

    got = await ask("HEAD", path, bob, headers={"Range": "bytes=1-2"})

    assert (got.code, got.body) == (200, b"")
    assert got.headers["Content-Length"] == str(len(BODY))


async def test_an_empty_file_is_a_file(ask, stored, bob):
    """Nothing is sent of nothing."""
    got = await ask("GET", stored("empty.txt", b""), bob)

    assert (got.code, got.body) == (200, b"")


@pytest.mark.parametrize("name", ["page.html", "image.svg", "book.ipynb", "x.xhtml"])
async def test_user_bytes_are_never_a_page_of_ours(ask, stored, bob, name):
    """A browser saves them, guesses no type, and runs nothing in them."""
    got = await ask("GET", stored(name, b"<script>alert(1)</script>"), bob)

    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"].startswith("sandbox;")
    assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert got.headers["Cache-Control"] == "private, no-cache"


async def test_bytes_that_are_gone_are_410(ask, stored, bob, problem, service):
    """A file that somebody removed from the storage by hand is said to be gone."""
    path = stored("a.bin")
    (kept,) = service.settings.storage.rglob("a.bin")
    kept.unlink()

    got = await ask("GET", path, bob)

    assert got.code == 410
    assert problem(got)["address"] == "alice:mnist-exp0/a.bin"


async def test_a_file_cut_short_while_it_is_sent_is_not_taken_for_whole(
    http_server_port, http_server, sparse, service, bob
):
    """The reader sees a closed connection before the length it was promised."""
    path = sparse(64 << 20)
    (kept,) = service.settings.storage.rglob("big.bin")
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_port[1])
    request = f"GET /a%40b/jupyter-artifacts/api/v1/{path} HTTP/1.1\r\n"
    headers = f"Host: 127.0.0.1\r\nAuthorization: token {bob.secret}\r\n\r\n"
    writer.write((request + headers).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"Content-Length: 67108864" in head

    os.truncate(kept, 1 << 20)
    rest = await asyncio.wait_for(reader.read(-1), 10)

    assert len(rest) < 64 << 20
    writer.close()


async def test_a_reader_that_stops_keeps_nobody_waiting(
    http_server_port, http_server, ask, sparse, bob, alice
):
    """More stalled downloads than threads: everyone else is answered at once."""
    path = sparse(256 << 20)
    request = f"GET /a%40b/jupyter-artifacts/api/v1/{path} HTTP/1.1\r\n"
    headers = f"Host: 127.0.0.1\r\nAuthorization: token {bob.secret}\r\n\r\n"
    stalled = []
    for _ in range(24):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", http_server_port[1], limit=1 << 16
        )
        writer.write((request + headers).encode())
        await reader.readuntil(b"\r\n\r\n")
        stalled.append(writer)

    got = await asyncio.wait_for(ask("GET", "overview", alice), 5)
    part = await ask("GET", path, alice, headers={"Range": "bytes=0-9"})

    assert (got.code, part.code) == (200, 206)
    for writer in stalled:
        writer.close()


async def test_a_store_that_does_not_answer_keeps_nobody_from_looking_at_runs(
    ask, stored, bob, alice, service, monkeypatch
):
    """Bytes are asked for where bytes are moved, not where rows are read."""
    path, answers = stored("a.bin"), threading.Event()

    class Silent(FolderStorage):
        def size(self, key):
            answers.wait(20)
            return super().size(key)

    monkeypatch.setattr(service, "_storage", Silent(service.storage.root))
    waiting = [asyncio.ensure_future(ask("GET", path, bob)) for _ in range(9)]
    await asyncio.sleep(0)
    try:
        got = await asyncio.wait_for(ask("GET", "overview", alice), 10)
    finally:
        answers.set()
    assert got.code == 200
    assert {each.code for each in await asyncio.gather(*waiting)} == {200}
