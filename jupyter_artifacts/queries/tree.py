"""What a query says, as a tree, and the tree as text."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.queries.fields import Field

Value = float | str | bool | None


@dataclass(frozen=True, slots=True)
class Compare:
    """`field operator value`, operator one of == != < <= > >=."""

    field: Field
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """`field in (value, …)`: equal to one of them."""

    field: Field
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """`"text" in field`: a part of a text, or a whole tag."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The complement."""

    operand: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    operands: tuple[Node, ...]


Node = Compare | OneOf | Contains | Not | And | Or


def fields_of(node: Node) -> Iterator[Field]:
    """Yield every field that the tree names, from left to right."""
    if isinstance(node, Compare | OneOf | Contains):
        yield node.field
    elif isinstance(node, Not):
        yield from fields_of(node.operand)
    else:
        for operand in node.operands:
            yield from fields_of(operand)


def print_query(node: Node) -> str:
    """Return a text that parses to this tree."""
    if isinstance(node, Compare):
        return f"{node.field} {node.operator} {print_value(node.value)}"
    if isinstance(node, OneOf):
        values = ", ".join(print_value(value) for value in node.values)
        return f"{node.field} in [{values}]"
    if isinstance(node, Contains):
        return f"{print_value(node.text)} in {node.field}"
    if isinstance(node, Not):
        return f"not {_inner(node.operand)}"
    word = " and " if isinstance(node, And) else " or "
    return word.join(_inner(operand) for operand in node.operands)


def _inner(node: Node) -> str:
    text = print_query(node)
    return text if isinstance(node, Compare | OneOf | Contains) else f"({text})"


def print_value(value: Value) -> str:
    """Return the value as a query writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return repr(value)
