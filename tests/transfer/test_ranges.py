"""How a large file is shared out among workers."""

import os
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.transfer.pace import FAST, MOST, Pace
from jupyter_artifacts.transfer.partial import RANGE, Partial
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.ranges import Ranges

PIECE = 256 * 1024
SLOW = FAST / 8


class At(Pace):
    """A pace that a test says."""

    def __init__(self, rate):
        super().__init__()
        self._rate = rate

    def note(self, count, seconds):
        """Stay as it is."""


@pytest.fixture
def large(tmp_path):
    """Return what makes a file with this content, of which some ranges are there."""
    incoming = os.open(tmp_path, os.O_RDONLY)
    opened = []

    def make(pace, content=b"", come=(), size=0):
        asset = Asset(path="big", size=size or len(content), digest=digest_of(content))
        stored = StoredAsset(asset=asset, key="objects/big")
        (file,) = make_plan("m@v0", [stored], tmp_path, free=1 << 40).files
        partial = Partial(str(tmp_path), file, incoming)
        opened.append(partial)
        partial.restart()
        for number in come:
            at = number * RANGE
            partial.write(at, memoryview(content)[at : at + RANGE])
            partial.note(number)
        return Ranges(file, partial, pace, sha256=False)

    yield make
    for partial in opened:
        partial.close()
    os.close(incoming)


@pytest.fixture
def read_back(monkeypatch):
    """Return a list of how many bytes were read back each time."""
    counts = []
    preadv = os.preadv

    def counting(*args):
        counts.append(preadv(*args))
        return counts[-1]

    monkeypatch.setattr(os, "preadv", counting)
    return counts


def bring(file, content):
    """Move all that is missing, as one worker does."""
    while span := file.next():
        while span.at < span.end:
            file.put(span, content[span.at : min(span.end, span.at + PIECE)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    count=st.integers(1, 100),
    come=st.sets(st.integers(0, 99)),
    rate=st.none() | st.floats(1, 2 * FAST),
)
def test_each_range_that_is_missing_is_handed_out_once(large, count, come, rate):
    come = {number for number in come if number < count}
    file = large(At(rate), come=come, size=count * RANGE)

    spans = []
    while span := file.next():
        spans.append(range(span.at // RANGE, span.end // RANGE))

    assert all(1 <= len(span) <= MOST for span in spans)
    asked = [number for span in spans for number in span]
    assert asked == sorted(set(range(count)) - come)


def test_one_stream_is_hashed_as_it_comes(large, read_back):
    content = os.urandom(20 * RANGE + 5)
    file = large(At(FAST), content)
    bring(file, content)
    assert file.outcome().digest == digest_of(content)
    assert sum(read_back) == 0


def test_of_a_file_that_was_begun_only_what_was_there_is_read_back(large, read_back):
    content = os.urandom(20 * RANGE + 5)
    file = large(At(FAST), content, come=[0, 7])
    bring(file, content)
    assert file.outcome().digest == digest_of(content)
    assert sum(read_back) == 2 * RANGE


def test_who_could_not_hash_for_a_moment_hashes_again_from_the_next_range(
    large, read_back
):
    content = os.urandom(20 * RANGE)
    file = large(At(FAST), content)
    span = file.next()
    with file._hashing:  # noqa: SLF001 - as another worker would
        file.put(span, content[:PIECE])
    file.put(span, content[PIECE : span.end])
    bring(file, content)
    assert file.outcome().digest == digest_of(content)
    assert sum(read_back) == RANGE


def test_many_that_bring_a_file_at_once_bring_all_of_it(large):
    content = os.urandom(50 * RANGE + 7)
    file = large(At(SLOW), content)
    workers = [threading.Thread(target=bring, args=(file, content)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert file.outcome().digest == digest_of(content)


def test_a_stream_that_turned_slow_gives_back_what_it_has_not_begun(large):
    content = os.urandom(16 * RANGE)
    pace = At(FAST)
    file = large(pace, content)
    span = file.next()
    assert (span.at, span.end) == (0, 16 * RANGE)

    pace._rate = SLOW  # noqa: SLF001 - half a second's are two ranges
    file.put(span, content[: 9 * RANGE])

    assert (span.at, span.end) == (3 * RANGE, 3 * RANGE)
    bring(file, content)
    assert file.outcome().digest == digest_of(content)


def test_who_waits_for_a_file_waits_although_it_has_to_be_fetched_anew(large):
    file = large(At(FAST), bytes(RANGE + 5), come=[0])
    file.put(file.next(), b"wrong")
    with pytest.raises(ChangedAtSource):
        file.outcome()
    file.restart(ChangedAtSource("wrong"))

    before = time.monotonic()
    file.attend()
    assert time.monotonic() - before > 0.2


def test_who_waits_for_a_file_goes_on_when_it_is_there(large):
    file = large(At(FAST), b"x")
    file.put(file.next(), b"x")
    file.leave()

    before = time.monotonic()
    for _ in range(100):
        file.attend()
    assert time.monotonic() - before < 20


def test_who_waits_for_a_file_goes_on_when_it_turns_slow(large):
    file = large(At(SLOW), size=100 * RANGE)
    before = time.monotonic()
    for _ in range(100):
        file.attend()
    assert time.monotonic() - before < 20
