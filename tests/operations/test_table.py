"""The table itself: what every line of it promises."""

import msgspec
import pytest

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.all import TABLE, Kind, perform
from jupyter_artifacts.operations.openapi import document
from jupyter_artifacts.operations.table import Content, operation

EVERY = pytest.mark.parametrize("declared", list(TABLE.values()), ids=list(TABLE))


@EVERY
def test_every_place_in_a_path_is_asked_for(declared):
    """A name in the path is a field of the ask."""
    fields = {field.name for field in msgspec.structs.fields(declared.ask)}

    assert set(declared.path_fields) <= fields


@EVERY
def test_what_reads_only_changes_nothing_by_its_method(declared):
    """SEE goes with GET, or with POST where the ask is too large for a URL."""
    may = {"GET"} if not declared.reads_only else {"GET", "POST"}
    if declared.reads_only:
        assert declared.method in may
    else:
        secret = {"audit.list", "members.tokens"}  # listings, not for everyone
        assert declared.method != "GET" or declared.name in secret


@EVERY
def test_bytes_are_answered_as_content(declared):
    """The kind BYTES and the type Content go together."""
    assert (declared.kind is Kind.BYTES) == (declared.answer is Content)


@EVERY
def test_every_operation_is_in_the_openapi_document(declared):
    """The document has every line of the table, by its name."""
    path = "/" + declared.path.replace("*}", "}")

    found = document()["paths"][path][declared.method.lower()]

    assert found["operationId"] == declared.name


def test_two_operations_share_no_route():
    """A method and a path belong to one operation."""
    routes = [(declared.method, declared.path) for declared in TABLE.values()]

    assert len(set(routes)) == len(routes)


def test_an_operation_without_a_permission_does_not_import():
    """`needs` has no default."""
    with pytest.raises(TypeError, match="needs"):
        operation("runs.secret", "GET secret")  # type: ignore[call-arg]


def test_a_value_nobody_knows_is_refused(alice):
    """An ask with an unknown value says which it could take."""
    with pytest.raises(InvalidRequest, match=r"takes no 'colour' \(it takes"):
        perform(TABLE["runs.search"], alice.context, {"colour": "red"})


def test_a_value_of_the_wrong_type_is_refused(alice):
    """The message names the value."""
    with pytest.raises(InvalidRequest, match="limit"):
        perform(TABLE["runs.search"], alice.context, {"limit": "many"})


def test_texts_from_a_path_become_numbers(alice, run):
    """A door has only texts; the table converts them."""
    values = {"user": "alice", "run": "mnist", "number": "0"}

    found = perform(TABLE["experiments.get"], alice.context, values)

    assert found.address == "alice:mnist-exp0"


def test_a_number_json_lacks_is_refused_where_it_would_become_null(alice):
    """Infinity travels as {"$number": "Infinity"}, never as null."""
    with pytest.raises(InvalidRequest, match="params holds NaN or an infinity"):
        alice.call("runs.start", name="x", params={"patience": float("inf")})
