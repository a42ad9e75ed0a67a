import math
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.catalog.frames import decode_frames
from jupyter_artifacts.catalog.segments import (
    SegmentWriter,
    encode_report,
    has_writer,
    read_frames,
)
from jupyter_artifacts.errors import Conflict, InvalidRequest

STEPS = st.integers(-(2**63), 2**63 - 1)
REPORTS = st.tuples(
    st.text(max_size=30),
    st.text(max_size=20),
    STEPS,
    st.floats(allow_nan=False),
    st.dictionaries(st.text(max_size=20), st.floats(), max_size=5),
)


def bits(values):
    return {
        name: (math.isnan(v) or v, math.copysign(1, v)) for name, v in values.items()
    }


@given(st.lists(REPORTS, max_size=10), st.binary(max_size=7))
def test_frames_come_back_as_they_were(reports, torn):
    """What was encoded is decoded, and a torn head after it is passed over."""
    frames = b"".join(encode_report(*report) for report in reports)
    found, taken, damages = decode_frames(frames + torn)
    assert damages == []
    assert taken == len(frames)
    assert [(r.experiment, r.group, r.step, r.time) for r in found] == [
        report[:4] for report in reports
    ]
    assert [bits(r.values) for r in found] == [bits(report[4]) for report in reports]


@given(st.integers(min_value=1))
def test_a_frame_cut_anywhere_is_a_torn_tail(cut):
    """A crash in mid-write loses the frame that was being written and no other."""
    first = encode_report("E0", "training", 1, 2.0, {"loss": 0.5})
    second = encode_report("E0", "training", 2, 3.0, {"loss": 0.25})
    kept = len(second) - 1 - cut % (len(second) - 1)
    reports, taken, _ = decode_frames(first + second[:kept])
    assert len(reports) == 1
    assert taken == len(first)


def test_zeros_at_the_end_are_a_torn_tail():
    """A machine that lost power may have given the file blocks without bytes."""
    frame = encode_report("E0", "training", 1, 2.0, {"loss": 0.5})
    assert decode_frames(frame + bytes(4096))[1] == len(frame)


def _frame(step, **values):
    return encode_report("E0", "training", step, 2.0, values or {"loss": 0.5})


@pytest.mark.parametrize("position", [0, 2, 3, 4, 20])
def test_a_damaged_frame_takes_no_other_with_it(position):
    """What stands before it and behind it is there, and the damage has a size."""
    frame = _frame(1)
    damaged = bytearray(_frame(0) + frame + _frame(2) + _frame(3))
    damaged[len(frame) + position] ^= 0xFF
    reports, taken, damages = decode_frames(bytes(damaged))
    assert [report.step for report in reports] == [0, 2, 3]
    assert taken == len(damaged)
    assert damages == [(1, len(frame))]


@given(st.data())
def test_damage_anywhere_costs_the_frames_it_hits_alone(data):
    """Any few bytes overwritten cost at most the frames they lie in."""
    frames = [_frame(step, loss=step / 7, accuracy=0.5) for step in range(30)]
    size = len(frames[0])
    whole = bytearray(b"".join(frames))
    at = data.draw(st.integers(0, 25 * size))
    noise = data.draw(st.binary(min_size=1, max_size=40))
    whole[at : at + len(noise)] = noise
    hit = set(range(at // size, (at + len(noise) - 1) // size + 1))
    found = {report.step for report in decode_frames(bytes(whole)).reports}
    assert found >= set(range(30)) - hit


def test_a_frame_that_says_nonsense_is_passed_over():
    """A sound frame of something else is counted, and what follows is read."""
    no_group: Any = None
    nonsense = encode_report("E0", no_group, 2**63, 1.0, {"loss": 1.0})
    reports, taken, damages = decode_frames(_frame(0) + nonsense + _frame(1))
    assert [report.step for report in reports] == [0, 1]
    assert taken == len(_frame(0) * 2 + nonsense)
    assert damages == [(1, len(nonsense))]


def test_without_mending_what_stands_before_the_damage_is_returned():
    """The rest is for the sender to send again."""
    frame = _frame(1)
    damaged = frame + b"\xff" + frame[1:] + frame
    reports, taken, damages = decode_frames(damaged, mend=False)
    assert (len(reports), taken, damages) == (1, len(frame), [])


def _read_all(path):
    reports, offset, more, damaged = [], 0, True, 0
    while more:
        data, more = read_frames(path, offset)
        found, taken, damages = decode_frames(data, more=more)
        reports += found
        offset += taken
        damaged += sum(size for _, size in damages)
    return reports, offset, damaged


def test_a_long_segment_is_read_in_parts(tmp_path):
    """Frames cut by the end of a part, and one longer than a part, come whole."""
    path = tmp_path / "segment"
    wide = {f"metric {n}": 1.0 for n in range(100_000)}
    frames = [_frame(step) for step in range(30_000)]
    frames.insert(500, _frame(-1, **wide))
    frames.insert(20_000, _frame(-2, **wide))
    path.write_bytes(b"".join(frames) + frames[0][:-1])
    reports, offset, damaged = _read_all(path)
    assert [report.step for report in reports if report.step >= 0] == [*range(30_000)]
    assert len(reports) == 30_002
    assert (offset, damaged) == (path.stat().st_size - len(frames[0]) + 1, 0)


def test_a_long_damaged_stretch_is_passed_over(tmp_path):
    """Megabytes that are no frames cost no frame behind them, nor much time."""
    path = tmp_path / "segment"
    noise = b"\x95\x10\x20" * 1_500_000
    path.write_bytes(_frame(0) + noise + _frame(1) + _frame(2))
    reports, offset, damaged = _read_all(path)
    assert [report.step for report in reports] == [0, 1, 2]
    assert (offset, damaged) == (path.stat().st_size, len(noise))


def test_too_many_metrics_at_once_are_an_error():
    """What no reader would take is not written."""
    with pytest.raises(InvalidRequest, match="too many for one report"):
        encode_report(
            "E0", "g", 0, 0.0, {"n" * 1000 + str(n): 0.0 for n in range(17000)}
        )


def test_a_writer_is_seen_while_it_lives(tmp_path):
    """The lock tells a living writer from a dead one, and keeps a second one out."""
    path = tmp_path / "segment"
    writer = SegmentWriter(path)
    assert has_writer(path)
    with pytest.raises(Conflict):
        SegmentWriter(path)
    writer.close()
    writer.close()
    assert not has_writer(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_threads_share_a_writer(tmp_path):
    """Frames of eight threads are all there, each whole."""
    writer = SegmentWriter(tmp_path / "segment")

    def work(name):
        for step in range(200):
            writer.append(encode_report("E0", name, step, 0.0, {"x": 1.0}))

    threads = [threading.Thread(target=work, args=(f"g{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    reports, taken, _ = decode_frames((tmp_path / "segment").read_bytes())
    assert taken == writer.size
    for n in range(8):
        mine = [report.step for report in reports if report.group == f"g{n}"]
        assert mine == list(range(200))


WRITE_UNTIL_KILLED = """
import os, sys
from jupyter_artifacts.catalog.segments import SegmentWriter, encode_report
writer = SegmentWriter(sys.argv[1])
for step in range(10**9):
    writer.append(encode_report("E0", "training", step, 0.0, {"loss": 1.0}))
    if step == 1000:
        print("going", flush=True)
"""


def test_a_killed_writer_leaves_what_it_wrote(tmp_path):
    """After kill -9 every report up to the last is there, and a new writer goes on."""
    path = tmp_path / "segment"
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert not has_writer(path)
    reports, _, _ = decode_frames(path.read_bytes())
    assert [report.step for report in reports] == list(range(len(reports)))
    assert len(reports) > 1000
    with path.open("ab") as file:
        file.write(b"\x10\x00")
    writer = SegmentWriter(path)
    writer.append(encode_report("E0", "training", -1, 0.0, {"loss": 1.0}))
    writer.close()
    assert decode_frames(path.read_bytes())[0][-1].step == -1


FILL = """
import resource, signal, sys
from jupyter_artifacts.catalog.segments import SegmentWriter, encode_report
from jupyter_artifacts.errors import NoSpace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = SegmentWriter(sys.argv[1])
frame = encode_report("E0", "training", 1, 0.0, {"loss": 1.0})
resource.setrlimit(resource.RLIMIT_FSIZE, (10 * len(frame) + 7, -1))
for _ in range(10):
    writer.append(frame)
try:
    writer.append(frame)
except NoSpace:
    print(writer.size == 10 * len(frame))
"""


def test_a_full_disk_leaves_whole_frames(tmp_path):
    """A frame that did not fit is taken back, and the caller is told."""
    path = tmp_path / "segment"
    command = [sys.executable, "-c", FILL, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout == "True\n"
    assert len(decode_frames(path.read_bytes())[0]) == 10
    assert path.stat().st_size == decode_frames(path.read_bytes())[1]
