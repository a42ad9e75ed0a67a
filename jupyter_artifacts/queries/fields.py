"""The fields that a query may name."""

from __future__ import annotations

import ast
import difflib
import json
import keyword
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXED: Final = {
    "user": "text",
    "name": "text",
    "state": "state",
    "tags": "tags",
    "source": "text",
    "started": "time",
    "ended": "time",
    "duration": "duration",
    "artifact_bytes": "number",
}
"""Fields that every experiment has, and of what kind they are."""

ROOTS: Final = ("params", "metrics", "metadata")
STATS: Final = ("last", "min", "max", "best")
_METRIC_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `root`, the names below it and, for a metric, which number.

    Attributes:
        root: one of `FIXED` or `ROOTS`.
        path: names below the root; of a metric its group and name.
        stat: one of `STATS` for a metric, else "".
        column: where the query names it.
        length: how many characters long it is there.
    """

    root: str
    path: tuple[str, ...] = ()
    stat: str = ""
    column: int = field(default=0, compare=False)
    length: int = field(default=1, compare=False)

    @property
    def kind(self) -> str:
        """Return "text", "state", "tags", "time", "duration", "number" or "any"."""
        return FIXED.get(self.root) or ("number" if self.stat else "any")

    def __str__(self) -> str:
        """Return the field as a query writes it, shortest form."""
        below = "".join(_part(name) for name in self.path)
        stat = f".{self.stat}" if self.stat not in {"", "last"} else ""
        return f"{self.root}{below}{stat}"


def _part(name: str) -> str:
    plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return f".{name}" if plain else f"[{json.dumps(name, ensure_ascii=False)}]"


def read_field(node: ast.expr, query: str, column: int, length: int) -> Field:
    """Return the field that a node of the syntax tree names.

    Raises:
        InvalidQuery: when it names none.
    """
    names: list[str] = []
    below = node
    while not isinstance(below, ast.Name):
        if isinstance(below, ast.Attribute):
            names.append(below.attr)
        elif isinstance(below, ast.Subscript) and _is_text(below.slice):
            names.append(ast.literal_eval(below.slice))
        else:
            msg = "a field was expected here"
            hint = "compare a field with a value, e.g. params.lr < 0.1; names that"
            hint += ' are no identifiers go in brackets: params["optim/lr"]'
            raise InvalidQuery(
                msg, query=query, column=column, length=length, hint=hint
            )
        below = below.value
    names.reverse()
    found = Field(below.id, tuple(names), column=column, length=length)
    return _checked(found, query)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _checked(found: Field, query: str) -> Field:
    root, path = found.root, found.path
    if root not in FIXED and root not in ROOTS:
        choices = near(root, [*FIXED, *ROOTS]) or [*FIXED, *ROOTS]
        hint = f"did you mean {' or '.join(choices)}?"
        raise _refusal(f"there is no field {root!r}", found, query, hint)
    if root in FIXED:
        if path:
            msg = f"{root!r} has nothing below it"
            raise _refusal(msg, found, query, f"write {root}")
        return found
    if not path:
        example = "metrics.training.loss" if root == "metrics" else f"{root}.lr"
        hint = f"name what is meant, e.g. {example}"
        raise _refusal(f"{root!r} alone is no field", found, query, hint)
    return _checked_metric(found, query) if root == "metrics" else found


def _checked_metric(found: Field, query: str) -> Field:
    group_and_name, rest = found.path[:_METRIC_PARTS], found.path[_METRIC_PARTS:]
    if len(group_and_name) == _METRIC_PARTS and not rest:
        stat = "last"
    elif len(rest) == 1 and rest[0] in STATS:
        stat = rest[0]
    else:
        msg = "a metric is metrics.<group>.<name>, then nothing or one of "
        msg += ", ".join(STATS)
        hint = 'a name with a dot goes in brackets: metrics["training"]["a.b"]'
        raise _refusal(msg, found, query, hint)
    return Field("metrics", group_and_name, stat, found.column, found.length)


def _refusal(message: str, found: Field, query: str, hint: str) -> InvalidQuery:
    return InvalidQuery(
        message, query=query, column=found.column, length=found.length, hint=hint
    )


def parse_field(text: str) -> Field:
    """Return the field written as `text`.

    Raises:
        InvalidQuery: when it is none.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        msg = f"{text!r} is no field"
        hint = 'write e.g. params.lr, or params["optim/lr"]'
        raise InvalidQuery(msg, query=text, length=len(text), hint=hint) from None
    return read_field(node, text, 0, len(text))


def near(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` of the known names that look like `name`."""
    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=count, cutoff=0.5)
    return [by_lower[item] for item in found]
