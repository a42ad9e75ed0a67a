import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    Canceled,
    ChangedAtSource,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.storage import multipart, parts
from jupyter_artifacts.storage.bucket import PART, Upload
from jupyter_artifacts.storage.checksums import Checker
from jupyter_artifacts.storage.journals import Journals
from jupyter_artifacts.storage.multipart import part_size, upload_in_parts
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.storage.s3 import s3_bucket
from jupyter_artifacts.storage.s3_place import find_place
from jupyter_artifacts.storage.s3_requests import S3Requests
from jupyter_artifacts.storage.source import open_source
from tests.servers.faults import Answer, CutUpload, Drop
from tests.servers.proxy import proxy

KEY = "artifacts/a/objects/o"
SIZE = 3 * PART + 12_345
KILLED = """
import os, signal, sys
from pathlib import Path
from jupyter_artifacts.storage.opening import open_storage
passed = 0
def tell(count):
    global passed
    passed += count
    if passed >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
storage = open_storage(sys.argv[1], Path(sys.argv[2]))
storage.store_file("artifacts/a/objects/o", Path(sys.argv[3]), tell)
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def live(tmp_path: Path) -> Path:
    return tmp_path / "live"


@pytest.fixture
def between(moto_server, monkeypatch):
    """The proxy before moto, and a bucket behind it."""
    with proxy(moto_server) as running:
        for name, value in running.server.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def bucket(between, request) -> str:
    return f"s3://{between.store.make_bucket(f'u-{os.urandom(8).hex()}')}/team"


def journals(live: Path) -> list[Path]:
    return list((live / ".uploads").glob("*"))


def kill_after(place: str, live: Path, source: Path, passed: int, **env) -> None:
    """Upload in a process of its own, which is killed when so much is up."""
    told = [place, str(live), str(source), str(passed)]
    command = [sys.executable, "-c", KILLED, *told]
    process = subprocess.run(command, env={**os.environ, **env}, check=False)
    assert process.returncode == -signal.SIGKILL


def test_a_large_file_comes_back_whole_and_tells_its_checksum(place, live, large):
    storage = open_storage(place, live)
    passed: list[int] = []

    asset = storage.store_file(KEY, large, passed.append)

    content = large.read_bytes()
    assert b"".join(storage.read(KEY)) == content
    assert (asset.size, sum(passed)) == (SIZE, SIZE)
    assert asset.digest == digest_of(content)
    checker = Checker(asset.checksum)
    checker.update(content)
    assert checker.matches()
    assert journals(live) == []


def test_an_upload_goes_on_where_it_was_killed(place, live, large):
    kill_after(place, live, large, 2 * PART)
    storage = open_storage(place, live)
    assert storage.size(KEY) is None
    assert len(journals(live)) == 1

    asset = storage.store_file(KEY, large)

    assert asset.digest == digest_of(large.read_bytes())
    assert b"".join(storage.read(KEY)) == large.read_bytes()
    assert journals(live) == []


def test_parts_that_are_up_are_not_sent_again(bucket, between, live, large):
    kill_after(bucket, live, large, 2 * PART, **between.store.environment())

    open_storage(bucket, live).store_file(KEY, large)

    assert between.count("PUT", "partNumber=") <= 2
    assert b"".join(open_storage(bucket, live).read(KEY)) == large.read_bytes()


def test_a_file_that_changed_since_the_kill_is_uploaded_anew(place, live, large):
    kill_after(place, live, large, 2 * PART)
    large.write_bytes(os.urandom(SIZE))
    storage = open_storage(place, live)

    storage.store_file(KEY, large)

    assert b"".join(storage.read(KEY)) == large.read_bytes()


def test_an_upload_in_parts_of_other_bytes_is_not_taken_for_ours(
    bucket, between, live, large
):
    kill_after(bucket, live, large, PART, **between.store.environment())
    name = bucket.split("/")[2]
    client = between.store.client()
    upload = json.loads(journals(live)[0].read_bytes())["id"]
    whose = {"Bucket": name, "Key": f"team/{KEY}", "UploadId": upload}
    client.upload_part(**whose, PartNumber=1, Body=b"x" * PART)

    open_storage(bucket, live).store_file(KEY, large)

    assert b"".join(open_storage(bucket, live).read(KEY)) == large.read_bytes()


def test_the_journal_of_an_upload_is_for_its_owner_alone(place, live, large):
    kill_after(place, live, large, PART)
    (journal,) = journals(live)
    assert journal.stat().st_mode & 0o077 == 0


def test_a_file_that_changes_while_it_goes_up_leaves_nothing(place, live, large):
    storage = open_storage(place, live)

    def touch(_count: int) -> None:
        os.utime(large, (1, 1))

    with pytest.raises(ChangedAtSource):
        storage.store_file(KEY, large, touch)

    assert storage.size(KEY) is None
    assert journals(live) == []


def test_who_is_told_how_far_it_is_may_end_it(place, live, large):
    storage = open_storage(place, live)

    def stop(_count: int) -> None:
        raise Canceled("enough")

    with pytest.raises(Canceled):
        storage.store_file(KEY, large, stop)

    assert storage.size(KEY) is None


def test_a_lost_answer_to_the_last_call_does_not_lose_the_file(
    bucket, between, live, large
):
    between.fault(Drop(), "POST", r"uploadId=", times=1)

    asset = open_storage(bucket, live).store_file(KEY, large)

    assert asset.digest == digest_of(large.read_bytes())
    assert b"".join(open_storage(bucket, live).read(KEY)) == large.read_bytes()


def test_an_object_found_after_lost_answers_has_its_checksum(
    bucket, between, live, large
):
    between.fault(Drop(), "POST", r"uploadId=", times=3)
    with pytest.raises(Unavailable):
        open_storage(bucket, live).store_file(KEY, large)

    asset = open_storage(bucket, live).store_file(KEY, large)

    assert between.count("PUT", "partNumber=") == 4
    checker = Checker(asset.checksum)
    checker.update(large.read_bytes())
    assert checker.matches()


def test_nothing_more_is_sent_of_a_very_large_file_that_is_refused(
    bucket, between, live, tmp_path, monkeypatch
):
    monkeypatch.setattr(multipart, "part_size", lambda _: 1 << 20)
    monkeypatch.setattr(parts, "PART", (1 << 20) - 1)
    source = tmp_path / "source"
    source.write_bytes(os.urandom(60 << 20))
    between.fault(Answer(403, "AccessDenied"), "PUT", "partNumber=", times=None)

    with pytest.raises(StoreRefused):
        open_storage(bucket, live).store_file(KEY, source)

    assert between.count("PUT", "partNumber=") <= 12


def test_a_very_large_file_is_not_read_far_ahead_of_what_is_sent(
    bucket, between, live, tmp_path, monkeypatch
):
    monkeypatch.setattr(multipart, "part_size", lambda _: 1 << 20)
    monkeypatch.setattr(parts, "PART", (1 << 20) - 1)
    many, read, all_read = 40, Counter[str](), threading.Event()
    source = tmp_path / "source"
    source.write_bytes(bytes(many << 20))
    read_next = parts.Parts.next

    def reading(self, start, length):
        read["parts"] += 1
        if read["parts"] == many:
            all_read.set()
        return read_next(self, start, length)

    monkeypatch.setattr(parts.Parts, "next", reading)
    name = bucket.split("/")[2]
    requests = S3Requests(name, find_place(name))
    ahead: list[bool] = []

    def wait() -> None:
        """Send the first part when all are read, or when that does not come."""
        if not ahead:
            ahead.append(False)
            ahead[0] = all_read.wait(1)

    waiting = Harming(requests, wait)
    with open_source(source) as (opened, before):
        going = Upload(
            key=KEY,
            opened=opened,
            before=before,
            journals=Journals(live),
            check=lambda _: None,
            passed=lambda _: None,
        )
        # such parts are too small for S3, which says so in the end
        with pytest.raises(OSError, match="EntityTooSmall"):
            multipart.upload_in_parts(cast("Any", waiting), name, going)

    assert ahead == [False]
    assert read["parts"] == many


def test_an_upload_that_failed_goes_on_when_it_is_tried_again(
    bucket, between, live, large
):
    between.fault(CutUpload(1000), "PUT", "partNumber=3", times=None)
    storage = open_storage(bucket, live)
    with pytest.raises(Unavailable):
        storage.store_file(KEY, large)
    between.forget()

    storage.store_file(KEY, large)

    assert between.count("PUT", "partNumber=") < 4
    assert b"".join(storage.read(KEY)) == large.read_bytes()


def test_each_part_tells_a_checksum_that_the_store_can_check(
    bucket, between, live, large
):
    # the proxy compares every checksum of a request with the bytes that came
    open_storage(bucket, live).store_file(KEY, large)
    info = between.store.client().head_object(
        Bucket=bucket.split("/")[2], Key=f"team/{KEY}", ChecksumMode="ENABLED"
    )
    assert info["ChecksumCRC64NVME"]


@pytest.mark.parametrize("size", [1, PART, 10_000 * PART])
def test_parts_are_of_eight_mebibytes(size):
    assert part_size(size) == PART


def test_a_very_large_file_has_no_more_parts_than_s3_takes():
    size = 5 << 40
    assert size / part_size(size) <= 10_000
    assert part_size(size) % (1 << 20) == 0


@pytest.mark.s3
def test_an_upload_that_may_still_go_on_is_not_given_up(ceph_server, monkeypatch, live):
    for name, value in ceph_server.environment().items():
        monkeypatch.setenv(name, value)
    bucket = ceph_server.make_bucket(f"u-{os.urandom(8).hex()}")
    client = ceph_server.client()
    client.create_multipart_upload(Bucket=bucket, Key="team/artifacts/x")
    storage = open_storage(f"s3://{bucket}/team", live)

    assert storage.sweep() == 0
    assert s3_bucket(bucket).abandon("other/", time.time() + 60) == 0
    assert s3_bucket(bucket).abandon("team/", time.time() + 60) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)


@pytest.mark.s3
def test_uploads_of_others_in_the_same_bucket_are_never_given_up(
    ceph_server, monkeypatch, live
):
    for name, value in ceph_server.environment().items():
        monkeypatch.setenv(name, value)
    bucket = ceph_server.make_bucket(f"u-{os.urandom(8).hex()}")
    client = ceph_server.client()
    for key in ("theirs/x", "artifacts/x"):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    storage = open_storage(f"s3://{bucket}", live)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 2 * 86_400)
    assert storage.sweep() == 0
    monkeypatch.setattr(time, "time", lambda: now + 8 * 86_400)
    assert storage.sweep() == 1
    (left,) = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert left["Key"] == "theirs/x"


class Harming:
    """Gives the requests of a bucket; before each part somebody writes to the file."""

    def __init__(self, requests: S3Requests, harm: Callable[[], None]) -> None:
        self._requests = requests
        self._harm = harm
        self._asked = 0

    def ask(self, call):
        self._asked += 1
        if self._asked > 1:  # the first one begins the upload
            self._harm()
        return call(self._requests)


@pytest.fixture
def upload_harmed(bucket, live, large):
    """Upload while somebody writes to the file, which says that nothing changed."""
    name = bucket.split("/")[2]
    requests = S3Requests(name, find_place(name))

    def upload() -> str:
        with open_source(large) as (opened, before):

            def harm() -> None:
                with large.open("rb+") as file:
                    file.write(b"other")
                os.utime(large, ns=(before.st_atime_ns, before.st_mtime_ns))

            going = Upload(
                key=KEY,
                opened=opened,
                before=before,
                journals=Journals(live),
                check=lambda _: None,
                passed=lambda _: None,
            )
            harming: Any = Harming(requests, harm)
            return upload_in_parts(harming, name, going)[1]

    return upload


def test_what_goes_up_is_what_was_hashed(bucket, between, large, upload_harmed):
    digest = upload_harmed()

    name = bucket.split("/")[2]
    stored = between.store.client().get_object(Bucket=name, Key=KEY)["Body"].read()
    assert digest_of(stored) == digest
    assert stored != large.read_bytes()


def test_parts_too_large_for_memory_are_checked_when_they_were_sent(
    bucket, between, upload_harmed, monkeypatch
):
    monkeypatch.setattr(parts, "PART", PART - 1)

    with pytest.raises(ChangedAtSource, match="while it was stored"):
        upload_harmed()

    client = between.store.client()
    assert "Contents" not in client.list_objects_v2(Bucket=bucket.split("/")[2])


def test_parts_too_large_for_memory_come_back_whole(
    bucket, between, live, large, monkeypatch
):
    monkeypatch.setattr(parts, "PART", PART - 1)
    kill_after(bucket, live, large, PART, **between.store.environment())

    asset = open_storage(bucket, live).store_file(KEY, large)

    assert asset.digest == digest_of(large.read_bytes())
    assert b"".join(open_storage(bucket, live).read(KEY)) == large.read_bytes()
