"""Routes, without a server."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.addresses import reason_against_path
from jupyter_artifacts.errors import InvalidPath
from jupyter_artifacts.operations.all import TABLE
from jupyter_artifacts.server.routes import (
    Found,
    Malformed,
    Nothing,
    Routes,
    WrongMethod,
    decode_segment,
)

ROUTES = Routes(TABLE.values())
CHECKPOINT = "runs/alice/mnist/exp0/checkpoints/5f"


@pytest.mark.parametrize("declared", TABLE.values(), ids=lambda each: each.name)
def test_every_operation_is_found_at_its_own_path(declared):
    """No route stands before another one's."""
    values = dict.fromkeys(declared.path_fields, "7")
    path = declared.path.replace("*}", "}").format(**values)

    found = ROUTES.resolve(declared.method, path)

    assert found == Found(declared, tuple(values.items()))


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", CHECKPOINT, "checkpoints.get"),
        ("GET", f"{CHECKPOINT}/complete", "checkpoints.read"),
        ("POST", f"{CHECKPOINT}/complete", "checkpoints.complete"),
        ("PUT", f"{CHECKPOINT}/complete", "checkpoints.capture"),
        ("HEAD", "runs/alice/mnist/exp0/files/a/b", "files.read"),
        ("POST", "transfers/plan", "transfers.plan"),
        ("GET", "transfers/plan", "transfers.get"),
    ],
)
def test_the_narrowest_route_of_the_method_wins(method, path, name):
    """A path that several routes fit goes to the one that leaves least open."""
    found = ROUTES.resolve(method, path)
    assert isinstance(found, Found)
    assert found.operation.name == name


def test_another_method_names_those_there_are():
    """A path that is there says by which methods."""
    assert ROUTES.resolve("DELETE", "runs") == WrongMethod(("GET", "HEAD", "POST"))


@pytest.mark.parametrize(
    "path", ["", "run", "runs/", "/runs", "runs//mnist", "runs/a/"]
)
def test_an_unknown_path_is_nothing(path):
    """A path is exact: no slash more or less."""
    assert ROUTES.resolve("GET", path) == Nothing()


@given(st.text(min_size=1, max_size=50))
def test_any_file_name_arrives_as_it_is(name):
    """A path that an asset may have round-trips; every other one is refused."""
    path = f"runs/alice/mnist/exp0/files/{quote(name, errors='surrogatepass')}"

    found = ROUTES.resolve("GET", path)

    if reason_against_path(name):
        assert isinstance(found, Malformed | Nothing)
    else:
        assert isinstance(found, Found)
        assert dict(found.values)["path"] == name


@given(st.text(max_size=30))
def test_a_segment_never_becomes_two(raw):
    """Whatever a segment decodes to is one segment everywhere."""
    try:
        text = decode_segment(raw)
    except InvalidPath:
        return
    assert not {"/", "\\", "\0"} & set(text)
