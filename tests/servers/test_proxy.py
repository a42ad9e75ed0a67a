"""The proxy itself: what it lets through, what it refuses, what it breaks."""

import base64
import hashlib
import time
from datetime import timedelta
from typing import Any

import httpx
import obstore
import pytest
from awscrt import checksums
from botocore.exceptions import ClientError
from obstore.store import S3Store

from tests.servers import faults
from tests.servers.checking import BAD_DIGEST, CONTENT_MISMATCH, check_body
from tests.servers.messages import Head
from tests.servers.moto import moto
from tests.servers.proxy import proxy
from tests.servers.s3 import REGION, S3Server

BUCKET = "bucket"
BODY = bytes(range(256)) * 2048  # 512 KiB


@pytest.fixture(scope="module")
def store():
    with moto() as server:
        server.make_bucket(BUCKET)
        server.client().put_object(Bucket=BUCKET, Key="a b/+é%41", Body=BODY)
        server.client().put_object(Bucket=BUCKET, Key="a", Body=BODY)
        yield server


@pytest.fixture
def between(store):
    with proxy(store) as running:
        yield running


def data_plane(server: S3Server) -> S3Store:
    options: Any = {
        "retry_config": {"max_retries": 0},
        "client_options": {"allow_http": True},
    }
    return S3Store(
        BUCKET,
        endpoint=server.endpoint,
        access_key_id=server.access_key,
        secret_access_key=server.secret_key,
        region=REGION,
        virtual_hosted_style_request=False,
        **options,
    )


def presigned(between, key="a", seconds=60, **more):
    return between.server.client().generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": key, **more}, ExpiresIn=seconds
    )


def put_with(between, headers):
    client = between.server.client()

    def add(request, **_):
        for name, value in headers.items():
            request.headers[name] = value

    client.meta.events.register("before-sign.s3.PutObject", add)
    return client.put_object(Bucket=BUCKET, Key="checked", Body=b"body")


def test_signed_requests_of_both_clients_go_through(between):
    client = between.server.client()
    assert client.get_object(Bucket=BUCKET, Key="a b/+é%41")["Body"].read() == BODY
    assert len(client.list_objects_v2(Bucket=BUCKET, Prefix="a b/")["Contents"]) == 1
    store = data_plane(between.server)
    assert bytes(obstore.get(store, "a b/+é%41").bytes()) == BODY
    assert bytes(obstore.get_range(store, "a", start=5, length=9)) == BODY[5:14]
    obstore.put(store, "big", BODY * 24, chunk_size=5 * 1024 * 1024)
    assert client.head_object(Bucket=BUCKET, Key="big")["ContentLength"] == 24 * len(
        BODY
    )
    assert httpx.get(presigned(between, "a b/+é%41")).content == BODY


def test_requests_are_counted_with_their_ranges_and_bytes(between):
    store = data_plane(between.server)
    obstore.get_range(store, "a", start=5, length=9)
    obstore.head(store, "a")
    assert (between.count("GET"), between.count("HEAD"), between.count()) == (1, 1, 2)
    got = between.seen[0]
    assert (got.range, got.status, got.sent) == ("bytes=5-13", 206, 9)


def test_a_wrong_secret_is_refused(between, store):
    wrong = S3Server(between.server.endpoint, store.access_key, "another")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        wrong.client().get_object(Bucket=BUCKET, Key="a")
    assert httpx.get(f"{between.server.endpoint}/{BUCKET}/a").status_code == 403


def test_a_changed_presigned_address_is_refused(between):
    changed = presigned(between).replace(f"/{BUCKET}/a?", f"/{BUCKET}/b?")
    assert "SignatureDoesNotMatch" in httpx.get(changed).text


def test_a_presigned_address_ends_when_the_stores_clock_says_so(between):
    address = presigned(between, seconds=60)
    assert httpx.get(address).status_code == 200
    between.ahead = timedelta(seconds=61)
    assert httpx.get(address).status_code == 403


def test_a_clock_an_hour_off_is_refused(between):
    between.ahead = timedelta(hours=1)
    with pytest.raises(ClientError, match="RequestTimeTooSkewed"):
        between.server.client().get_object(Bucket=BUCKET, Key="a")


@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("content-md5", hashlib.md5(b"body").digest()),  # noqa: S324 - a checksum
        ("x-amz-checksum-crc32c", checksums.crc32c(b"body").to_bytes(4, "big")),
        ("x-amz-checksum-crc64nvme", checksums.crc64nvme(b"body").to_bytes(8, "big")),
        ("x-amz-checksum-sha256", hashlib.sha256(b"body").digest()),
    ],
)
def test_an_upload_with_a_wrong_checksum_is_refused(between, header, right):
    put_with(between, {header: base64.b64encode(right).decode()})
    wrong = bytes([right[0] ^ 1]) + right[1:]
    with pytest.raises(ClientError, match="BadDigest"):
        put_with(between, {header: base64.b64encode(wrong).decode()})


def test_a_wrong_payload_hash_is_refused():
    headers = [("x-amz-content-sha256", hashlib.sha256(b"other").hexdigest())]
    head = Head(("PUT", "/bucket/key", "HTTP/1.1"), headers)
    assert check_body(head, b"body") == CONTENT_MISMATCH
    assert check_body(head, b"other") is None


def test_a_framed_body_is_checked_by_its_trailer():
    whole = base64.b64encode(checksums.crc32c(b"a body").to_bytes(4, "big")).decode()
    framed = b"2\r\na \r\n4\r\nbody\r\n0\r\nx-amz-checksum-crc32c:%b\r\n\r\n"
    headers = [("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]
    head = Head(("PUT", "/bucket/key", "HTTP/1.1"), headers)
    assert check_body(head, framed % whole.encode()) is None
    assert check_body(head, framed % b"AAAAAA==") == BAD_DIGEST


def test_a_storm_ends_after_its_count(between):
    storm = between.fault(faults.Answer(503, "SlowDown"), "GET", times=2)
    address = presigned(between)
    statuses = [httpx.get(address).status_code for _ in range(4)]
    assert statuses == [503, 503, 200, 200]
    assert storm.hits == 2


def test_a_rule_lets_some_pass_and_picks_its_targets(between):
    between.fault(faults.Answer(403, "ExpiredToken"), target="/a", skip=1)
    other = presigned(between, "a b/+é%41")
    statuses = [httpx.get(presigned(between)).status_code for _ in range(3)]
    assert statuses == [200, 403, 200]
    assert httpx.get(other).status_code == 200


def test_a_cut_connection_is_reset_in_the_middle(between):
    between.fault(faults.Cut(300_000))
    got: list[bytes] = []
    with httpx.stream("GET", presigned(between)) as answer:
        pieces = answer.iter_raw()
        with pytest.raises(httpx.ReadError, match=r"(?i)reset|^$"):
            got.extend(pieces)
    assert 0 < between.seen[0].sent <= 300_000
    assert httpx.get(presigned(between)).content == BODY


def test_a_truncated_body_ends_early_under_its_full_length(between):
    between.fault(faults.Truncate(1000))
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|closed"):
        httpx.get(presigned(between))


def test_an_honest_truncation_looks_whole(between):
    between.fault(faults.Truncate(1000, honest=True))
    assert httpx.get(presigned(between)).content == BODY[:1000]


def test_a_flipped_bit_changes_one_byte(between):
    between.fault(faults.Flip(300_000))
    got = httpx.get(presigned(between)).content
    changed = [i for i, (a, b) in enumerate(zip(got, BODY, strict=True)) if a != b]
    assert changed == [300_000]


def test_an_ignored_range_gets_the_whole_object(between):
    between.fault(faults.WholeObject(), "GET")
    client = between.server.client()
    got = client.get_object(Bucket=BUCKET, Key="a b/+é%41", Range="bytes=5-9")
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert got["Body"].read() == BODY


def test_a_lost_answer_leaves_the_object_stored(between, store):
    between.fault(faults.Drop(), "PUT")
    with pytest.raises(Exception, match=r"(?i)connection|request"):
        obstore.put(data_plane(between.server), "stored", b"x", use_multipart=False)
    assert store.client().get_object(Bucket=BUCKET, Key="stored")["Body"].read() == b"x"


def test_a_cut_upload_stores_nothing(between, store):
    between.fault(faults.CutUpload(1000), "PUT")
    with pytest.raises(Exception, match=r"(?i)connection|request"):
        obstore.put(data_plane(between.server), "half", BODY, use_multipart=False)
    with pytest.raises(ClientError, match="NoSuchKey"):
        store.client().get_object(Bucket=BUCKET, Key="half")


def test_something_happens_just_before_the_store_answers(between, store):
    client = store.client()

    def replace():
        client.put_object(Bucket=BUCKET, Key="replaced", Body=b"new")

    client.put_object(Bucket=BUCKET, Key="replaced", Body=b"old")
    between.fault(faults.Before(replace), "GET")
    assert httpx.get(presigned(between, "replaced")).content == b"new"


def test_a_slow_body_takes_its_time(between):
    between.fault(faults.Slow(2 * len(BODY)))
    start = time.monotonic()
    assert httpx.get(presigned(between)).content == BODY
    assert time.monotonic() - start >= 0.45


def test_each_connection_and_each_answer_waits_a_round_trip(store):
    with proxy(store, delay=0.2) as slow, httpx.Client() as client:
        address = presigned(slow)
        start = time.monotonic()
        client.get(address)
        first = time.monotonic()
        client.get(address)
        second = time.monotonic()
    assert first - start >= 0.4
    assert 0.2 <= second - first < 0.4
    assert slow.connections == 1
