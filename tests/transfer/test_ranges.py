"""How a large file is shared out among workers."""

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.transfer.partial import RANGE, Partial
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.ranges import LONG_SPAN, Ranges

CONTENT = b"x" * (RANGE + 5)


@pytest.fixture
def large(tmp_path):
    """Return a file of `size` bytes of which the ranges in `come` are there."""
    incoming = os.open(tmp_path, os.O_RDONLY)
    opened = []

    def make(size=RANGE + 5, come=()):
        asset = Asset(path="big", size=size, digest=digest_of(CONTENT))
        stored = StoredAsset(asset=asset, key="objects/big")
        plan = make_plan("m@v0", [stored], tmp_path, free=size)
        (file,) = plan.files
        partial = Partial(str(tmp_path), file, incoming)
        opened.append(partial)
        partial.restart()
        for number in come:
            partial.note(number)
        return Ranges(file, partial, sha256=False)

    yield make
    for partial in opened:
        partial.close()
    os.close(incoming)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    count=st.integers(1, 100),
    come=st.sets(st.integers(0, 99)),
    alone=st.lists(st.booleans(), min_size=100, max_size=100),
)
def test_each_range_that_is_missing_is_handed_out_once(large, count, come, alone):
    come = {number for number in come if number < count}
    file = large(count * RANGE, come)

    spans: list[range] = []
    while (span := file.next(alone=alone[len(spans)])) is not None:
        spans.append(span)

    assert all(len(span) <= LONG_SPAN for span in spans)
    asked = [number for span in spans for number in span]
    assert asked == sorted(set(range(count)) - come)


def test_who_waits_for_a_file_waits_although_it_has_to_be_fetched_anew(large):
    file = large(come=[0])
    file.put(RANGE, b"wrong")
    with pytest.raises(ChangedAtSource):
        file.outcome()
    file.restart(ChangedAtSource("wrong"))

    before = time.monotonic()
    file.attend()
    assert time.monotonic() - before > 0.2


def test_who_waits_for_a_file_goes_on_when_it_is_there(large):
    file = large()
    file.put(0, CONTENT)
    file.leave()

    before = time.monotonic()
    for _ in range(100):
        file.attend()
    assert time.monotonic() - before < 20


def test_others_help_with_a_file_that_was_seen_to_be_slow(large, monkeypatch):
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    file = large(100 * RANGE)
    now = 0.1
    assert not file.wants_help
    now = 0.3
    assert file.wants_help


def test_a_file_that_comes_fast_is_left_to_one(large, monkeypatch):
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    file = large(100 * RANGE)
    for number in range(20):
        file.put(number * RANGE, bytes(RANGE))
    now = 0.3
    assert not file.wants_help
    assert len(file.next()) == LONG_SPAN
