"""Ranges and validators, without a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import RangeNotSatisfiable
from jupyter_artifacts.server.ranges import Span, http_date, span_of, unchanged

ETAG = '"blake3:00"'
DATE = http_date(1_700_000_000)


def asked(value: str, size: int = 1000, **headers: str) -> tuple[int, int, bool]:
    """The start, the length and whether a part is sent for a Range."""
    told = {"Range": value, **{k.replace("_", "-"): v for k, v in headers.items()}}
    span = span_of(told, size=size, etag=ETAG, modified=DATE)
    return span.start, span.length, span.partial


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("bytes=0-0", (0, 1, True)),
        ("bytes=0-999", (0, 1000, True)),
        ("bytes=0-", (0, 1000, True)),
        ("bytes=500-", (500, 500, True)),
        ("bytes=500-5000", (500, 500, True)),
        ("bytes=-1", (999, 1, True)),
        ("bytes=-5000", (0, 1000, True)),
        ("bytes= 1-2 ", (1, 2, True)),
    ],
)
def test_a_range_gives_its_part(value, span):
    """A range within the file gives these bytes, cut at the end."""
    assert asked(value) == span


@pytest.mark.parametrize(
    "value",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "lines=0-1",
        "bytes=a-b",
        "bytes=0x0-1",
        "bytes=+1-2",
        "bytes=1-2-3",
        "bytes=99999999999999999999-",
    ],
)
def test_what_is_no_range_gives_the_whole(value):
    """A server may ignore a Range, and ignores several at once."""
    assert asked(value) == (0, 1000, False)


@pytest.mark.parametrize(
    ("value", "size"), [("bytes=1000-", 1000), ("bytes=0-0", 0), ("bytes=-0", 1000)]
)
def test_a_range_behind_the_end_is_refused(value, size):
    """Nothing can be sent of a range that begins behind the end."""
    with pytest.raises(RangeNotSatisfiable, match=f"{size} bytes"):
        asked(value, size)


@pytest.mark.parametrize(
    ("condition", "partial"),
    [
        (ETAG, True),
        ('"other"', False),
        (f"W/{ETAG}", False),
        (DATE, True),
        ("x", False),
    ],
)
def test_if_range_asks_for_the_same_bytes(condition, partial):
    """A resumed download gets a part of the same bytes, or the new ones whole."""
    assert asked("bytes=5-", If_Range=condition)[2] is partial


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, False),
        ({"If-None-Match": ETAG}, True),
        ({"If-None-Match": f"W/{ETAG}"}, True),
        ({"If-None-Match": f'"x", {ETAG}'}, True),
        ({"If-None-Match": "*"}, True),
        ({"If-None-Match": '"x"'}, False),
        ({"If-Modified-Since": DATE}, True),
        ({"If-Modified-Since": http_date(1_600_000_000)}, False),
        ({"If-Modified-Since": "yesterday"}, False),
        ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, False),
    ],
)
def test_a_reader_that_has_the_bytes_gets_none(headers, same):
    """A validator that still holds gives 304; the ETag decides before the date."""
    assert unchanged(headers, etag=ETAG, modified=DATE) is same


@given(text=st.text(max_size=40), size=st.integers(0, 10**6))
def test_any_range_stays_within_the_file(text, size):
    """No header makes a server read outside the file."""
    try:
        span = span_of({"Range": f"bytes={text}"}, size=size, etag="", modified="")
    except RangeNotSatisfiable:
        return
    assert isinstance(span, Span)
    assert 0 <= span.start <= span.start + span.length <= size


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e300, -1.0, 3e11])
def test_a_time_that_http_cannot_say_is_not_said(seconds):
    """A file with such a time is sent all the same."""
    assert http_date(seconds) == ""
    assert http_date(253402300799.0) == "Fri, 31 Dec 9999 23:59:59 GMT"
