"""What a bucket does of what a folder does by renaming."""

import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource, Conflict, Gone, Unavailable
from jupyter_artifacts.storage.bucket import PART
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.storage.revisions import read_pinned, revision_key
from jupyter_artifacts.storage.s3 import s3_bucket
from jupyter_artifacts.storage.wire import WireBucket
from tests.servers.faults import Drop
from tests.servers.proxy import proxy

KEY = "experiments/e/artifacts/a.txt"
MANY = 40


@pytest.fixture
def bucket(place, tmp_path) -> Any:
    return open_storage(f"{place}/team", tmp_path / "live")


@pytest.fixture
def between(moto_server, monkeypatch):
    with proxy(moto_server) as running:
        for name, value in running.server.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def seen(between, tmp_path, request) -> Any:
    """A storage whose requests are counted."""
    name = between.store.make_bucket(f"s-{abs(hash(request.node.name))}")
    return open_storage(f"s3://{name}/team", tmp_path / "live")


def file(folder: Path, content: bytes, name: str = "source") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def content(storage: Any, key: str) -> bytes:
    return b"".join(storage.read(key))


def test_a_new_file_costs_one_request(seen, between, tmp_path):
    files = [(f"{KEY}{n}", file(tmp_path, b"x", str(n))) for n in range(MANY)]

    staged = seen.stage_many(files)
    for one in staged:
        seen.publish(one)
        seen.discard(one)

    assert len(between.seen) == MANY


def test_what_was_kept_is_not_overwritten_by_a_second_try(bucket, tmp_path):
    kept = revision_key(KEY, digest_of(b"old"))
    bucket.put(KEY, file(tmp_path, b"old"))
    bucket.stage(KEY, file(tmp_path, b"new"), kept)  # and the process is killed

    bucket.stage(KEY, file(tmp_path, b"newer"), kept)

    assert content(bucket, kept) == b"old"
    assert b"".join(read_pinned(bucket, KEY, kept)) == b"old"


@pytest.mark.parametrize("place", ["moto", "gcs"], indirect=True)
def test_what_the_catalog_does_not_know_of_is_kept_by_its_own_digest(bucket, tmp_path):
    bucket.put(KEY, file(tmp_path, b"theirs"))

    staged = bucket.stage(KEY, file(tmp_path, b"mine"))

    assert content(bucket, KEY) == b"mine"
    assert content(bucket, revision_key(KEY, digest_of(b"theirs"))) == b"theirs"
    bucket.discard(staged)
    assert content(bucket, KEY) == b"theirs"


def test_a_file_that_a_killed_process_had_staged_is_staged_again(bucket, tmp_path):
    bucket.stage(KEY, file(tmp_path, b"same"))

    staged = bucket.stage(KEY, file(tmp_path, b"same"))
    bucket.publish(staged)
    bucket.discard(staged)

    assert content(bucket, KEY) == b"same"


@pytest.mark.parametrize("place", ["moto"], indirect=True)
def test_the_version_that_was_recorded_is_fetched_while_it_is_there(bucket, tmp_path):
    first = bucket.put(KEY, file(tmp_path, b"first")).version_id
    bucket.put(KEY, file(tmp_path, b"other"))

    assert bytes(bucket.fetch(KEY, 0, 5, first, whole=True)) == b"first"
    assert bytes(bucket.fetch(KEY, 1, 3, first)) == b"irs"
    assert bytes(bucket.fetch(KEY, 0, 5, "never-there", whole=True)) == b"other"

    def streamed(version):
        return b"".join(bytes(piece) for piece in bucket.stream(KEY, 1, 3, version))

    assert streamed(first) == b"irs"
    assert streamed("never-there") == streamed("") == b"the"


@pytest.mark.parametrize("place", ["moto"], indirect=True)
def test_what_obstore_streams_is_what_was_asked_for(place):
    bucket = s3_bucket(place.removeprefix("s3://"))
    parts = [os.urandom(PART), os.urandom(5)]
    bucket.put("k", parts, {})
    first, content = bucket.head("k").version, b"".join(parts)
    bucket.put("k", [b"other"], {})

    def streamed(start, length, version=""):
        found = WireBucket.stream(bucket, "k", start, length, version=version)
        return b"".join(bytes(piece) for piece in found)

    assert streamed(3, len(content) - 4, first) == content[3:-1]
    assert streamed(1, 3) == b"the"
    with pytest.raises(ChangedAtSource, match="4 bytes came instead of 5"):
        streamed(1, 5)
    with pytest.raises((Gone, ChangedAtSource)):
        streamed(1, 3, "never-there")


def test_of_an_object_that_grew_only_what_was_planned_is_fetched(bucket, tmp_path):
    bucket.put(KEY, file(tmp_path, b"first and more"))

    assert bytes(bucket.fetch(KEY, 0, 5, whole=True)) == b"first"


def test_an_object_that_is_too_short_is_another_one(bucket, tmp_path):
    bucket.put(KEY, file(tmp_path, b"one"))

    with pytest.raises(ChangedAtSource):
        bucket.fetch(KEY, 0, 5, whole=True)


def test_a_lost_answer_to_a_write_is_no_conflict(seen, between):
    between.fault(Drop(), "PUT", "packs/p", times=1)

    with pytest.raises(Unavailable):
        seen.store_bytes("artifacts/a/packs/p", [b"one", b"two"])

    seen.store_bytes("artifacts/a/packs/p", [b"one", b"two"])

    assert content(seen, "artifacts/a/packs/p") == b"onetwo"


@pytest.mark.parametrize("place", ["moto", "gcs"], indirect=True)
def test_a_key_that_is_written_once_is_not_written_twice(bucket, tmp_path):
    bucket.store_bytes("artifacts/a/packs/p", [b"one"])
    with pytest.raises(Conflict, match="another stands there"):
        bucket.store_bytes("artifacts/a/packs/p", [b"two"])
    with pytest.raises(Conflict):
        bucket.store_file("artifacts/a/packs/p", file(tmp_path, b"three"))
    assert content(bucket, "artifacts/a/packs/p") == b"one"


def test_a_reader_never_gets_parts_of_two_objects(bucket, tmp_path):
    old, new = b"o" * (PART + 5), b"n" * (PART + 5)
    bucket.put("a", file(tmp_path, old))
    chunks = bucket.read("a")
    got = next(chunks)
    bucket.put("a", file(tmp_path, new))
    try:
        got += b"".join(chunks)
    except ChangedAtSource:
        return
    assert got == old


def test_a_file_on_its_way_at_a_kill_is_found_by_what_it_is(bucket, tmp_path):
    source = file(tmp_path, b"x" * (PART + 1))

    def fail(_count: int) -> None:
        raise KeyboardInterrupt

    key = "artifacts/a/objects/one"
    with pytest.raises(KeyboardInterrupt):
        bucket.store_file(key, source, fail)

    assert bucket.unfinished("artifacts/a/objects", source) == key
    assert bucket.unfinished("artifacts/b", source) is None
    other = file(tmp_path, b"x" * (PART + 1), "other")
    assert bucket.unfinished("artifacts/a", other) is None
    bucket.store_file(key, source)
    assert bucket.unfinished("artifacts/a", source) is None


def test_a_uri_is_what_the_stores_own_tools_take(bucket):
    uri = bucket.uri("a/100% & é?#.txt")
    assert uri.partition("://")[2].partition("/")[2] == "team/a/100% & é?#.txt"
