"""What goes wrong on the wire while a version is saved."""

import pytest

from jupyter_artifacts.errors import ArtifactsError, StoreRefused
from tests.faults.conftest import LARGE
from tests.servers import faults

MIB = 1024 * 1024
ONCE = {
    "cut at the start": faults.CutUpload(0),
    "cut in the middle": faults.CutUpload(MIB),
    "the answer is lost": faults.Drop(),
    "internal error": faults.Answer(500, "InternalError"),
    "busy": faults.Answer(503, "SlowDown"),
    "too many": faults.Answer(429, "TooManyRequests"),
    "harmed on the wire": faults.Answer(400, "BadDigest"),
}
TARGETS = {
    "a pack": ("PUT", "/packs/"),
    "a part": ("PUT", "partNumber="),
    "the beginning": ("POST", r"\?uploads"),
    "the end": ("POST", "uploadId="),
}
TWICE = [
    (what, where)
    for what in ONCE
    for where in TARGETS
    if (what, where) != ("the answer is lost", "the end")
]


def whole(bench, assets):
    """Return whether a download past the proxy's faults brings every byte."""
    bench.between.forget()
    bench.download(assets)
    return bench.standing() == bench.wanted()


@pytest.mark.parametrize(("what", "where"), TWICE)
def test_what_happens_twice_is_survived(bench, what, where):
    rule = bench.between.fault(ONCE[what], *TARGETS[where], times=2)
    assets = bench.save()
    assert rule.hits == 2
    assert whole(bench, assets)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_storm_is_survived(bench, status):
    storm = faults.Answer(status, "SlowDown")
    rule = bench.between.fault(storm, times=None, chance=0.2, seed=status)
    assets = bench.save()
    assert rule.hits > 1
    assert whole(bench, assets)


@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE)
def test_what_never_stops_is_one_error_and_leaves_no_part_behind(bench, fault):
    bench.between.fault(fault, "PUT", times=None)
    with pytest.raises(ArtifactsError):
        bench.save()
    bench.between.forget()
    client = bench.store.client()
    kept = client.list_objects_v2(Bucket=bench.bucket).get("Contents", [])
    sizes = {each["Size"] for each in kept}
    packed = sum(path.stat().st_size for path in bench.source.glob("small/*/*"))
    assert sizes <= {packed, LARGE}  # whole, when only its answer was lost
    assert whole(bench, bench.save())


def test_expired_credentials_are_said_at_once(bench):
    expired = faults.Answer(403, "ExpiredToken")
    rule = bench.between.fault(expired, "PUT", skip=2, times=None)
    with pytest.raises(StoreRefused, match=r"credentials have expired.*sign in again"):
        bench.save()
    assert rule.hits <= 16
    bench.between.forget()
    assert whole(bench, bench.save())
