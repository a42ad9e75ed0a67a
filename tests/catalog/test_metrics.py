import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.catalog.segments import (
    SegmentWriter,
    encode_report,
    read_frames,
)
from jupyter_artifacts.errors import NotFound, Refused
from jupyter_artifacts.records.runs import Checkpoint
from jupyter_artifacts.records.states import CheckpointState


def frames(values, *, group="training", name="loss", first=0):
    return b"".join(
        encode_report("E0", group, first + step, float(step), {name: float(value)})
        for step, value in enumerate(values)
    )


@pytest.fixture(name="segment")
def _segment(rows, experiment):
    rows.metrics.open_segment("S", "", "alice")
    rows.metrics.open_segment("S", "", "alice")
    return "S"


def test_nothing_is_taken_in_twice(rows, experiment, segment):
    """The same frames sent again move nothing and answer where to go on."""
    data = frames([1.0, 2.0])
    assert rows.metrics.ingest(segment, 0, data) == len(data)
    assert rows.metrics.ingest(segment, 0, data) == len(data)
    assert rows.metrics.ingest(segment, len(data) + 5, data) == len(data)
    assert rows.metrics.points("E0", "training", "loss").values.tolist() == [1.0, 2.0]
    assert rows.metrics.segments() == [("S", "", len(data), "alice")]


def test_a_torn_frame_waits_for_its_rest(rows, segment):
    """Only whole frames count; the next call begins where they ended."""
    data = frames([1.0, 2.0])
    reached = rows.metrics.ingest(segment, 0, data[:-3])
    assert reached == len(frames([1.0]))
    assert rows.metrics.ingest(segment, reached, data[reached:]) == len(data)
    assert rows.metrics.points("E0", "training", "loss").total == 2


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(1, 6000), min_size=1, max_size=12))
def test_pieces_keep_the_order_of_the_log(rows, segment, sizes):
    """However reports arrive, a series reads back as it was logged."""
    (_, _, offset, _) = rows.metrics.segments()[0]
    name, number = f"series of {offset}", 0  # each example has its own
    for size in sizes:
        values = np.arange(number, number + size)
        data = frames(values, name=name, first=number)
        offset = rows.metrics.ingest(segment, offset, data)
        number += size
    found = rows.metrics.points("E0", "training", name)
    assert np.array_equal(found.values, np.arange(number))
    assert np.array_equal(found.steps, np.arange(number))
    assert found.series.count == number


def test_steps_may_go_back(rows, segment):
    """A restart logs steps again: both stay, in the order they were logged."""
    rows.metrics.ingest(segment, 0, frames([1.0, 2.0, 3.0]) + frames([4.0], first=1))
    found = rows.metrics.points("E0", "training", "loss", first=1, last=1)
    assert found.values.tolist() == [2.0, 4.0]
    assert rows.metrics.points("E0", "training", "loss").steps.tolist() == [0, 1, 2, 1]
    assert rows.experiments.by_id("E0").total_batches_processed == 2


def test_points_in_the_segment_are_read_before_they_are_taken_in(
    rows, experiment, tmp_path
):
    """What a live process has logged is there at once, and only once after."""
    path = tmp_path / "segment"
    rows.metrics.open_segment("S", str(path), "alice")
    writer = SegmentWriter(path)
    writer.append(frames([1.0, math.nan]))
    first = read_frames(path, 0)[0]
    rows.metrics.ingest("S", 0, first)
    writer.append(frames([3.0], first=2))
    writer.append(frames([0.5], group="validation", name="acc"))
    found = rows.metrics.points("E0", "training", "loss")
    assert found.steps.tolist() == [0, 1, 2]
    loss, acc = rows.metrics.series("E0")
    assert (loss.count, loss.last, loss.min, loss.nonfinite) == (3, 3.0, 1.0, 1)
    assert (acc.name, acc.count) == ("acc", 1)
    rows.metrics.ingest("S", len(first), read_frames(path, len(first))[0])
    assert rows.metrics.points("E0", "training", "loss").steps.tolist() == [0, 1, 2]
    writer.close()
    rows.metrics.close_segment("S")
    assert rows.metrics.segments() == []


def test_a_limit_keeps_what_matters(rows, segment):
    """Sampled points carry the whole count, the spike, the NaN and an envelope."""
    values = np.sin(np.arange(20_000) / 50)
    values[7_777], values[12_345] = 50.0, math.nan
    rows.metrics.ingest(segment, 0, frames(values))
    found = rows.metrics.points("E0", "training", "loss", limit=100)
    assert found.total == found.series.count == 20_000
    assert 12_345 in found.steps
    assert found.values[found.steps == 7_777].tolist() == [50.0]
    assert len(found.values) < 110
    assert found.low is not None
    assert found.high is not None
    assert found.high.max() == 50.0
    few = rows.metrics.points("E0", "training", "loss", last=9, limit=100)
    assert (few.total, few.low) == (10, None)


def test_a_missing_series_names_those_there_are(rows, segment):
    """The error helps with the name that was meant."""
    rows.metrics.ingest(segment, 0, frames([1.0]))
    with pytest.raises(NotFound, match=r"it has training\.loss.*did you mean"):
        rows.metrics.points("E0", "training", "los")


def test_nobody_reports_for_somebody_else(rows, experiment):
    """A segment of bob's cannot write alice's metrics."""
    rows.metrics.open_segment("B", "", "bob")
    with pytest.raises(Refused, match="bob reports"):
        rows.metrics.ingest("B", 0, frames([1.0]))
    with pytest.raises(NotFound):
        rows.metrics.ingest("unknown", 0, b"")


def test_reports_of_a_deleted_run_are_passed_over(rows, segment):
    """A process that still logs to a deleted run does not stop the others."""
    rows.runs.delete("alice/mnist")
    data = frames([1.0])
    assert rows.metrics.ingest(segment, 0, data) == len(data)


def test_the_row_of_a_table_carries_the_summary(rows, segment):
    """One read of the experiment gives last, extremes, count and a sparkline."""
    rows.metrics.ingest(segment, 0, frames([3.0, math.inf, 1.0]))
    summary = rows.experiments.by_id("E0").summary_metrics["training.loss"]
    assert (summary.last, summary.min, summary.max) == (1.0, 1.0, "Infinity")
    assert (summary.count, summary.nonfinite, summary.last_step) == (3, 1, 2)
    assert summary.spark == [3.0, "Infinity", 1.0]


@pytest.mark.parametrize(
    ("metric", "best", "value", "checkpoint"),
    [("-validation.loss", 1.0, -1.0, "two"), ("validation.loss", 3.0, 3.0, "one")],
)
def test_the_searchers_metric_is_kept(rows, segment, metric, best, value, checkpoint):
    """Best, latest and the best checkpoint follow the metric that the search names."""
    rows.experiments.change("E0", searcher_metric=metric)
    for uuid, step in {"one": 0, "two": 1}.items():
        new = Checkpoint(
            uuid=uuid,
            address="",
            state=CheckpointState.ACTIVE,
            steps_completed=step,
            reported=float(step),
        )
        rows.checkpoints.create("E0", new)
        rows.checkpoints.move(uuid, CheckpointState.COMPLETED)
    rows.metrics.ingest(segment, 0, frames([3.0, 1.0, 2.0], group="validation"))
    found = rows.experiments.by_id("E0")
    assert (found.best_validation, found.latest_validation) == (best, 2.0)
    assert found.searcher_metric_value == value
    assert found.best_checkpoint == checkpoint
    best_query = f"metrics.validation.loss.best == {best}"
    page = rows.experiments.search(best_query, sort="", limit=1, cursor=None, now=0.0)
    assert page.total == 1
