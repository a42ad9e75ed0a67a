"""What goes wrong on the wire while a download runs."""

import pytest

from jupyter_artifacts.errors import (
    Canceled,
    ChangedAtSource,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.transfer.kept import kept
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan
from tests.faults.conftest import ADDRESS
from tests.servers import faults

MIB = 1024 * 1024
ONCE = {
    "cut at the start": faults.Cut(0),
    "cut in the middle": faults.Cut(MIB // 2),
    "cut after most": faults.Cut(4 * MIB),
    "truncated": faults.Truncate(1000),
    "the answer is lost": faults.Drop(),
    "internal error": faults.Answer(500, "InternalError"),
    "busy": faults.Answer(503, "SlowDown"),
    "too many": faults.Answer(429, "TooManyRequests"),
    "gateway": faults.Answer(502, "BadGateway"),
    "range ignored": faults.WholeObject(),
}
OBJECTS = "/objects/"
PACKS = "/packs/"


def test_without_a_fault_all_comes_in_few_requests(bench, saved):
    receipt = bench.download(saved)
    assert bench.standing() == bench.wanted()
    assert {file.check for file in receipt.files} == {"blake3"}
    assert bench.between.count("GET") == bench.between.count()
    assert bench.between.count(target=PACKS) == 1
    assert 3 <= bench.between.count(target=OBJECTS) <= 9  # 3 of 20 MiB, by 8 or more


@pytest.mark.parametrize("where", [OBJECTS, PACKS])
@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE)
def test_what_happens_twice_is_survived(bench, saved, fault, where):
    rule = bench.between.fault(fault, "GET", where, times=2)
    bench.download(saved)
    assert rule.hits == 2
    assert bench.standing() == bench.wanted()


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_storm_is_survived(bench, saved, status):
    code = {500: "InternalError", 503: "SlowDown", 429: "TooManyRequests"}[status]
    storm = faults.Answer(status, code)
    rule = bench.between.fault(storm, times=None, chance=0.5, seed=status)
    bench.download(saved)
    assert rule.hits
    assert bench.standing() == bench.wanted()


ALWAYS = {
    **{what: fault for what, fault in ONCE.items() if what != "cut after most"},
    "truncated, and the length agrees": faults.Truncate(1000, honest=True),
    "wrong bytes": faults.Flip(100),
}


@pytest.mark.parametrize("fault", ALWAYS.values(), ids=ALWAYS)
def test_what_never_stops_is_one_error_and_nothing_is_half(bench, saved, fault):
    bench.between.fault(fault, "GET", times=None)
    with pytest.raises((Unavailable, ChangedAtSource)) as caught:
        bench.download(saved)
    assert "signature" not in str(caught.value).lower()
    assert bench.nothing_half()
    bench.between.forget()
    bench.download(saved)
    assert bench.standing() == bench.wanted()


def test_a_connection_that_never_lasts_brings_a_piece_at_a_time(bench, saved):
    rule = bench.between.fault(ONCE["cut after most"], "GET", times=None)
    bench.download(saved)
    assert rule.hits > 3
    assert bench.standing() == bench.wanted()


@pytest.mark.parametrize("where", [OBJECTS, PACKS])
def test_a_flipped_bit_never_gets_a_name(bench, saved, where):
    rule = bench.between.fault(faults.Flip(12_345), "GET", where)
    try:
        bench.download(saved)
    except ChangedAtSource as error:
        assert "not what was recorded" in str(error)  # noqa: PT017 - it may succeed
    assert rule.hits == 1
    assert bench.nothing_half()
    bench.download(saved)
    assert bench.standing() == bench.wanted()


def test_what_came_before_the_store_went_away_is_not_moved_again(bench, saved):
    gone = faults.Answer(503, "SlowDown")
    bench.between.fault(gone, "GET", skip=2, times=None)
    with pytest.raises(Unavailable):
        bench.download(saved)
    came = sum(seen.sent for seen in bench.between.seen if seen.status == 206)
    assert came > 8 * MIB
    bench.between.forget()
    bench.download(saved)
    assert bench.standing() == bench.wanted()
    again = sum(seen.sent for seen in bench.between.seen)
    total = sum(stored.asset.size for stored in saved)
    assert again <= total - came + MIB


def test_expired_credentials_are_said_at_once_and_kept_from_half_files(bench, saved):
    expired = faults.Answer(403, "ExpiredToken")
    rule = bench.between.fault(expired, "GET", skip=1, times=None)
    with pytest.raises(StoreRefused, match=r"credentials have expired.*sign in again"):
        bench.download(saved)
    assert rule.hits <= 16  # one for each worker, none of them asked again
    assert bench.nothing_half()
    bench.between.forget()
    bench.download(saved)
    assert bench.standing() == bench.wanted()


def test_a_clock_an_hour_off_is_said_at_once(bench, saved):
    skewed = faults.Answer(403, "RequestTimeTooSkewed")
    rule = bench.between.fault(skewed, times=None)
    with pytest.raises(StoreRefused, match=r"clock is further off.*set the clock"):
        bench.download(saved)
    assert rule.hits <= 16
    assert bench.standing() == {}


def test_what_is_kept_of_a_download_that_was_stopped_is_not_fetched_again(bench):
    assets = bench.save(packed=False)
    bench.between.forget()
    plan = make_plan(ADDRESS, assets, bench.to)

    def sent() -> int:
        return sum(seen.sent for seen in bench.between.seen)

    with pytest.raises(Canceled):
        carry_out(plan, bench.storage, canceled=lambda: sent() > 30 * MIB)
    files, size = kept(plan)
    standing = len(bench.standing())
    bench.between.forget()
    bench.download(assets)

    assert files == standing
    assert size
    assert sent() == plan.bytes - size
