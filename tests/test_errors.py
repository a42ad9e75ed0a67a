import pickle
import re

import pytest

from jupyter_artifacts import errors
from jupyter_artifacts.errors import ArtifactsError, InvalidQuery

ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ArtifactsError)
]
DRAWN = re.compile(
    r"^[ │├└─]*(?P<name>[A-Z]\w+)(?: +(?P<code>[a-z-]+) +(?P<status>\d+))?"
)


def _drawn() -> dict[str, tuple[str, str, str]]:
    """Return name → (parent, code, status) of the tree in the module's docstring."""
    tree = (errors.__doc__ or "").split("\n\n")[1]
    above: list[tuple[int, str]] = []
    found = {}
    for line in tree.splitlines():
        match = DRAWN.match(line)
        assert match, line
        depth = match.start("name")
        while above and above[-1][0] >= depth:
            above.pop()
        parent = above[-1][1] if above else ""
        found[match["name"]] = (parent, match["code"] or "", match["status"] or "")
        above.append((depth, match["name"]))
    return found


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    """Names, parents, codes and statuses, so that the picture never lies."""
    actual = {
        kind.__name__: (kind.__bases__[0].__name__, kind.code, str(kind.status))
        for kind in ALL
    }
    actual["ArtifactsError"] = ("", "", "")
    assert _drawn() == actual


def test_codes_are_unique_and_stable_words():
    """A program tells errors apart by their code alone."""
    codes = [kind.code for kind in ALL]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind is not InvalidQuery])
def test_an_error_crosses_process_borders(kind):
    """Message, address and hint survive pickling, for every class."""
    error = kind("it failed: no reason", address="alice:mnist", hint="try again")
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(back) is kind
    assert (back.message, back.address, back.hint) == (
        "it failed: no reason",
        "alice:mnist",
        "try again",
    )
    assert str(back) == "alice:mnist: it failed: no reason (try again)"


def test_a_query_error_still_points_after_crossing():
    """The place in the query is part of the error."""
    error = InvalidQuery("no such field", query="foo > 1", column=0, length=3, hint="h")
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (back.column, back.length) == (0, 3)
    assert str(back) == "no such field\n  foo > 1\n  ^^^\nh"
    assert str(back) == str(error)


def test_an_error_without_address_and_hint_is_its_message():
    """No empty brackets, no lone colon."""
    assert str(ArtifactsError("it failed")) == "it failed"


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InvalidRequest", ValueError),
        ("Refused", PermissionError),
        ("NotFound", LookupError),
        ("Gone", LookupError),
        ("WouldOverwrite", FileExistsError),
        ("NoSpace", OSError),
        ("NotWritable", OSError),
    ],
)
def test_who_knows_only_python_can_catch_them(name, builtin):
    """Each is the built-in error that people expect."""
    assert issubclass(getattr(errors, name), builtin)
