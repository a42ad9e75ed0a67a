"""What is asked is checked before anything is done with it."""

import json

import msgspec
import pytest

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.all import TABLE
from jupyter_artifacts.operations.checking import MAX_DEPTH, MAX_DOCUMENT
from jupyter_artifacts.operations.table import convert_ask

EVERY = pytest.mark.parametrize("declared", list(TABLE.values()), ids=list(TABLE))
EXPERIMENT = {"user": "alice", "run": "mnist", "number": 0}


def nested(levels):
    value: object = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def numbers_of(kind):
    """Yield the whole numbers and floats of a type, as msgspec describes it."""
    if isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            yield from numbers_of(each)
    elif isinstance(kind, msgspec.inspect.IntType):
        yield kind


@EVERY
def test_every_whole_number_has_a_least_and_a_greatest(declared):
    """A catalog keeps 64 bits; without an end, a number would end in a 500."""
    for field in msgspec.structs.fields(declared.ask):
        for number in numbers_of(msgspec.inspect.type_info(field.type)):
            assert number.ge is not None, field.name
            assert number.le is not None, field.name
            assert number.le < 2**63


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("runs.search", {"limit": 0}),
        ("runs.search", {"limit": 1001}),
        ("runs.of_user", {"user": "alice", "limit": -1}),
        ("runs.of_user", {"user": "alice", "limit": 2**63}),
        ("runs.start", {"name": "x", "experiments": -1}),
        ("runs.start", {"name": "x", "experiments": 1001}),
        ("files.tree", {**EXPERIMENT, "limit": 2**63 - 1}),
        ("datastores.tree", {"name": "cats", "version": "v1", "limit": 5001}),
        ("experiments.get", {**EXPERIMENT, "number": 2**63}),
        ("experiments.get", {**EXPERIMENT, "number": 10**400}),
        ("events.watch", {"since": 2**63}),
        ("checkpoints.begin", {**EXPERIMENT, "steps_completed": 2**63}),
    ],
)
def test_a_number_out_of_its_range_is_refused(name, values):
    """The error names it and, but for the very largest, its range."""
    with pytest.raises(InvalidRequest) as refused:
        convert_ask(TABLE[name], values)

    wrong = next(key for key in reversed(values))
    assert wrong in refused.value.message
    assert " to " in refused.value.message or "64 bits" in refused.value.message


def test_a_page_that_is_too_large_is_told_its_range():
    """And how to get the rest."""
    with pytest.raises(InvalidRequest, match="limit has to be 1 to 1000") as refused:
        convert_ask(TABLE["runs.search"], {"limit": "5000"})

    assert "cursor" in refused.value.hint


def test_a_value_that_is_no_choice_is_told_the_choices():
    with pytest.raises(InvalidRequest) as refused:
        convert_ask(TABLE["transfers.plan"], {"address": "x", "overwrite": "bogus"})

    assert refused.value.message == (
        "transfers.plan: overwrite has to be error, skip, replace or rename, "
        "not 'bogus'"
    )


def test_a_value_that_may_be_left_out_is_told_its_choices_too():
    with pytest.raises(InvalidRequest, match="has to be team or private, not 'all'"):
        convert_ask(TABLE["artifacts.edit"], {"name": "x", "visibility": "all"})


def test_what_is_nested_too_deep_is_refused(alice, run):
    """One run of bob's could else break everyone's list of fields."""
    bob = alice.acting_as("bob")
    for levels in (MAX_DEPTH + 1, 400, 5000):
        with pytest.raises(InvalidRequest, match="params is nested more than 50"):
            bob.call("runs.start", name="deep", params=nested(levels))

    bob.call("runs.start", name="flat", params=nested(MAX_DEPTH))
    assert len(alice.call("runs.fields")) > 10


@pytest.mark.parametrize("field", ["params", "metadata"])
def test_what_is_too_large_is_refused(alice, field):
    """It stands in every row of a page; the error says how large it is."""
    with pytest.raises(InvalidRequest, match=rf"{field} is 100,0\d\d bytes"):
        alice.call("runs.start", name="x", **{field: {"text": "x" * MAX_DOCUMENT}})

    alice.call("runs.start", name="x", **{field: {"text": "x" * (MAX_DOCUMENT - 100)}})


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**400])
def test_a_whole_number_that_json_readers_lose_is_refused(alice, number):
    """The error says what to do."""
    with pytest.raises(InvalidRequest, match="more than 64 bits") as refused:
        alice.call("runs.start", name="x", params={"seeds": [number]})

    assert "text" in refused.value.hint


def test_a_seed_of_64_bits_is_kept_as_it_is(alice):
    """Its last digits count."""
    made = alice.call("runs.start", name="x", params={"seed": 2**64 - 1})

    found = alice.call("experiments.get", user="alice", run=made.run.name, number=0)
    assert found.params == {"seed": 2**64 - 1}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "x", "params": {"a": "x\ud800"}},
        {"name": "x", "params": {"x\udc80": 1}},
        {"name": "x", "params": {"a": [{"b": "\udfff"}]}},
        {"name": "x", "tags": ["\udc80"]},
        {"name": "x\udc80"},
    ],
)
def test_half_a_character_is_refused(alice, values):
    """No text can hold it, the error's own neither."""
    with pytest.raises(InvalidRequest, match="half of a character") as refused:
        alice.call("runs.start", **values)

    str(refused.value).encode()
    json.dumps(refused.value.message).encode()


def test_a_value_that_is_no_json_is_refused(alice):
    """The error says of what, by the key that somebody typed."""
    params = {"lr": 0.1, "model": [{"layer": object()}]}
    with pytest.raises(InvalidRequest, match="params 'model' cannot be kept as JSON"):
        alice.call("runs.start", name="x", params=params)


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "Infinity", "1e999"])
def test_a_text_that_becomes_no_finite_number_is_refused(text):
    """A query string has only texts; they are looked at once they are numbers."""
    values = {**EXPERIMENT, "path": "a.txt", "modified": text}

    with pytest.raises(InvalidRequest, match="modified"):
        convert_ask(TABLE["files.capture"], values)


def test_a_run_has_a_hundred_tags_at_most(alice, run):
    """They stand in every row of a page."""
    many = [f"t{number}" for number in range(101)]

    with pytest.raises(InvalidRequest, match="tags"):
        alice.call("runs.tag", user="alice", run="mnist", tags=many)
    with pytest.raises(InvalidRequest, match="tags takes at most 100 items"):
        alice.call("runs.start", name="x", tags=many)
    with pytest.raises(InvalidRequest, match="tags takes at most 200 characters"):
        alice.call("runs.start", name="x", tags=["x" * 201])

    assert len(alice.call("runs.tag", user="alice", run="mnist", tags=many[1:]).tags)


def test_experiments_made_at_once_are_numbered_in_order(alice):
    """And the run counts them."""
    made = alice.call("runs.start", name="sweep", experiments=3)

    assert [each.number for each in made.experiments] == [0, 1, 2]
    assert made.run.experiments == 3
    assert alice.call("runs.get", user="alice", run="sweep") == made


def test_a_run_may_begin_without_experiments(alice):
    """A sweep within one process adds them one by one."""
    made = alice.call("runs.start", name="sweep", experiments=0)

    assert (made.experiments, made.run.experiments) == ([], 0)
