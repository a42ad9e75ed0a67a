"""Search: which experiments, in which order, one page at a time.

The planner knows nothing of how rare a value is, so the driving index is chosen
here: each condition that must hold is counted in its index, up to a cap. When few
experiments match the rarest one, those are looked at one by one; else the index of
the sort order is walked and every condition checked on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select

from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.filters import Conditions, key_ids, plain_column
from jupyter_artifacts.catalog.schema import experiments, index_number, index_text
from jupyter_artifacts.catalog.upkeep import read_experiment
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.queries import (
    FIXED,
    And,
    Compare,
    Contains,
    Field,
    Node,
    OneOf,
    fields_of,
    parse_query,
    parse_sort,
)
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.runs import Experiment

TOTAL_CAP: Final = 10_000
_FEW: Final = 1_000


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended, and what its listing began with."""

    phase: int
    value: float | str | None
    seq: int
    now: float
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class _Phase:
    """Rows that are sorted by `value` (by their number alone where it is None)."""

    statement: Select[Any]
    value: ColumnElement[Any] | None
    seq: ColumnElement[Any]


def search(
    connection: Connection,
    query: str,
    *,
    sort: str,
    limit: int,
    cursor: str | None,
    now: float,
) -> Page[Experiment]:
    """Return a page of the experiments that `query` selects; see `ExperimentRows`."""
    if limit < 1:
        msg = f"a page of {limit} is no page"
        raise InvalidRequest(msg, hint="ask for 1 to 1,000")
    tree = parse_query(query)
    field, descending = parse_sort(sort) or (Field("started"), True)
    listing = f"{query}\0{sort}"
    place = from_cursor(listing, cursor, _Place) if cursor is not None else None
    now = place.now if place else now
    ids = key_ids(connection, fields_of(tree) if tree else (), query)
    ids |= key_ids(connection, [field], sort)
    selection = _Selection(connection, tree, Conditions(ids, now))
    total, capped = (place.total, place.capped) if place else selection.total()
    key = None if field.root in FIXED else ids[str(field)]
    phases = list(_phases(field, key, descending=descending, now=now))
    start = place.phase if place else 0
    rows: list[tuple[int, Any]] = []
    for number, phase in enumerate(phases):
        if number < start or len(rows) > limit:
            continue
        statement = phase.statement.where(*selection.where(phase))
        if place and number == start:
            statement = statement.where(_after(phase, place, descending=descending))
        order = [phase.seq] if phase.value is None else [phase.value, phase.seq]
        if descending:
            order = [item.desc() for item in order]
        page = statement.order_by(*order).limit(limit + 1 - len(rows))
        rows += [(number, row) for row in connection.execute(page)]
    following = None
    if len(rows) > limit:
        number, row = rows[limit - 1]
        ours = _Place(number, row.sort_value, row.seq, now, total, capped)
        following = to_cursor(listing, ours)
    return Page(
        items=[read_experiment(row.doc) for _, row in rows[:limit]],
        cursor=following,
        total=total,
        total_capped=capped,
    )


def _after(phase: _Phase, place: _Place, *, descending: bool) -> ColumnElement[bool]:
    value, seq = place.value, place.seq
    beyond = phase.seq < seq if descending else phase.seq > seq
    if phase.value is None or value is None:
        return beyond
    if descending:
        return and_(phase.value <= value, or_(phase.value < value, beyond))
    return and_(phase.value >= value, or_(phase.value > value, beyond))


def _phases(
    field: Field, key: int | None, *, descending: bool, now: float
) -> Iterator[_Phase]:
    """Yield the parts of the order: values, then NaN, then missing ones."""
    e = experiments.c
    none = null().label("sort_value")
    if key is None:
        column = plain_column(field, now)
        ranked = select(e.seq, e.doc, column.label("sort_value"))
        yield _Phase(ranked.where(column.is_not(None)), column, e.seq)
        missing = select(e.seq, e.doc, none).where(column.is_(None))
        yield _Phase(missing, None, e.seq)
        return
    n, t = index_number.c, index_text.c
    numbers = (
        select(e.seq, e.doc, n.value.label("sort_value"))
        .join(index_number, n.experiment == e.seq)
        .where(n.key_id == key)
    )
    texts = (
        select(e.seq, e.doc, t.value.label("sort_value"))
        .join(index_text, t.experiment == e.seq)
        .where(t.key_id == key)
    )
    valued = [
        _Phase(numbers.where(n.rank == 0), n.value, n.experiment),
        _Phase(texts, t.value, t.experiment),
    ]
    yield from reversed(valued) if descending else valued
    yield _Phase(
        select(e.seq, e.doc, none)
        .join(index_number, n.experiment == e.seq)
        .where(n.key_id == key, n.rank == 1),
        None,
        n.experiment,
    )
    number, text = index_number.alias(), index_text.alias()
    present = [
        select(table.c.experiment)
        .where(table.c.key_id == key, table.c.experiment == e.seq)
        .correlate(experiments)
        .exists()
        for table in (number, text)
    ]
    missing = select(e.seq, e.doc, none).where(~present[0], ~present[1])
    yield _Phase(missing, None, e.seq)


class _Selection:
    """What a query selects: its conditions, and how to count them."""

    def __init__(
        self, connection: Connection, tree: Node | None, conditions: Conditions
    ) -> None:
        self._connection = connection
        self._conditions = conditions
        self._parts = list(_conjuncts(tree)) if tree else []
        self._driver: Select[Any] | None = None
        self._driven: Node | None = None
        self._rarest = TOTAL_CAP + 1
        self._few: list[int] | None = None
        self._probe()

    def _probe(self) -> None:
        for part in self._parts:
            statement = self._rows_of(part)
            if statement is None:
                continue
            some = statement.limit(TOTAL_CAP + 1).subquery()
            count = self._connection.scalar(select(func.count()).select_from(some)) or 0
            if self._driver is None or count < self._rarest:
                self._driver, self._driven, self._rarest = statement, part, count
        if self._driver is not None and self._rarest <= _FEW:
            self._few = list(self._connection.scalars(self._driver))

    def _rows_of(self, part: Node) -> Select[Any] | None:
        if not isinstance(part, Compare | OneOf | Contains):
            return None
        if part.field.root == "user" and isinstance(part, Compare):
            return select(experiments.c.seq).where(self._conditions.of(part))
        if part.field.root in FIXED and part.field.root != "tags":
            return None
        nothing = part.value is None if isinstance(part, Compare) else False
        if nothing or (isinstance(part, OneOf) and None in part.values):
            return None
        statements = self._conditions.rows_of(part)
        return statements[0] if len(statements) == 1 else None

    def total(self) -> tuple[int, bool]:
        """Return how many there are, counted up to the cap, and whether it is more."""
        rest = [part for part in self._parts if part is not self._driven]
        if self._driver is not None and not rest:
            count = self._rarest
        else:
            conditions = [self._conditions.of(part) for part in rest]
            statement = select(experiments.c.seq).where(*conditions)
            if self._driver is not None:
                driver = self._driver.subquery()
                here = driver.c[0] == experiments.c.seq
                statement = statement.join(driver, here)
            some = statement.limit(TOTAL_CAP + 1).subquery()
            count = self._connection.scalar(select(func.count()).select_from(some)) or 0
        return min(count, TOTAL_CAP), count > TOTAL_CAP

    def where(self, phase: _Phase) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions for one phase of the order."""
        if self._few is not None:
            yield experiments.c.seq.in_(self._few)
            if phase.seq is not experiments.c.seq:
                yield phase.seq.in_(self._few)
        for part in self._parts:
            if self._few is None or part is not self._driven:
                yield self._conditions.of(part)


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, And):
        for operand in tree.operands:
            yield from _conjuncts(operand)
    else:
        yield tree
