import threading

import pytest

from jupyter_artifacts.errors import Canceled
from jupyter_artifacts.storage.buffers import Buffers, filled


def test_who_wants_a_buffer_waits_until_one_is_free():
    buffers = Buffers(1, 10)
    first = buffers.take(lambda: None)
    taken = threading.Semaphore(0)

    def take() -> None:
        buffers.take(lambda: None)
        taken.release()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not taken.acquire(timeout=0.1)
    buffers.give_back(first)
    assert taken.acquire(timeout=10)
    waiting.join()


def test_a_buffer_is_used_again():
    buffers = Buffers(3, 10)
    with buffers.taken() as first:
        pass
    with buffers.taken() as second:
        assert second is first


def test_nobody_waits_for_a_buffer_when_it_is_over():
    buffers = Buffers(1, 10)
    buffers.take(lambda: None)

    def over() -> None:
        raise Canceled("enough")

    with pytest.raises(Canceled):
        buffers.take(over)


def test_a_buffer_holds_what_the_file_has(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        buffer = memoryview(bytearray(20))
        assert bytes(filled(buffer, file.fileno(), 2, 5)) == b"23456"
        assert bytes(filled(buffer, file.fileno(), 2, 20)) == b"23456789"
