"""Operations that answer bytes."""

import pytest

BODY = bytes(range(256)) * 40
FILE = "runs/alice/mnist/exp0/files/"


@pytest.fixture
def stored(ask, alice, jp_asyncio_loop):
    """Puts a file into alice's run; gives its address."""

    async def put(name: str, body: bytes = BODY) -> str:
        await ask("POST", "runs", alice, data={"name": "mnist"})
        answer = await ask("PUT", FILE + name, alice, body=body)
        assert answer.code == 200, answer.body
        return FILE + name

    return put


async def test_bytes_come_back_as_they_were_stored(ask, stored, bob):
    """What one member captured, another one reads, byte for byte."""
    address = await stored("a.bin")

    got = await ask("GET", address, bob)

    assert (got.code, got.body) == (200, BODY)
    assert got.headers["Accept-Ranges"] == "bytes"
    assert got.headers["Etag"].startswith('"blake3:')
