"""Rows of metric series and their chunks.

New points become a piece of their own, which swallows the pieces before it that are
not more than twice as large: so a tail of n points is rewritten about log n times,
and is never more than a few pieces. A piece of 8,192 points is final.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from jupyter_artifacts.catalog.chunks import (
    POINTS,
    Columns,
    decode_chunk,
    encode_chunk,
    joined,
)
from jupyter_artifacts.catalog.schema import chunks, series
from jupyter_artifacts.catalog.summaries import SeriesState, pack_state, unpack_state

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_AT_ONCE: Final = 500  # series; a statement may name only so many
Names = tuple[str, str]
"""Group and name of a series."""


class SeriesRows:
    """Series of one experiment.

    Args:
        connection: within a transaction.
        experiment: row number of the experiment.
    """

    def __init__(self, connection: Connection, experiment: int) -> None:
        self._connection = connection
        self._experiment = experiment

    def states(self) -> dict[Names, tuple[int, SeriesState]]:
        """Return every series: its id and what its row says."""
        found = self._connection.execute(
            select(series).where(series.c.experiment == self._experiment)
        )
        return {
            (row.group_name, row.name): (row.id, unpack_state(row.state))
            for row in found
        }

    def add(
        self, batch: dict[Names, Columns], known: dict[Names, tuple[int, SeriesState]]
    ) -> dict[Names, SeriesState]:
        """Add points to series; those not among the `known` ones are made."""
        states, ids, changed = {}, {}, []
        for names, points in batch.items():
            series_id, state = known.get(names, (None, SeriesState()))
            state.take(points)
            states[names] = state
            if series_id is None:
                ids[self._made(names, state)] = points
            else:
                ids[series_id] = points
                changed.append({"the_id": series_id, "packed": pack_state(state)})
        if changed:
            self._connection.execute(
                update(series)
                .where(series.c.id == bindparam("the_id"))
                .values(state=bindparam("packed")),
                changed,
            )
        everything = list(ids.items())
        for at in range(0, len(everything), _AT_ONCE):
            self._append(dict(everything[at : at + _AT_ONCE]))
        return states

    def _made(self, names: Names, state: SeriesState) -> int:
        added = insert(series).values(
            experiment=self._experiment,
            group_name=names[0],
            name=names[1],
            state=pack_state(state),
        )
        result = self._connection.execute(added.returning(series.c.id))
        return int(result.scalar_one())

    def _append(self, added: dict[int, Columns]) -> None:
        c = chunks.c
        mine = c.series_id.in_(added)
        newest = self._connection.execute(
            select(c.series_id, func.max(c.number)).where(mine).group_by(c.series_id)
        )
        numbers = dict.fromkeys(added, 0)
        numbers.update((row[0], row[1] + 1) for row in newest)
        pieces = self._connection.execute(
            select(c.series_id, c.number, c.points, c.data)
            .where(mine, c.points < POINTS)
            .order_by(c.series_id, c.number.desc())
        )
        tails: dict[int, list[Any]] = defaultdict(list)
        for piece in pieces:
            tails[piece.series_id].append(piece)
        swallowed, rows = [], []
        for series_id, points in added.items():
            parts, size, number = [points], len(points), numbers[series_id]
            for piece in tails[series_id]:
                if piece.points > 2 * size:
                    break
                parts.append(decode_chunk(piece.data))
                size += piece.points
                number = piece.number
                swallowed.append({"the_id": series_id, "the_number": number})
            merged = joined(parts[::-1])
            rows += [
                _row(series_id, number + at, merged[at * POINTS : (at + 1) * POINTS])
                for at in range(-(-size // POINTS))
            ]
        if swallowed:
            self._connection.execute(
                delete(chunks).where(
                    c.series_id == bindparam("the_id"),
                    c.number == bindparam("the_number"),
                ),
                swallowed,
            )
        self._connection.execute(insert(chunks), rows)

    def points(
        self, series_id: int, first: int | None, last: int | None
    ) -> list[Columns]:
        """Return the chunks that may have points from step `first` to `last`."""
        c = chunks.c
        statement = select(c.data).where(c.series_id == series_id)
        if first is not None:
            statement = statement.where(c.last_step >= first)
        if last is not None:
            statement = statement.where(c.first_step <= last)
        found = self._connection.scalars(statement.order_by(c.number))
        return [decode_chunk(data) for data in found]


def _row(series_id: int, number: int, piece: Columns) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "number": number,
        "points": len(piece),
        "first_step": int(piece.steps.min()),
        "last_step": int(piece.steps.max()),
        "data": encode_chunk(piece),
    }
