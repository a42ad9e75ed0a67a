"""What a load fetched from a store is read from the user's cache the next time."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest

from jupyter_artifacts.storage.memory import MemoryStorage

AT = {"user": "alice", "run": "files", "number": 0}
ADDRESS = "alice:files-exp0/large.npy"
MIB = 1 << 20


class Counting(MemoryStorage):
    """A store in memory that counts what is asked of its bytes."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def read(self, key, start=0, length=None):
        self.asked += 1
        return super().read(key, start, length)

    def fetch(self, key, start, length, version="", *, whole=False):
        self.asked += 1
        return super().fetch(key, start, length, version, whole=whole)


@pytest.fixture(name="store")
def _store(alice):
    store = Counting()
    carrier = alice.carrier
    carrier.context = dataclasses.replace(carrier.context, storage=store)
    carrier.call("runs.start", name="files")
    return store


@pytest.fixture(name="put")
def _put(alice, store, tmp_path):
    """Capture an array as a file; return it."""

    def put(number: int, size: int = 2 * MIB, path: str = "large.npy"):
        array = np.full(size, number, dtype=np.uint8)
        with (tmp_path / "made").open("wb") as file:
            np.save(file, array)
        source = tmp_path / "made"
        alice.carrier.call("files.capture", **AT, path=path, source=source)
        store.asked = 0
        return array

    return put


def test_what_was_loaded_is_loaded_again_without_asking_the_store(alice, store, put):
    array = put(7)
    first = alice.load(ADDRESS)
    assert store.asked > 0
    store.asked = 0
    second = alice.load(ADDRESS)

    assert store.asked == 0
    assert np.array_equal(first, array)
    assert np.array_equal(second, array)
    assert alice.carrier.cache.usage().files == 1


def test_a_file_that_was_written_anew_is_never_taken_for_what_it_was(alice, store, put):
    put(7)
    alice.load(ADDRESS)
    array = put(8)

    assert np.array_equal(alice.load(ADDRESS), array)
    assert store.asked > 0


def test_a_cached_file_that_was_harmed_is_fetched_anew(alice, store, put):
    array = put(7)
    alice.load(ADDRESS)
    (kept,) = alice.carrier.cache.root.glob("blake3/*/*")
    kept.chmod(0o600)
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    store.asked = 0

    assert np.array_equal(alice.load(ADDRESS), array)
    assert store.asked > 0


def test_a_file_object_of_what_was_loaded_reads_the_cache(alice, store, put):
    array = put(7)
    alice.load(ADDRESS)
    store.asked = 0
    with alice.open(ADDRESS) as file:
        file.seek(-5, io.SEEK_END)
        assert file.read() == array[-5:].tobytes()
        file.seek(0)
        assert np.array_equal(np.load(file), array)

    assert store.asked == 0


def test_a_file_object_alone_fills_no_cache(alice, store, put):
    put(7)
    with alice.open(ADDRESS) as file:
        file.read()

    assert store.asked > 0
    assert alice.carrier.cache.usage().files == 0


def test_a_download_of_what_was_loaded_asks_for_no_bytes(alice, store, put, tmp_path):
    array = put(7)
    alice.load(ADDRESS)
    store.asked = 0
    receipt = alice.download(ADDRESS, tmp_path / "to")

    assert store.asked == 0
    assert receipt.checks == {"blake3": 1}
    assert np.array_equal(np.load(tmp_path / "to/large.npy"), array)


def test_a_small_file_is_not_kept(alice, store, put):
    put(7, size=1000)
    alice.load(ADDRESS)

    assert alice.carrier.cache.usage().files == 0


def test_a_file_of_this_machine_is_not_kept_twice(alice, tmp_path):
    alice.carrier.call("runs.start", name="files")
    np.save(tmp_path / "a.npy", np.zeros(2 * MIB))
    alice.carrier.call(
        "files.capture", **AT, path="large.npy", source=tmp_path / "a.npy"
    )
    alice.load(ADDRESS)

    assert alice.carrier.cache.usage().files == 0


def test_a_cache_that_cannot_be_written_keeps_nobody_from_loading(alice, put):
    array = put(7)
    root = alice.carrier.cache.root
    root.mkdir(parents=True)
    root.chmod(0o777)

    with pytest.warns(UserWarning, match="not kept"):
        loaded = alice.load(ADDRESS)
    assert np.array_equal(loaded, array)


def test_what_must_be_unpickled_is_not_fetched_to_be_refused(alice, store, put):
    from jupyter_artifacts.errors import InvalidRequest

    put(7, path="large.pkl")
    with pytest.raises(InvalidRequest):
        alice.load("alice:files-exp0/large.pkl")

    assert alice.carrier.cache.usage().files == 0
