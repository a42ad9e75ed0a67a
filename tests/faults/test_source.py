"""What becomes of remote objects between their listing and their download."""

import uuid

import pytest

from jupyter_artifacts.errors import (
    ChangedAtSource,
    Gone,
    InvalidPath,
    Unavailable,
)
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.remote import remote_of
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import check_plan, make_plan
from jupyter_artifacts.transfer.remote import look_at_remote
from tests.servers import faults

KEY = "theirs/data.bin"
OLD, NEW = b"old " * 200_000, b"new " * 200_000
HOSTILE = [
    "../../outside",
    "a/../../outside",
    "/etc/passwd",
    "a//b",
    "a/./b",
    "a\\..\\b",
    "tab\there",
    "delete\x7f",
    "..",
]
STRANGE = [
    "100% & more.txt",
    "é",
    "e\u0301",
    "日本語",
    "a b",
    "CON",
    "x" * 200,
    "\u202etxt",
]


@pytest.fixture(params=["kept", "not kept"])
def versions(request, bench):
    """A bucket of somebody else, through the proxy, that keeps versions or not."""
    bucket = bench.store.make_bucket(
        f"theirs-{uuid.uuid4().hex[:12]}", versioned=request.param == "kept"
    )
    return bucket, request.param == "kept"


def put(bench, bucket, key, body):
    bench.store.client().put_object(Bucket=bucket, Key=key, Body=body)


def listed(bucket, prefix="theirs"):
    uri = f"s3://{bucket}/{prefix}"
    return [StoredAsset(asset=one, key="") for one in remote_of(uri).expand(uri)]


def plan_of(bench, assets):
    return make_plan("model@v0", assets, bench.to, look=look_at_remote)


def test_an_object_replaced_before_the_plan_is_never_other_bytes(bench, versions):
    bucket, kept = versions
    put(bench, bucket, KEY, OLD)
    assets = listed(bucket)
    put(bench, bucket, KEY, NEW)
    plan = plan_of(bench, assets)
    if kept:
        carry_out(plan, bench.storage)
        assert (bench.to / "data.bin").read_bytes() == OLD
        return
    with pytest.raises(
        ChangedAtSource, match=r"changed at their source: data\.bin|1 of"
    ):
        check_plan(plan)
    assert not bench.to.exists()


def test_an_object_replaced_while_it_moves_is_never_other_bytes(bench, versions):
    bucket, kept = versions
    put(bench, bucket, KEY, OLD)
    plan = plan_of(bench, listed(bucket))
    swap = faults.Before(lambda: put(bench, bucket, KEY, NEW))
    rule = bench.between.fault(swap, "GET", KEY)
    if kept:
        carry_out(plan, bench.storage)
        assert (bench.to / "data.bin").read_bytes() == OLD
    else:
        with pytest.raises(ChangedAtSource, match=r"data\.bin"):
            carry_out(plan, bench.storage)
        assert bench.standing() == {}
    assert rule.hits == 1


def test_an_object_deleted_since_is_gone_before_bytes_move(bench, versions):
    bucket, kept = versions
    put(bench, bucket, KEY, OLD)
    put(bench, bucket, "theirs/other", OLD)
    assets = listed(bucket)
    client = bench.store.client()
    versioned = (
        [{"VersionId": one.asset.version_id} for one in assets][:1] if kept else [{}]
    )
    client.delete_object(Bucket=bucket, Key=KEY, **versioned[0])
    bench.between.forget()
    plan = plan_of(bench, assets)
    with pytest.raises(Gone, match=r"1 of 2 files"):
        carry_out(plan, bench.storage)
    assert bench.between.count("GET", KEY) == 0
    assert bench.standing() == {}


def test_a_store_that_is_away_for_a_moment_is_listed_all_the_same(bench, versions):
    bucket, _ = versions
    put(bench, bucket, KEY, OLD)
    bench.between.fault(faults.Answer(503, "SlowDown"), times=1)
    try:
        found = listed(bucket)
    except Unavailable:
        found = listed(bucket)
    assert [one.asset.size for one in found] == [len(OLD)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_key_is_one_error_and_writes_nothing(bench, versions, name):
    bucket, _ = versions
    put(bench, bucket, f"theirs/{name}", b"x")
    stored = bench.store.client().list_objects_v2(Bucket=bucket)["Contents"]
    assert [each["Key"] for each in stored] == [f"theirs/{name}"]
    before = set(bench.to.parent.rglob("*"))
    with pytest.raises(InvalidPath, match="cannot be part of an artifact") as caught:
        listed(bucket)
    assert str(caught.value).isprintable()
    assert set(bench.to.parent.rglob("*")) == before


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_key_arrives_under_its_name(bench, versions, name):
    bucket, _ = versions
    put(bench, bucket, f"theirs/{name}", name.encode())
    carry_out(plan_of(bench, listed(bucket)), bench.storage)
    assert (bench.to / name).read_bytes() == name.encode()


def test_a_store_that_gives_another_version_than_asked_for_is_not_believed(
    bench, versions
):
    bucket, _ = versions
    put(bench, bucket, KEY, OLD)
    (stored,) = listed(bucket)
    put(bench, bucket, KEY, NEW)
    bench.between.fault(faults.NewestObject(), "GET", times=None)
    store = remote_of(f"s3://{bucket}")
    with pytest.raises(ChangedAtSource):
        store.fetch(stored.asset, 0, len(OLD))


@pytest.mark.parametrize("denied", [r"\?versioning", r"[?&]versions"])
def test_who_may_not_see_versions_is_given_objects_as_they_are(bench, denied):
    put(bench, bench.bucket, KEY, OLD)
    refusal = faults.Answer(403, "AccessDenied")
    bench.between.fault(refusal, "GET", denied, times=None)
    (stored,) = listed(bench.bucket)
    assert (stored.asset.version_id, bool(stored.asset.etag)) == ("", True)
    put(bench, bench.bucket, KEY, NEW)
    with pytest.raises(ChangedAtSource):
        remote_of(f"s3://{bench.bucket}").fetch(stored.asset, 0, len(OLD))
