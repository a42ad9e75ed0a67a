import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.widgets.forms.text import (
    curve_text,
    duration_text,
    moment_text,
    number_text,
    size_text,
    table_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.04123456, "0.04123"),
        (3e-4, "0.0003"),
        (1e-7, "1e-07"),
        (128, "128"),
        (128.0, "128"),
        (-0.5, "-0.5"),
        (float("nan"), "NaN"),
        (float("-inf"), "-∞"),
    ],
)
def test_number_text(value, text):
    """Numbers read as people write them, and say when they are none."""
    assert number_text(value) == text


@given(st.floats())
def test_a_number_is_short(value):
    """No number pushes a table's other columns out of sight."""
    assert len(number_text(value)) <= 11


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_900_000_000, "1.9 GB"),
        (512_000_000, "512 MB"),
    ],
)
def test_size_text(size, text):
    """Sizes are in decimal units, as disks and networks count."""
    assert size_text(size) == text


def test_duration_and_moment_text():
    """Times say their zone; durations are hours, minutes and seconds."""
    assert duration_text(7962.4) == "2:12:42"
    assert moment_text(1_795_183_320.0) == "2026-11-20 14:02 UTC"
    assert moment_text(0) == ""


def test_curve_text():
    """A curve goes from low to high, with a gap for what is not finite."""
    assert curve_text([0, 1, float("nan"), 2]) == "▁▅ █"
    assert curve_text([3, 3]) == "▄▄"
    assert curve_text([float("inf")]) == ""


def test_a_tables_columns_stand_below_each_other():
    """A cell cannot break its line, move the cursor or fill the screen."""
    shown = table_text(["a", "b"], [["x\ny\x1b[2J", "1"], ["z" * 60, "2"]])
    lines = shown.splitlines()
    assert len(lines) == 3
    assert len({line.rindex(end) for line, end in zip(lines, "b12", strict=True)}) == 1
    assert "\x1b" not in shown
