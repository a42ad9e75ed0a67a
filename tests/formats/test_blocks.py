"""A file object that fetches little more than what is read."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.formats.blocks import AHEAD, CACHE, BlockFile

CONTENT = random.Random(0).randbytes(5000)  # noqa: S311 - nothing secret
MOVES = st.lists(
    st.tuples(st.integers(0, 5200), st.one_of(st.none(), st.integers(0, 5200)))
)


def test_reading_on_asks_for_more_each_time(counting):
    bytes_ = counting(bytes(64 << 20))
    file = BlockFile(bytes_.read, 64 << 20)

    while file.read(10_000):
        pass

    assert len(bytes_.asked) < 30
    assert max(length for _, length in bytes_.asked) <= AHEAD + (1 << 17)
    assert bytes_.bytes_read == 64 << 20


def test_jumping_asks_for_no_more_than_blocks(counting):
    bytes_ = counting(bytes(64 << 20))
    file = BlockFile(bytes_.read, 64 << 20)

    for at in (50 << 20, 10 << 20, 30 << 20):
        file.seek(at)
        file.read(100)

    assert bytes_.bytes_read == 3 << 16


def test_what_was_read_lately_is_not_asked_for_again(counting):
    bytes_ = counting(CONTENT)
    file = BlockFile(bytes_.read, len(CONTENT), block=100)
    file.seek(150)

    first, again = file.pread(150, 80), file.pread(150, 80)

    assert first == again == CONTENT[150:230]
    assert bytes_.asked == [(100, 200)]


def test_a_large_read_goes_past_the_cache(counting):
    bytes_ = counting(bytes(4 << 20))
    file = BlockFile(bytes_.read, 4 << 20)

    file.seek(5)
    assert len(file.read(2 << 20)) == 2 << 20

    assert bytes_.asked == [(5, 2 << 20)]


def test_the_cache_is_bounded(counting):
    bytes_ = counting(bytes(64 << 20))
    file = BlockFile(bytes_.read, 64 << 20)

    for at in range(0, 64 << 20, 1 << 16):
        file.pread(at, 1)

    assert sum(map(len, file._blocks.values())) <= CACHE  # noqa: SLF001 - what it keeps


@given(MOVES, st.integers(1, 700))
def test_it_reads_as_any_file_does(moves, block):
    reference = io.BytesIO(CONTENT)
    file = io.BufferedReader(
        BlockFile(
            lambda start, length: iter([CONTENT[start : start + length]]),
            len(CONTENT),
            block=block,
            cache=2000,
            ahead=1000,
        ),
        64,
    )
    for at, length in moves:
        assert file.seek(at) == reference.seek(at)
        assert file.read(length) == reference.read(length)
        assert file.tell() == reference.tell()


def test_bytes_that_end_too_early_are_an_error():
    file = BlockFile(lambda *_: [b"ab"], 10, name="a.bin")

    with pytest.raises(ChangedAtSource, match=r"a\.bin: 10 bytes were asked for"):
        file.read(3)


def test_more_bytes_than_were_asked_for_are_an_error():
    file = BlockFile(lambda *_: [b"abcdef"], 3, name="a.bin")

    with pytest.raises(ChangedAtSource, match="3 bytes were asked for, and 6 came"):
        file.read(3)


def test_a_closed_file_is_not_read(counting):
    file = BlockFile(counting(CONTENT).read, len(CONTENT))
    file.close()

    with pytest.raises(ValueError, match="closed"):
        file.read(1)
