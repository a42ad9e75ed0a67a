"""Comparing columns with values: operators, parts of texts, names in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Integer, false, func, not_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from jupyter_artifacts.catalog.schema import experiments, runs
from jupyter_artifacts.queries import Compare, Contains, OneOf, Value

if TYPE_CHECKING:
    from collections.abc import Callable

ANY_CASE: Final = frozenset({"user", "name"})
"""Fields whose values are compared ignoring case."""

OPERATORS: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "==": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


class position_in(GenericFunction[int]):  # noqa: N801
    """Where the second text stands in the first, from 1; 0 when nowhere."""

    type = Integer()
    inherit_cache = True


@compiles(position_in, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(position_in)
def _elsewhere(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


def in_any_case(node: Compare | OneOf | Contains) -> ColumnElement[bool]:
    """Return the condition on a column that no row lacks, cases made the same."""
    column: ColumnElement[str] = experiments.c[node.field.root]
    lowered = func.lower(column)
    if isinstance(node, Contains):
        return position_in(lowered, node.text.lower()) > 0

    def same(value: Value) -> ColumnElement[bool]:
        if not isinstance(value, str):
            return false()
        if node.field.root == "user":
            return column == _as_spelled(value)
        return lowered == value.lower()

    if isinstance(node, OneOf):
        return or_(false(), *map(same, node.values))
    if node.operator == "==":
        return same(node.value)
    if node.operator == "!=":
        return not_(same(node.value))
    return OPERATORS[node.operator](lowered, str(node.value).lower())


def _as_spelled(user: str) -> ColumnElement[str]:
    """Return a user's name as the rows spell it, so that their index still serves."""
    theirs = select(runs.c.user).where(runs.c.user_key == user.lower()).limit(1)
    return func.coalesce(theirs.scalar_subquery(), user)
