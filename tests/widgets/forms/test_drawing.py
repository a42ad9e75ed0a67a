import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.widgets.forms.drawing import (
    Curve,
    chart,
    color_of,
    dash_of,
    sparkline,
)

SVG = "{http://www.w3.org/2000/svg}"
NAN, INF = float("nan"), float("inf")
values = st.lists(st.floats(), max_size=50)


def parse(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def points_of(svg):
    return [
        tuple(map(float, point.split(",")))
        for line in parse(svg).iter(f"{SVG}polyline")
        for point in line.get("points").split()
    ]


@given(values)
def test_any_values_draw_inside_the_picture(numbers):
    """NaN, infinities and the largest floats neither fail nor leave the frame."""
    svg, width, height = sparkline(numbers)
    for x, y in points_of(svg):
        assert 0 <= x <= width
        assert 0 <= y <= height


@given(st.lists(values, max_size=4))
def test_any_curves_make_a_chart(curves):
    """A chart is drawn whatever was logged."""
    drawn = [Curve("a", range(len(each)), each) for each in curves]
    svg, _, _ = chart(drawn, "step")
    assert parse(svg).tag == f"{SVG}svg"


def test_a_gap_is_left_where_a_value_is_not_finite():
    """A line never runs through a NaN as if nothing had happened."""
    svg, _, _ = sparkline([1, 2, NAN, 3, 4, INF, 5])
    found = parse(svg)
    assert len(list(found.iter(f"{SVG}polyline"))) == 2
    assert len(list(found.iter(f"{SVG}circle"))) == 1


def test_the_largest_floats_still_have_a_shape():
    """The difference of two of them is more than a float can hold."""
    svg, _, _ = sparkline([-1.7e308, 0.0, 1.7e308])
    assert [y for _, y in points_of(svg)] == [16.0, 9.0, 2.0]


def test_larger_values_stand_higher():
    """SVG counts downwards, readers do not."""
    svg, _, _ = sparkline([0, 1])
    (_, low), (_, high) = points_of(svg)
    assert high < low


def test_axes_name_round_numbers():
    """A reader can tell a value off the chart."""
    svg, _, _ = chart([Curve("a", [0, 1000], [0.0, 1.0])], "step")
    texts = [text.text for text in parse(svg).iter(f"{SVG}text")]
    assert texts == [
        *("0", "0.2", "0.4", "0.6", "0.8", "1"),
        *("0", "200", "400", "600", "800", "1000"),
        "step",
    ]


@pytest.mark.parametrize("value", [0.0, -3.5, 1e300])
def test_a_constant_has_one_tick(value):
    """A flat line still has its value beside it."""
    svg, _, _ = chart([Curve("a", [5], [value])], "step")
    assert len(list(parse(svg).iter(f"{SVG}text"))) == 3


def test_curves_beyond_the_colours_are_told_apart_by_dashes():
    """Two curves of a chart never look alike before there are 24."""
    looks = {(color_of(index), dash_of(index)) for index in range(24)}
    assert len(looks) == 24
