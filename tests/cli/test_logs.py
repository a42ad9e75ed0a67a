from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.cli.logs import lines
from jupyter_artifacts.cli.searching import LineSearch
from jupyter_artifacts.errors import InvalidRequest

COMMAND = Path(sys.prefix, "bin", "jupyter")
LOG = b"epoch 1\nloss 0.5\nepoch 2\nloss 0.25\n"


@pytest.fixture(name="run")
def _run(alice, made):
    return made(alice)


def test_logs_are_shown_as_they_were_written(run, ja):
    """Without a terminal, byte for byte."""
    assert ja("logs", "alice:mnist-exp0").raw == LOG


def test_a_run_of_one_experiment_stands_for_it(alice, run, ja):
    """With several, one must be named, and the hint names the first."""
    assert ja("logs", "alice:mnist").raw == LOG
    alice.call("experiments.add", user="alice", run="mnist")
    ended = ja("logs", "mnist")
    assert ended.status == 1
    assert ended.err == (
        "error: alice:mnist: it has 2 experiments (name one: alice:mnist-exp0)\n"
    )


def test_one_stream_can_be_chosen(alice, run, ja):
    """Either stream can be read apart from the other."""
    alice.call("logs.append", **run, stream="stderr", body=b"oh\n")
    assert ja("logs", "mnist-exp0", "--stream", "stderr").raw == b"oh\n"


def test_grep_keeps_lines(run, ja):
    """--grep shows the lines in which the pattern is found, whole."""
    assert ja("logs", "mnist-exp0", "--grep", r"0\.\d\d").raw == b"loss 0.25\n"


def test_grep_needs_a_pattern_that_is_one(run, ja):
    """What is no regular expression is an error that says where."""
    ended = ja("logs", "mnist-exp0", "--grep", "(")
    assert ended.status == 1
    assert "is no regular expression" in ended.err


def test_grep_is_bounded_in_time():
    """A pattern that would search for years is given up, and said to be at fault."""
    search = LineSearch("(a+)+$", seconds=0.2)
    started = time.monotonic()
    with pytest.raises(InvalidRequest, match=r"took more than 0\.2 s"):
        search.found_in(b"a" * 64 + b"b")
    assert time.monotonic() - started < 10


@given(st.lists(st.binary(max_size=9)), st.integers(1, 20))
def test_no_byte_of_a_log_is_lost_in_lines(pieces, longest):
    """Lines put together again are the log, whatever the pieces it came in."""
    assert b"".join(lines(iter(pieces), longest)) == b"".join(pieces)


@given(st.lists(st.sampled_from([b"a", b"\n", b"bc\n", b"\n\n"])))
def test_lines_end_where_the_log_says(pieces):
    """Lines are those of the log, however it was cut."""
    whole = b"".join(pieces)
    assert list(lines(iter(pieces))) == whole.splitlines(keepends=True)


def test_follow_ends_with_the_experiment(alice, run):
    """-f shows what is written while it looks, and ends when the experiment does."""
    following = subprocess.Popen(
        [COMMAND, "artifacts", "logs", "-f", "alice:mnist-exp0"],
        stdout=subprocess.PIPE,
    )
    assert following.stdout is not None
    first = [following.stdout.readline() for _ in range(4)]
    assert b"".join(first) == LOG
    alice.call("logs.append", **run, stream="output", body=b"epoch 3\n")
    assert following.stdout.readline() == b"epoch 3\n"
    assert following.poll() is None
    alice.call("logs.append", **run, stream="output", body=b"last\n")
    alice.call("experiments.move", **run, state="COMPLETED")
    out, _ = following.communicate(timeout=30)
    assert out == b"last\n"
    assert following.returncode == 0


def test_follow_waits_for_the_first_line(alice):
    """-f of an experiment that has written nothing yet waits until it does."""
    alice.call("runs.start", name="mnist")
    at = {"user": "alice", "run": "mnist", "number": 0}
    following = subprocess.Popen(
        [COMMAND, "artifacts", "logs", "-f", "alice:mnist-exp0"],
        stdout=subprocess.PIPE,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        following.wait(5)
    alice.call("logs.append", **at, stream="output", body=b"first\n")
    alice.call("experiments.move", **at, state="COMPLETED")
    out, _ = following.communicate(timeout=30)
    assert (following.returncode, out) == (0, b"first\n")


def test_follow_of_what_has_ended_ends(alice, run, ja):
    """-f of an experiment that is done shows everything and ends."""
    alice.call("experiments.move", **run, state="COMPLETED")
    assert ja("logs", "-f", "mnist-exp0").raw == LOG


def test_an_experiment_without_logs_says_why(alice, ja):
    """A bare script's logs are not captured, and that is said."""
    alice.call("runs.start", name="bare")
    ended = ja("logs", "bare-exp0")
    assert ended.status == 1
    assert "nothing was written to it" in ended.err


def test_a_log_steers_no_terminal(alice, run, terminal):
    """On a terminal a log has its colours, and nothing else that acts."""
    body = b"\x1b[31mred\x1b[0m\n\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b"
    alice.call("logs.append", **run, stream="stdout", body=body)
    ended = terminal("logs", "alice:mnist-exp0", "--stream", "stdout")
    assert ended.status == 0
    assert b"\x1b[31mred\x1b[0m" in ended.raw
    assert "␛[2J␛]52;c;ZXZpbA==␇␛" in ended.out
    assert b"\x1b]" not in ended.raw
