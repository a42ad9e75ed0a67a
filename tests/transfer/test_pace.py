"""What is asked for next, by how fast one stream was."""

import time

import pytest

from jupyter_artifacts.transfer.pace import FAST, MOST, Pace
from jupyter_artifacts.transfer.partial import RANGE
from jupyter_artifacts.transfer.ranges import Span


@pytest.fixture
def clock(monkeypatch):
    """Return a list whose first item is the time."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_nothing_is_slow_before_it_began(clock):
    pace = Pace()
    clock[0] += 10
    assert not pace.slow
    assert pace.ranges == 1


def test_a_first_range_that_takes_long_is_slow(clock):
    pace = Pace()
    pace.begin()
    clock[0] += 0.2
    assert not pace.slow
    clock[0] += 0.1
    assert pace.slow


def test_a_store_that_is_silent_is_slow(clock):
    pace = Pace()
    pace.ask()
    clock[0] += 0.9
    assert not pace.slow
    clock[0] += 0.2
    assert pace.slow


@pytest.mark.parametrize(
    ("rate", "slow", "ranges"),
    [(FAST, False, MOST), (FAST / 2, True, MOST // 2), (1000, True, 1)],
)
def test_one_request_asks_for_half_a_second(rate, slow, ranges):
    pace = Pace()
    pace.note(RANGE, RANGE / rate)
    assert (pace.slow, pace.ranges) == (slow, ranges)


def test_few_bytes_at_the_end_say_nothing(clock):
    pace, span = Pace(), Span(0, 2000)
    span.moved(1000, pace)
    clock[0] += 0.1
    span.moved(1000, pace)
    assert pace.ranges == 1
    assert not pace.slow


def test_a_fast_stream_that_becomes_very_slow_is_slow(clock):
    pace, span = Pace(), Span(0, MOST * RANGE)
    for _ in range(64):
        span.moved(1 << 20, pace)
        clock[0] += 0.001
    before = pace.slow
    for _ in range(40):  # 4 MiB a second
        span.moved(1 << 18, pace)
        clock[0] += 0.0625
    assert (before, pace.slow) == (False, True)
    assert pace.ranges == 1


def test_the_way_to_the_first_byte_is_no_measure(clock):
    pace, span = Pace(), Span(0, RANGE)
    clock[0] += 5
    span.moved(RANGE // 4, pace)
    clock[0] += 0.01
    span.moved(RANGE - RANGE // 4, pace)
    assert not pace.slow


def test_what_comes_in_one_piece_is_measured_with_the_way_to_it(clock):
    pace, span = Pace(), Span(0, RANGE)
    clock[0] += 5
    span.moved(RANGE, pace)
    assert pace.slow


def test_of_several_streams_each_is_measured_by_itself(clock):
    """Four that bring 100 MiB a second each are slow, although all bring 400."""
    pace = Pace()
    spans = [Span(number * MOST * RANGE, MOST * RANGE) for number in range(4)]
    for _ in range(20):
        for span in spans:
            span.moved(1 << 20, pace)
        clock[0] += 0.01
    assert pace.slow
