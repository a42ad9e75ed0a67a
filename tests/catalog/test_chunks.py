import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.catalog.chunks import Columns, decode_chunk, encode_chunk, joined
from jupyter_artifacts.catalog.sampling import chosen_points, envelope
from jupyter_artifacts.catalog.summaries import SeriesState
from jupyter_artifacts.errors import CatalogCorrupt

BITS = st.integers(0, 2**64 - 1)


def as_floats(bits):
    return np.array(bits, np.uint64).view(np.float64)


def columns(values):
    count = len(values)
    return Columns(np.arange(count), np.zeros(count), np.array(values, np.float64))


@given(st.lists(st.tuples(BITS, BITS, BITS), max_size=50))
def test_any_bits_come_back_as_they_were(points):
    """NaN payloads, infinities, denormals and any step survive, bit by bit."""
    times = [time for _, time, _ in points]
    values = [value for _, _, value in points]
    steps = np.array([step for step, _, _ in points], np.uint64).view(np.int64)
    logged = Columns(steps, as_floats(times), as_floats(values))
    found = decode_chunk(encode_chunk(logged))
    assert found.steps.tolist() == steps.tolist()
    assert found.times.view(np.uint64).tolist() == times
    assert found.values.view(np.uint64).tolist() == values


@pytest.mark.parametrize("cut", [0, 3, 20])
def test_a_damaged_chunk_is_an_error(cut):
    """A chunk that lost bytes is never read as fewer or other points."""
    data = encode_chunk(columns([1.0, 2.0, 3.0]))
    with pytest.raises(CatalogCorrupt):
        decode_chunk(data[:cut])
    with pytest.raises(CatalogCorrupt, match="encoding 9"):
        decode_chunk(b"\x09" + data[1:])


FLOATS = st.lists(st.floats(width=32), min_size=1, max_size=300)


@given(FLOATS, st.integers(1, 50))
def test_what_is_extreme_or_wild_is_never_sampled_away(values, limit):
    """Every NaN and infinity, the ends and the extremes are among the points."""
    array = np.array(values)
    chosen = chosen_points(array, limit)
    assert (np.diff(chosen) > 0).all()
    wild = np.flatnonzero(~np.isfinite(array))
    assert set(wild) <= set(chosen)
    finite = array[np.isfinite(array)]
    if len(finite):
        assert array[chosen][np.isfinite(array[chosen])].min() == finite.min()
        assert array[chosen][np.isfinite(array[chosen])].max() == finite.max()
    assert len(chosen) <= max(limit, 3) + 4 + len(wild)


@given(FLOATS, st.integers(1, 50))
def test_the_envelope_covers_every_point(values, limit):
    """Each point lies between low and high of the shown one that stands for it."""
    array = np.array(values)
    chosen = chosen_points(array, limit)
    low, high = envelope(array, chosen)
    bucket = np.maximum(np.searchsorted(chosen, np.arange(len(array)), "right") - 1, 0)
    inside = (low[bucket] <= array) & (array <= high[bucket])
    assert (inside | np.isnan(array)).all()


@given(st.lists(st.lists(st.floats(), max_size=60), max_size=6))
def test_a_summary_does_not_depend_on_how_points_arrive(batches):
    """Taken in batch by batch or at once, a series has the same summary."""
    piecewise, whole = SeriesState(), SeriesState()
    for batch in batches:
        piecewise.take(columns(batch))
    everything = joined([columns(batch) for batch in batches])
    whole.take(everything)
    steps = columns(range(len(everything))).steps
    piecewise.last_step = whole.last_step = piecewise.max_step = whole.max_step = 0
    assert len(steps) == piecewise.count
    assert repr(piecewise.summary()) == repr(whole.summary())
    assert len(piecewise.sparks) <= 40


def test_a_diverged_stretch_shows_in_the_sparkline():
    """One NaN among ten thousand points is still among the 40 values."""
    values = [1.0] * 10_000
    values[5_000] = float("nan")
    state = SeriesState()
    state.take(columns(values))
    summary = state.summary()
    assert summary.spark.count("NaN") == 1
    assert (summary.nonfinite, summary.min, summary.max) == (1, 1.0, 1.0)
