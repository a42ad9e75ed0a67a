from __future__ import annotations

import pytest

from jupyter_artifacts.cli import words


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (4_200_000, "4.2 MB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (3_000_000_000_000_000, "3000.0 TB"),
    ],
)
def test_sizes_are_decimal(count, text):
    """Bytes come in units of 1000, and none is written as 1000 of the smaller."""
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.25, "0.2 s"),
        (59.9, "59.9 s"),
        (61, "1 min 01 s"),
        (3600, "1 h 00 min"),
        (172800, "2 d 00 h"),
    ],
)
def test_durations_have_two_units(seconds, text):
    """A length of time is written in its two largest units."""
    assert words.duration(seconds) == text


def test_a_noun_agrees_with_its_number():
    """One file, two files."""
    assert words.counted(1, "file") == "1 file"
    assert words.counted(12000, "file") == "12,000 files"


def test_no_moment_is_nothing():
    """A moment that never was is no date in 1970."""
    assert words.when(None) == ""
    assert words.when(0.0) == ""
