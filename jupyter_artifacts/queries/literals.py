"""The values in a query, and which values a field can be compared with."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidQuery
from jupyter_artifacts.queries.times import (
    DURATION_HINT,
    TIME_HINT,
    resolve_duration,
    resolve_time,
)
from jupyter_artifacts.records.states import ACTIVE, STOPPING, State

if TYPE_CHECKING:
    from jupyter_artifacts.queries.fields import Field
    from jupyter_artifacts.queries.tree import Value

_NAMES: Final = {"nan": math.nan, "inf": math.inf}
_EQUALITY: Final = {"==", "!="}


def is_literal(node: ast.expr) -> bool:
    """Whether this node of the syntax tree is a value and no field."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return is_literal(node.operand)
    if isinstance(node, ast.Name):
        return node.id in _NAMES
    return isinstance(node, ast.Constant)


def read_value(node: ast.expr, query: str, column: int, length: int) -> Value:
    """Return the value that a node of the syntax tree is.

    Raises:
        InvalidQuery: when it is none that a query can hold.
    """
    sign = 1
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign = -sign if isinstance(node.op, ast.USub) else sign
        node = node.operand
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bool):
            break
    else:
        if isinstance(node, ast.Name) and node.id in _NAMES:
            return sign * _NAMES[node.id]
        if isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, bool | str) or value is None:
                return value
            if isinstance(value, int | float):
                return _number(sign * value, query, column, length)
    msg = "this is no value"
    hint = 'values are numbers, "texts", True, False, None, nan and inf'
    raise InvalidQuery(msg, query=query, column=column, length=length, hint=hint)


def _number(value: float, query: str, column: int, length: int) -> float:
    try:
        return float(value)
    except OverflowError:
        msg = "this number is too large"
        raise InvalidQuery(
            msg, query=query, column=column, length=length, hint="write inf"
        ) from None


def check_value(field: Field, operator: str, value: Value) -> str:
    """Return "" when `field operator value` makes sense, else what to write."""
    if (value is None or isinstance(value, bool)) and operator not in _EQUALITY:
        return f"{value} can be compared by == and != only"
    if value is None:
        return ""
    if isinstance(value, float) and math.isnan(value) and operator not in _EQUALITY:
        return "nan can be compared by == and != only"
    return _check_kind(field, operator, value)


def _check_kind(field: Field, operator: str, value: float | str) -> str:  # noqa: PLR0911
    kind = field.kind
    if kind == "tags":
        return 'write "tag" in tags'
    if kind == "state":
        return _check_state(operator, value)
    if kind == "text":
        return "" if isinstance(value, str) else f'{field} is a text: write "{value:g}"'
    if kind == "time":
        known = not isinstance(value, str) or resolve_time(value, 0.0) is not None
        return "" if known else TIME_HINT
    if kind == "duration":
        known = not isinstance(value, str) or resolve_duration(value) is not None
        return "" if known else DURATION_HINT
    if kind == "number" and isinstance(value, str):
        return f"{field} is a number"
    return ""


def _check_state(operator: str, value: float | str) -> str:
    if operator not in _EQUALITY:
        return "a state can be compared by == and != only"
    if isinstance(value, str) and states_named(value):
        return ""
    return f"states are {', '.join([*State, 'ACTIVE'])}"


_TOGETHER: Final = {
    "ACTIVE": sorted(ACTIVE),
    "STOPPED": [State.CANCELED],
    "STOPPING": sorted(STOPPING),
}


def states_named(text: str) -> list[State]:
    """Return the states that a query calls `text`; [] when there is none.

    "ACTIVE" is the name of its four sub-states together; "Stopped" and "Stopping"
    are what tables say for CANCELED and for the ways towards an end.
    """
    name = text.upper()
    if name in _TOGETHER:
        return _TOGETHER[name]
    return [State(name)] if name in State.__members__ else []
