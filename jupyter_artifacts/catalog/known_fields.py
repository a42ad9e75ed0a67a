"""Which fields queries, sorting and columns may name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func, select

from jupyter_artifacts.catalog.schema import (
    experiments,
    index_number,
    index_text,
    keys,
)
from jupyter_artifacts.queries import FIXED, parse_field
from jupyter_artifacts.records.runs import Field

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

MAX_FIELDS: Final = 2_000
_CAP: Final = 10_000
_KINDS: Final = {"tags": "text", "duration": "number"}
_GROUPS: Final = ("params", "metrics", "metadata")
_STATS: Final = frozenset({"min", "max", "best"})


def known_fields(connection: Connection) -> list[Field]:
    """Return the fields that most experiments have, and those that all have.

    A metric is listed once; `.min`, `.max` and `.best` may follow its name. Of more
    than 2,000 fields the rarest are left out; queries may still name them, and those
    that are listed say how many of their group are not.
    """
    some = select(experiments.c.seq).limit(_CAP).subquery()
    everyone = connection.scalar(select(func.count()).select_from(some)) or 0
    fields = [
        Field(
            name=name,
            kind=_KINDS.get(kind, kind),
            column=name,
            group="run",
            experiments=everyone,
        )
        for name, kind in FIXED.items()
    ]
    found = sorted(_used(connection), key=lambda row: row.numbers + row.texts)
    left_out = Counter(row.root for row in found[:-MAX_FIELDS])
    below = [_field(row, left_out[row.root]) for row in found[-MAX_FIELDS:]]
    below.sort(key=lambda item: (_GROUPS.index(item.group), item.name))
    return fields + below


def _used(connection: Connection) -> list[Row[Any]]:
    """Return the keys that rows have, with how many; statistics left out."""
    numbers, texts = _counted(index_number), _counted(index_text)
    statement = select(
        keys.c.name,
        keys.c.root,
        numbers.label("numbers"),
        texts.label("texts"),
    ).where(keys.c.root != "tags")
    found = [row for row in connection.execute(statement) if row.numbers or row.texts]
    names = {row.name for row in found}
    return [row for row in found if not _is_statistic(row.name, names)]


def _counted(table: Any) -> ColumnElement[int]:
    """Return how many rows of an index table a key has, up to the cap.

    The whole table is not grouped: a common field has a row for each experiment.
    """
    mine = select(table.c.experiment).where(table.c.key_id == keys.c.id)
    some = mine.limit(_CAP).correlate(keys).subquery()
    return select(func.count()).select_from(some).correlate(keys).scalar_subquery()


def _is_statistic(name: str, names: set[str]) -> bool:
    """Whether it is e.g. `metrics.training.loss.min`, which goes with the metric's own.

    A metric that is itself called "min" has none to go with.
    """
    metric, _, statistic = name.rpartition(".")
    return statistic in _STATS and name.startswith("metrics") and metric in names


def _field(row: Row[Any], left_out: int) -> Field:
    return Field(
        name=row.name,
        kind="number" if row.numbers >= row.texts else "text",
        column=".".join(parse_field(row.name).path),
        group=row.root,
        experiments=min(_CAP, row.numbers + row.texts),
        left_out=left_out,
    )
