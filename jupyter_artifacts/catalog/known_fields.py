"""Which fields queries, sorting and columns may name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, select

from jupyter_artifacts.catalog.schema import (
    experiments,
    index_number,
    index_text,
    keys,
)
from jupyter_artifacts.queries import FIXED, parse_field
from jupyter_artifacts.records.runs import Field

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_CAP: Final = 10_000
_KINDS: Final = {"tags": "text", "duration": "number"}


def known_fields(connection: Connection) -> list[Field]:
    """Return every field that at least one experiment has.

    A metric is listed once; `.min`, `.max` and `.best` may follow its name.
    """
    everyone = _count(connection, select(experiments.c.seq))
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
    found = connection.execute(select(keys).where(keys.c.root != "tags"))
    below = []
    for key in found.all():
        field = parse_field(key.name)
        if field.stat in {"min", "max", "best"}:
            continue
        numbers = _count(connection, _having(index_number, key.id))
        texts = _count(connection, _having(index_text, key.id))
        if numbers or texts:
            below.append(
                Field(
                    name=key.name,
                    kind="number" if numbers >= texts else "text",
                    column=".".join(field.path),
                    group=field.root,
                    experiments=min(_CAP, numbers + texts),
                )
            )
    order = ("params", "metrics", "metadata")
    return fields + sorted(below, key=lambda item: (order.index(item.group), item.name))


def _having(table: Any, key_id: int) -> Select[Any]:
    return select(table.c.experiment).where(table.c.key_id == key_id)


def _count(connection: Connection, statement: Select[Any]) -> int:
    some = statement.limit(_CAP).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0
