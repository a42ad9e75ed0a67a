import math
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.catalog.segments import (
    SegmentWriter,
    decode_frames,
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
    found, taken = decode_frames(frames + torn)
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
    reports, taken = decode_frames(first + second[:kept])
    assert len(reports) == 1
    assert taken == len(first)


def test_zeros_at_the_end_are_a_torn_tail():
    """A machine that lost power may have given the file blocks without bytes."""
    frame = encode_report("E0", "training", 1, 2.0, {"loss": 0.5})
    assert decode_frames(frame + bytes(4096))[1] == len(frame)


@pytest.mark.parametrize("position", [0, 4, 20])
def test_damage_in_the_middle_is_an_error(position):
    """A frame that changed, with others behind it, is not passed over in silence."""
    frame = encode_report("E0", "training", 1, 2.0, {"loss": 0.5})
    damaged = bytearray(frame * 3)
    damaged[len(frame) + position] ^= 0xFF
    if position == 0:
        damaged[len(frame) + 3] = 0xFF
    with pytest.raises(InvalidRequest, match=f"byte {len(frame)} is damaged"):
        decode_frames(bytes(damaged))


def test_only_whole_frames_are_read(tmp_path):
    """A limit cuts between frames; a frame longer than the limit comes whole."""
    frame = encode_report("E0", "training", 1, 2.0, {"loss": 0.5})
    path = tmp_path / "segment"
    path.write_bytes(frame * 3 + frame[:-1])
    assert read_frames(path, 0) == frame * 3
    assert read_frames(path, len(frame), limit=len(frame) + 5) == frame
    assert read_frames(path, 0, limit=10) == frame
    assert read_frames(path, 3 * len(frame)) == b""


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
    reports, taken = decode_frames((tmp_path / "segment").read_bytes())
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
    reports, _ = decode_frames(path.read_bytes())
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
