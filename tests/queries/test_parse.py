import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import InvalidQuery
from jupyter_artifacts.queries import (
    And,
    Compare,
    Contains,
    Field,
    Not,
    OneOf,
    Or,
    parse_field,
    parse_query,
    parse_sort,
    print_query,
)
from jupyter_artifacts.queries.times import resolve_duration, resolve_time

NAMES = st.text(min_size=1, max_size=8) | st.sampled_from(["lr", "class", "optim/lr"])
TEXTS = st.text(max_size=12)
NUMBERS = st.floats(allow_nan=False)
VALUES = NUMBERS | TEXTS | st.booleans() | st.none()
METRICS = st.builds(
    lambda group, name, stat: Field("metrics", (group, name), stat),
    NAMES,
    NAMES,
    st.sampled_from(["last", "min", "max", "best"]),
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
PARAMS = st.builds(Field, st.sampled_from(["params", "metadata"]), PATHS)
COMPARISONS = (
    st.builds(Compare, PARAMS, st.sampled_from(["==", "!="]), VALUES)
    | st.builds(Compare, PARAMS | METRICS, st.sampled_from(["<", ">="]), NUMBERS)
    | st.builds(OneOf, PARAMS, st.lists(VALUES, max_size=3).map(tuple))
    | st.builds(Contains, PARAMS | st.just(Field("tags")), TEXTS)
)
TREES = st.recursive(
    COMPARISONS,
    lambda nodes: (
        st.builds(Not, nodes)
        | st.builds(And, st.lists(nodes, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(nodes, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(TREES)
def test_what_is_printed_parses_to_the_same_tree(tree):
    """A tree, written as a query and read again, is the same tree."""
    assert parse_query(print_query(tree)) == tree


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_refused(text):
    """No text raises anything but InvalidQuery, and its place lies in the text."""
    column = 0
    try:
        parse_query(text)
    except InvalidQuery as error:
        column = error.column
    assert 0 <= column <= len(text)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", None),
        ("  \n ", None),
        ('user == "alice"', Compare(Field("user"), "==", "alice")),
        ("0.5 < params.lr", Compare(Field("params", ("lr",)), ">", 0.5)),
        ("params.lr == -inf", Compare(Field("params", ("lr",)), "==", -math.inf)),
        (
            'metrics["validation"]["val/loss"].max > 1',
            Compare(Field("metrics", ("validation", "val/loss"), "max"), ">", 1.0),
        ),
        (
            "1 <= duration < 2",
            And(
                (
                    Compare(Field("duration"), ">=", 1.0),
                    Compare(Field("duration"), "<", 2.0),
                )
            ),
        ),
        ('"a" not in tags', Not(Contains(Field("tags"), "a"))),
        ('name in ("a", "b")', OneOf(Field("name"), ("a", "b"))),
        ('\n  state == "running"', Compare(Field("state"), "==", "running")),
    ],
)
def test_queries_mean_what_python_means(query, tree):
    """Python's own expression syntax, fields left or right."""
    assert parse_query(query) == tree


@pytest.mark.parametrize(
    ("query", "marked", "hint"),
    [
        ('usr == "alice"', "usr", "did you mean user"),
        ('params.a == "é" and usr == 1', "usr", "user"),
        ("user == 5", "5", '"5"'),
        ('state == "runing"', '"runing"', "RUNNING"),
        ('started > "yesterday"', '"yesterday"', '"-7d"'),
        ("params.lr < nan", "nan", "== and !="),
        ("params.lr < True", "True", "== and !="),
        ("params.flag", "params.flag", "params.flag == True"),
        ("metrics.loss > 1", "metrics.loss", "brackets"),
        ("params.a < params.b", "params.a < params.b", "value on the other"),
        ("params.a is None", "params.a is None", "== None"),
        ("5 in tags", "5 in tags", '"text" in tags'),
        ('__import__("os")', '__import__("os")', "e.g."),
        ("params[0] == 1", "params[0]", "brackets"),
        ("user.name == 'x'", "user.name", "write user"),
        ("params.a == -'x'", "-'x'", "values are"),
        ("tags == 'x'", "'x'", '"tag" in tags'),
    ],
)
def test_an_error_points_at_the_place(query, marked, hint):
    """What is wrong is marked by column and length, with what to write instead."""
    with pytest.raises(InvalidQuery) as caught:
        parse_query(query)
    error = caught.value
    assert query[error.column : error.column + error.length] == marked
    assert hint in error.hint


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("params.lr = 1", "=="),
        ("params.a == 1 && params.b == 2", "and, or, not"),
        ("params.lambda == 1", 'params["lambda"]'),
    ],
)
def test_a_common_slip_has_its_cure(query, hint):
    """What people of other languages write is told apart."""
    with pytest.raises(InvalidQuery) as caught:
        parse_query(query)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "query",
    [
        "(" * 150 + "user == 'a'" + ")" * 150 + " and x",
        "not " * 60 + "user == 'a'",
        "user == '" + "a" * 10_001 + "'",
        " or ".join(["params.a == 1"] * 201),
        "params.a == " + "9" * 400,
        "\0",
    ],
)
def test_a_query_has_its_limits(query):
    """Depth, length and the number of comparisons are bounded."""
    with pytest.raises(InvalidQuery):
        parse_query(query)


def test_a_sort_is_a_field_with_a_sign():
    """A minus means descending; tags have no order."""
    assert parse_sort("") is None
    assert parse_sort("-params.lr") == (Field("params", ("lr",)), True)
    assert parse_sort("duration") == (Field("duration"), False)
    with pytest.raises(InvalidQuery):
        parse_sort("tags")
    with pytest.raises(InvalidQuery):
        parse_sort("params.lr +")


@given(PARAMS | METRICS)
def test_a_field_is_read_as_it_was_printed(field):
    """The name of a field in the catalog's dictionary names that field again."""
    assert parse_field(str(field)) == field


def test_times_count_from_now_or_stand_for_themselves():
    """Spans go back from now; a date without a zone is in UTC."""
    assert resolve_time("-7d", 1e6) == 1e6 - 7 * 86400
    assert resolve_time("2026-11-20", 0) == 1795132800
    assert resolve_time("2026-11-20T01:00+01:00", 0) == 1795132800
    assert resolve_time("soon", 0) is None
    assert resolve_duration("1.5h") == 5400
    assert resolve_duration("h") is None


def test_a_query_that_breaks_off_is_marked_at_its_end():
    """The mark stands where something is missing, not at the first letter."""
    with pytest.raises(InvalidQuery) as caught:
        parse_query("params.lr > 0.9 and")

    assert caught.value.column == len("params.lr > 0.9 and")


def test_an_unknown_state_lists_all_there_are():
    """Three that look alike would hide the one that is meant."""
    with pytest.raises(InvalidQuery, match=r"CANCELED, COMPLETED, ERRORED, ACTIVE"):
        parse_query('state == "Halted"')


@pytest.mark.parametrize("word", ["Stopped", "CANCELED", "canceled", "Stopping"])
def test_the_words_of_the_table_name_states(word):
    """What a pill says can be asked for."""
    assert parse_query(f'state == "{word}"')
