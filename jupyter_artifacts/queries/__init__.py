"""Queries: which experiments somebody means, in Python's expression syntax.

    user == "alice" and metrics.validation.accuracy > 0.9
    "cnn" in name and started > "-7d" and not state in ("ERRORED", "CANCELED")
    0.001 <= params["optim/lr"] < 0.1 or params.scheduler == None

Parsed with `ast`, never evaluated. What a comparison means:

- `==`, `!=`, `<`, … need a value: an experiment without the field matches none of
  them, and a text never equals a number (so `!=` between them holds).
- `field == None` matches experiments without the field, `!= None` those with it.
- NaN matches `== nan` and nothing else; `!= nan` matches every other value.
- True and False are 1 and 0.
- `not` is the complement: what an expression matches not, `not` of it does.
- `"text" in field` looks for a part of a text, `"tag" in tags` for a whole tag.
- `state == "ACTIVE"` means its four sub-states.
- `user` and `name` are compared ignoring case, as addresses are.
- Of a text in params and metadata the first 500 characters are searched and compared.
"""

from __future__ import annotations

from jupyter_artifacts.queries.fields import FIXED, Field, near, parse_field
from jupyter_artifacts.queries.parse import parse_query, parse_sort
from jupyter_artifacts.queries.tree import (
    And,
    Compare,
    Contains,
    Node,
    Not,
    OneOf,
    Or,
    Value,
    fields_of,
    print_query,
)

__all__ = [
    "FIXED",
    "And",
    "Compare",
    "Contains",
    "Field",
    "Node",
    "Not",
    "OneOf",
    "Or",
    "Value",
    "fields_of",
    "near",
    "parse_field",
    "parse_query",
    "parse_sort",
    "print_query",
]
