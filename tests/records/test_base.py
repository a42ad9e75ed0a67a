import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.records.base import (
    Ok,
    Page,
    Problem,
    number_from_wire,
    number_to_wire,
    value_from_wire,
    value_to_wire,
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _same(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


@given(st.floats())
def test_every_float_travels_as_json_and_comes_back(value):
    """NaN and the infinities go by their names."""
    wire = msgspec.json.decode(msgspec.json.encode(number_to_wire(value)))
    back = number_from_wire(wire)
    assert _same(float(back), value)


@given(values)
def test_every_value_travels_as_json_and_comes_back(value):
    """Whatever people put into parameters, however nested."""
    wire = msgspec.json.decode(msgspec.json.encode(value_to_wire(value)))
    assert _same(value_from_wire(wire), value)


@pytest.mark.parametrize(
    "value",
    [{"$number": "NaN"}, {"$number": "12"}, {"$number": "text"}, {"$number": {}}],
)
def test_what_only_looks_like_our_spelling_comes_back_as_it_was(value):
    """A parameter of that very shape is a parameter like others."""
    assert value_from_wire(value_to_wire(value)) == value


def test_a_tuple_becomes_a_list():
    """JSON has no other."""
    assert value_to_wire((1, (math.inf,))) == [1, [{"$number": "Infinity"}]]


def test_a_page_travels_with_its_items():
    """Also one that says there are more than it counted."""
    page = Page[Ok](
        items=[Ok(message="m")], cursor="c", total=10_000, total_capped=True
    )
    assert msgspec.json.decode(msgspec.json.encode(page), type=Page[Ok]) == page


def test_records_cannot_be_changed():
    """They are passed between threads."""
    problem = Problem(code="not-found", message="m")
    with pytest.raises(AttributeError):
        problem.message = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("scalar", "kept"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),  # noqa: FBT003 - its only argument
        (np.array(2.5), 2.5),
        (np.float64("nan"), {"$number": "NaN"}),
        (np.float32("inf"), {"$number": "Infinity"}),
    ],
)
def test_a_scalar_of_numpy_is_the_number_that_it_is(scalar, kept):
    wire = value_to_wire({"top": [scalar]})["top"][0]
    assert wire == kept
    assert type(wire) is type(kept)
