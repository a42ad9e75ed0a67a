"""What of an experiment can be searched: two narrow tables, numbers and texts.

One row a value: a parameter, a noted value, a metric's last, least and greatest
value; of a long text its beginning. Names are those that queries write, kept once in
a dictionary of keys.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import delete, exists, insert, not_, or_, select, union

from jupyter_artifacts.catalog.documents import to_document
from jupyter_artifacts.catalog.schema import (
    experiments,
    index_number,
    index_text,
    keys,
)
from jupyter_artifacts.queries import Field
from jupyter_artifacts.records.base import (
    number_from_wire,
    value_from_wire,
    value_to_wire,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.runs import Experiment

MAX_FIELDS: Final = 200
_AT_ONCE: Final = 500  # old builds of SQLite take 999 values in a statement
MAX_TEXT: Final = 500  # PostgreSQL's indexes take about 2,700 bytes a row
"""How many characters of a text are kept here: what is beyond is not searched."""
NOTE: Final = "not_searchable"
"""Key of the metadata that says how many fields were left out of the index."""

_Entry = tuple[str, str, float | str]
"""Name of the field, its root, and the value."""

_WATCHED: Final = ("params", "metadata", "tags", "summary_metrics", "best_validation")


def same_fields(old: Experiment, new: Experiment) -> bool:
    """Whether nothing changed that the index holds (by identity, so it is quick)."""
    return all(getattr(old, name) is getattr(new, name) for name in _WATCHED)


def noted(experiment: Experiment) -> Experiment:
    """Return the experiment with a note in its metadata when fields are left out."""
    fields, left_out = _searchable(experiment)
    del fields
    if experiment.metadata.get(NOTE) == (left_out or None):
        return experiment
    metadata = {key: item for key, item in experiment.metadata.items() if key != NOTE}
    if left_out:
        metadata[NOTE] = left_out
    return replace(experiment, metadata=metadata)


def reindex(
    connection: Connection, seq: int, old: Experiment | None, new: Experiment
) -> None:
    """Make the index tables say of the experiment `seq` what `new` says."""
    before = set(_searchable(old)[0]) if old else set()
    after = set(_searchable(new)[0])
    gone, come = before - after, after - before
    ids = _key_ids(connection, gone | come)
    _delete(connection, seq, gone, ids)
    numbers, texts = [], []
    for name, _, value in come:
        row = {"key_id": ids[name], "experiment": seq}
        if isinstance(value, str):
            texts.append({**row, "value": value})
        else:
            nan = math.isnan(value)
            numbers.append({**row, "rank": int(nan), "value": 0.0 if nan else value})
    if numbers:
        connection.execute(insert(index_number), numbers)
    if texts:
        connection.execute(insert(index_text), texts)


def keys_of(connection: Connection, run_id: str) -> list[int]:
    """Return the keys that the experiments of a run have rows of."""
    mine = select(experiments.c.seq).where(experiments.c.run_id == run_id)
    numbers, texts = (
        select(table.c.key_id).where(table.c.experiment.in_(mine))
        for table in (index_number, index_text)
    )
    return list(connection.scalars(union(numbers, texts)))


def forget_unused(connection: Connection, ids: list[int]) -> None:
    """Delete those of the keys that no row has any more."""
    used = [
        exists().where(table.c.key_id == keys.c.id)
        for table in (index_number, index_text)
    ]
    for at in range(0, len(ids), _AT_ONCE):
        some = keys.c.id.in_(ids[at : at + _AT_ONCE])
        connection.execute(delete(keys).where(some, not_(or_(*used))))


def _delete(
    connection: Connection, seq: int, gone: set[_Entry], ids: dict[str, int]
) -> None:
    texts = [(name, value) for name, _, value in gone if isinstance(value, str)]
    numbers = [ids[name] for name, _, value in gone if not isinstance(value, str)]
    if numbers:
        connection.execute(
            delete(index_number).where(
                index_number.c.experiment == seq, index_number.c.key_id.in_(numbers)
            )
        )
    for name, text in texts:
        connection.execute(
            delete(index_text).where(
                index_text.c.experiment == seq,
                index_text.c.key_id == ids[name],
                index_text.c.value == text,
            )
        )


def _key_ids(connection: Connection, entries: set[_Entry]) -> dict[str, int]:
    roots = {name: root for name, root, _ in entries}
    found = _known_ids(connection, list(roots))
    missing = sorted(roots.keys() - found.keys())
    if missing:
        rows = [{"name": name, "root": roots[name]} for name in missing]
        connection.execute(insert(keys), rows)
        found |= _known_ids(connection, missing)
    return found


def _known_ids(connection: Connection, names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    found = connection.execute(
        select(keys.c.name, keys.c.id).where(keys.c.name.in_(names))
    )
    return {name: key for name, key in found}  # noqa: C416


def _searchable(experiment: Experiment) -> tuple[list[_Entry], int]:
    """Return what to index, and how many fields were left out."""
    entries: list[_Entry] = [("tags", "tags", tag) for tag in experiment.tags]
    taken = left_out = 0
    for group in _fields(experiment):
        if taken < MAX_FIELDS:
            taken += 1
            entries += [(name, root, _beginning(value)) for name, root, value in group]
        else:
            left_out += 1
    return entries, left_out


def _beginning(value: float | str) -> float | str:
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _fields(experiment: Experiment) -> Iterator[list[_Entry]]:
    for path, value in _leaves(value_from_wire(experiment.params), ()):
        yield [(str(Field("params", path)), "params", value)]
    yield from _metrics(experiment)
    for path, value in _leaves(value_from_wire(experiment.metadata), ()):
        if path != (NOTE,):
            yield [(str(Field("metadata", path)), "metadata", value)]


def _metrics(experiment: Experiment) -> Iterator[list[_Entry]]:
    searched = experiment.searcher_metric.removeprefix("-")
    for key, summary in experiment.summary_metrics.items():
        group, _, name = key.partition(".")
        field = str(Field("metrics", (group, name), "last"))
        entries: list[_Entry] = [
            (field, "metrics", number_from_wire(summary.last)),
            (f"{field}.min", "metrics", number_from_wire(summary.min)),
            (f"{field}.max", "metrics", number_from_wire(summary.max)),
        ]
        best = experiment.best_validation
        if key == searched and best is not None:
            entries.append((f"{field}.best", "metrics", number_from_wire(best)))
        yield entries


def _leaves(
    value: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], float | str]]:
    """Yield every number and text of a nested value; a list is its JSON text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list | tuple):
        yield path, to_document(value_to_wire(value))
    elif isinstance(value, str):
        yield path, value
    elif isinstance(value, bool | int | float):
        yield path, float(value)
