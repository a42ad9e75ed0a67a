"""Metrics, through the operations: what is reported is what is read."""

import math

import msgspec
import numpy as np
import pytest

from jupyter_artifacts.catalog.metrics import MetricRows
from jupyter_artifacts.catalog.segments import SegmentWriter, encode_report
from jupyter_artifacts.errors import InvalidRequest, NotFound, Refused, TooLarge
from jupyter_artifacts.operations import metrics
from jupyter_artifacts.records.metrics import PointsHeader

AT = {"user": "alice", "run": "mnist", "number": 0}


def _frames(run, values, first_step=0):
    identity = run.experiments[0].id
    return b"".join(
        encode_report(identity, "training", first_step + step, 1.0, {"loss": value})
        for step, value in enumerate(values)
    )


def test_reported_values_come_back_as_they_are(alice, bob, run):
    """NaN and infinities too."""
    values = [0.5, math.nan, math.inf, -math.inf, 1e-300]
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, values))

    found = bob.points([("alice:mnist-exp0", "training", "loss")])[0]

    assert np.array_equal(found.values, np.array(values), equal_nan=True)


def test_the_same_frames_twice_count_once(alice, run):
    """The offset reached is answered, and nothing doubles."""
    frames = _frames(run, [1.0, 2.0])

    for _ in range(2):
        answer = alice.call("metrics.report", segment="s", offset=0, body=frames)

    assert answer.offset == len(frames)
    assert alice.call("metrics.series", **AT)[0].count == 2


def test_what_is_not_taken_in_yet_is_read_all_the_same(alice, bob, run, tmp_path):
    """Readers see the tail of a live segment file."""
    writer = SegmentWriter(tmp_path / "live.seg")
    alice.open_segment("live", tmp_path / "live.seg")
    writer.append(_frames(run, [7.0]))

    found = bob.points([("alice:mnist-exp0", "training", "loss")])[0]

    writer.close()
    assert found.values.tolist() == [7.0]


def test_the_binary_reply_says_what_is_in_it(alice, run):
    """A header of 8 n bytes, then float64 steps, times and values."""
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.5, 2.5]))
    wanted = {"experiment": "alice:mnist-exp0", "group": "training", "name": "loss"}

    content = alice.content("metrics.points", series=[wanted])

    reply = b"".join(content.read(0, content.size))
    length = int.from_bytes(reply[:4], "little")
    header = msgspec.json.decode(reply[4 : 4 + length], type=PointsHeader)
    arrays = np.frombuffer(reply[4 + length :], "<f8")
    assert (4 + length) % 8 == 0
    assert (header.series[0].shown, header.series[0].sampled) == (2, False)
    assert arrays.tolist() == [0.0, 1.0, 1.0, 1.0, 1.5, 2.5]


def test_a_sampled_reply_says_so_and_keeps_extremes(alice, run):
    """Total and shown differ, and the one NaN is there."""
    values = [math.sin(i) for i in range(5000)]
    values[1234], values[2000] = 99.0, math.nan
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, values))

    found = alice.points([("alice:mnist-exp0", "training", "loss")], limit=100)[0]

    assert found.total == 5000
    assert len(found.values) < 1000
    assert np.nanmax(found.values) == 99.0
    assert np.isnan(found.values).sum() == 1
    assert found.low is not None


def test_an_unknown_metric_names_those_there_are(alice, run):
    """The hint helps."""
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.0]))

    with pytest.raises(NotFound, match=r"training\.loss|loss"):
        alice.points([("alice:mnist-exp0", "training", "accuracy")])


def test_nobody_reports_into_anothers_experiment(bob, alice, run):
    """Frames that name alice's experiment are refused when bob brings them."""
    with pytest.raises(Exception, match="alice"):
        bob.call("metrics.report", segment="t", offset=0, body=_frames(run, [1.0]))

    assert alice.call("metrics.series", **AT) == []


def test_who_watches_is_told_of_new_points(alice, bob, run):
    """One event an experiment and report, with its address."""
    with alice.context.catalog.read() as rows:
        before = rows.events.newest()

    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.0, 2.0]))

    events = bob.call("events.watch", since=before)
    assert [(event.kind, event.address) for event in events] == [
        ("metrics", "alice:mnist-exp0")
    ]


def test_a_thousand_series_at_most(alice, run):
    """More is an error that says how to go on."""
    wanted = {"experiment": "alice:mnist-exp0", "group": "training", "name": "loss"}

    with pytest.raises(InvalidRequest, match="several requests"):
        alice.call("metrics.points", series=[wanted] * 1001)


def test_nobody_reports_into_anothers_segment(alice, bob, run, tmp_path):
    """Neither a file's nor a remote one: nothing moves, and no offset is told."""
    writer = SegmentWriter(tmp_path / "live.seg")
    alice.open_segment("live", tmp_path / "live.seg")
    writer.append(_frames(run, [7.0]))
    writer.close()
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.0]))
    theirs = bob.call("runs.start", name="theirs")

    for segment in ("live", "s"):
        for body in (b"", _frames(theirs, [2.0])):
            with pytest.raises(Refused, match="not yours"):
                bob.call("metrics.report", segment=segment, offset=0, body=body)
    with pytest.raises(Refused, match="not yours"):
        alice.call("metrics.report", segment="live", offset=0, body=b"")

    with alice.context.catalog.read() as rows:
        offsets = {each[0]: each[2] for each in rows.metrics.segments()}
    assert offsets == {"live": 0, "s": len(_frames(run, [1.0]))}


def test_a_report_is_decoded_while_others_may_write(alice, bob, run, monkeypatch):
    """No write lock is held meanwhile."""
    prepare, held = MetricRows.prepare, []

    def watched(self, *args, **options):
        bob.call("runs.start", name="meanwhile")
        held.append(False)
        return prepare(self, *args, **options)

    monkeypatch.setattr(MetricRows, "prepare", watched)
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.0]))
    assert held == [False]


def test_too_large_a_report_is_refused(alice):
    """More than 4 MiB at once are to be sent in parts."""
    with pytest.raises(TooLarge, match="too many at once"):
        alice.call("metrics.report", segment="s", offset=0, body=bytes((4 << 20) + 1))


def test_a_damaged_report_is_to_be_sent_again(alice, run):
    """What stands before the damage is taken in; from there it is an error."""
    frame = _frames(run, [1.0])
    damaged = frame + b"\xff" + frame[1:] + frame

    answer = alice.call("metrics.report", segment="s", offset=0, body=damaged)

    assert answer.offset == len(frame)
    rest = damaged[answer.offset :]
    with pytest.raises(InvalidRequest, match="no whole frame begins"):
        alice.call("metrics.report", segment="s", offset=answer.offset, body=rest)


@pytest.mark.parametrize(
    ("group", "name"),
    [("a.b", "c"), ("", "c"), ("a", ""), ("a\n", "c"), ("a", "n" * 251)],
)
def test_names_that_log_refuses_are_refused(alice, run, group, name):
    """The same from wherever it comes."""
    body = encode_report(run.experiments[0].id, group, 0, 1.0, {name: 1.0})
    with pytest.raises(InvalidRequest, match="cannot be"):
        alice.call("metrics.report", segment="s", offset=0, body=body)


def test_a_series_is_asked_for_once(alice, run):
    """Twice would only double the answer."""
    alice.call("metrics.report", segment="s", offset=0, body=_frames(run, [1.0]))
    one = {"experiment": "alice:mnist-exp0", "group": "training", "name": "loss"}
    with pytest.raises(InvalidRequest, match="asked for twice"):
        alice.call("metrics.points", series=[one, one])


def test_an_answer_has_so_many_points_and_no_more(alice, run, monkeypatch):
    """The error says how to ask for less, and asked so, there is an answer."""
    monkeypatch.setattr(metrics, "MAX_POINTS", 100)
    body = _frames(run, [float(value) for value in range(150)])
    alice.call("metrics.report", segment="s", offset=0, body=body)
    ask = {
        "series": [
            {"experiment": "alice:mnist-exp0", "group": "training", "name": "loss"}
        ]
    }
    with pytest.raises(TooLarge, match=r"more than 100 points.*from first to last"):
        alice.call("metrics.points", **ask)
    with pytest.raises(TooLarge, match="more than 100 points"):
        alice.call("metrics.points", **ask, first=0, last=120)
    assert alice.call("metrics.points", **ask, first=0, last=99).size > 2400
    assert alice.call("metrics.points", **ask, limit=20).size > 0
    assert len(alice.points([("alice:mnist-exp0", "training", "loss")])[0].steps) == 150
