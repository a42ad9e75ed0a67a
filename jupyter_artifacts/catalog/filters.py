"""A query's tree → conditions of SQL."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from jupyter_artifacts.catalog.comparing import (
    ANY_CASE,
    OPERATORS,
    in_any_case,
    position_in,
)
from jupyter_artifacts.catalog.indexing import MAX_TEXT
from jupyter_artifacts.catalog.schema import (
    experiments,
    index_number,
    index_text,
    keys,
)
from jupyter_artifacts.errors import InvalidQuery
from jupyter_artifacts.queries import (
    FIXED,
    And,
    Compare,
    Contains,
    Field,
    Node,
    Not,
    OneOf,
    Value,
    near,
)
from jupyter_artifacts.queries.literals import states_named
from jupyter_artifacts.queries.times import resolve_duration, resolve_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

_NOWHERE: Final = -1


def key_ids(
    connection: Connection, fields: Iterable[Field], query: str
) -> dict[str, int]:
    """Return the keys of the fields, by name.

    Raises:
        InvalidQuery: when no experiment ever had such a field.
    """
    wanted = {str(field): field for field in fields if _indexed(field)}
    bases = {name: str(_base(field)) for name, field in wanted.items()}
    names = {*wanted, *bases.values()}
    found = connection.execute(
        select(keys.c.name, keys.c.id).where(keys.c.name.in_(names))
    )
    ids = {row.name: row.id for row in found}
    for name, field in wanted.items():
        if name in ids:
            continue
        # A metric without a direction has no `.best`; nobody may have tags yet.
        if bases[name] not in ids and name != "tags":
            raise _unknown(connection, field, query)
        ids[name] = _NOWHERE
    return ids


def _indexed(field: Field) -> bool:
    return field.root not in FIXED or field.root == "tags"


def _base(field: Field) -> Field:
    return Field(field.root, field.path, "last" if field.stat else "")


def _unknown(connection: Connection, field: Field, query: str) -> InvalidQuery:
    alike = select(keys.c.name).where(keys.c.root == field.root)
    choices = near(str(_base(field)), connection.scalars(alike))
    hint = f"did you mean {' or '.join(choices)}?" if choices else ""
    return InvalidQuery(
        f"no experiment has {field}",
        query=query,
        column=field.column,
        length=field.length,
        hint=hint or f"none has any {field.root} of a similar name",
    )


def plain_column(field: Field, now: float) -> ColumnElement[Any]:
    """Return the column, or sum of columns, of one of the fixed fields."""
    if field.root == "duration":
        end = func.coalesce(experiments.c.ended, literal(now, Double))
        return end - experiments.c.started
    column: ColumnElement[Any] = experiments.c[field.root]
    return column


class Conditions:
    """Compiles nodes of one query.

    Args:
        ids: of the fields' keys, see `key_ids`.
        now: what relative times count from.
    """

    def __init__(self, ids: dict[str, int], now: float) -> None:
        self._ids = ids
        self._now = now

    def of(self, node: Node) -> ColumnElement[bool]:
        """Return the condition on `experiments`; it is never NULL."""
        if isinstance(node, Not):
            return not_(self.of(node.operand))
        if isinstance(node, And):
            return and_(*(self.of(operand) for operand in node.operands))
        if not isinstance(node, Compare | OneOf | Contains):
            return or_(*(self.of(operand) for operand in node.operands))
        if not _indexed(node.field):
            any_case = node.field.root in ANY_CASE
            return in_any_case(node) if any_case else self._plain(node)
        if isinstance(node, Compare) and node.value is None:
            missing = and_(not_(self._any_number(node)), not_(self._any_text(node)))
            return missing if node.operator == "==" else not_(missing)
        tests = [
            statement.where(statement.selected_columns[0] == experiments.c.seq)
            .correlate(experiments)
            .exists()
            for statement in self.rows_of(node)
        ]
        found: ColumnElement[bool] = or_(false(), *tests)
        if isinstance(node, OneOf) and None in node.values:
            found = or_(found, self.of(Compare(node.field, "==", None)))
        return found

    def _any_number(self, node: Compare) -> ColumnElement[bool]:
        table = index_number
        return (
            self._rows(table, node)
            .where(table.c.experiment == experiments.c.seq)
            .correlate(experiments)
            .exists()
        )

    def _any_text(self, node: Compare) -> ColumnElement[bool]:
        table = index_text
        return (
            self._rows(table, node)
            .where(table.c.experiment == experiments.c.seq)
            .correlate(experiments)
            .exists()
        )

    def _rows(self, table: Any, node: Compare | OneOf | Contains) -> Select[Any]:
        key = self._ids[str(node.field)]
        return select(table.c.experiment).where(table.c.key_id == key)

    def rows_of(self, node: Compare | OneOf | Contains) -> list[Select[Any]]:
        """Return statements on the index whose experiments together match `node`."""
        numbers = self._rows(index_number, node)
        texts = self._rows(index_text, node)
        rank, number, text = (
            index_number.c.rank,
            index_number.c.value,
            index_text.c.value,
        )
        if isinstance(node, Contains):
            if node.field.kind == "tags":
                return [texts.where(text == node.text)]
            return [texts.where(position_in(text, node.text) > 0)]
        if isinstance(node, OneOf):
            return _one_of(numbers, texts, node.values)
        operate = OPERATORS[node.operator]
        if isinstance(node.value, str):
            found = [texts.where(operate(text, node.value[:MAX_TEXT]))]
            return (
                [*found, numbers.where(rank == 0)] if node.operator == "!=" else found
            )
        value = float(node.value or 0)
        if math.isnan(value) and node.operator == "==":
            return [numbers.where(rank == 1)]
        # Every number differs from NaN.
        there = true() if math.isnan(value) else operate(number, value)
        found = [numbers.where(rank == 0, there)]
        return [*found, texts] if node.operator == "!=" else found

    def _plain(self, node: Compare | OneOf | Contains) -> ColumnElement[bool]:
        column = plain_column(node.field, self._now)
        if isinstance(node, Contains):
            return position_in(column, node.text) > 0
        if isinstance(node, OneOf):
            values = [
                item for value in node.values for item in self._known(node, value)
            ]
            found = and_(column.is_not(None), column.in_(values))
            return or_(found, column.is_(None)) if None in node.values else found
        if node.value is None:
            return column.is_(None) if node.operator == "==" else column.is_not(None)
        values = self._known(node, node.value)
        if node.operator == "==":
            return and_(column.is_not(None), column.in_(values))
        if node.operator == "!=":
            return and_(column.is_not(None), column.not_in(values))
        return and_(column.is_not(None), OPERATORS[node.operator](column, values[0]))

    def _known(self, node: Compare | OneOf, value: Value) -> list[float | str]:
        """Return what a column may hold to equal `value`; nothing equals NaN."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return []
        if not isinstance(value, str):
            return [float(value)]
        if node.field.kind == "state":
            return [state.value for state in states_named(value)]
        resolved: float | str | None = value
        if node.field.kind == "time":
            resolved = resolve_time(value, self._now)
        if node.field.kind == "duration":
            resolved = resolve_duration(value)
        return [] if resolved is None else [resolved]


def _one_of(
    numbers: Select[Any], texts: Select[Any], values: tuple[Value, ...]
) -> list[Select[Any]]:
    wanted = [value[:MAX_TEXT] for value in values if isinstance(value, str)]
    floats = [float(v) for v in values if not isinstance(v, str) and v is not None]
    finite = [value for value in floats if not math.isnan(value)]
    statements = []
    if finite:
        among = index_number.c.value.in_(finite)
        statements.append(numbers.where(index_number.c.rank == 0, among))
    if len(finite) < len(floats):
        statements.append(numbers.where(index_number.c.rank == 1))
    if wanted:
        statements.append(texts.where(index_text.c.value.in_(wanted)))
    return statements
