"""Rows of metric series and their chunks.

New points become a piece of their own, which swallows the pieces before it that are
not more than twice as large: so a tail of n points is rewritten about log n times,
and is never more than a few pieces. A piece of 8,192 points is final.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

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
        self, names: Names, known: tuple[int, SeriesState] | None, points: Columns
    ) -> SeriesState:
        """Add points to a series, made when it is not among the `known` ones."""
        if known is None:
            state = SeriesState()
            state.take(points)
            added = insert(series).values(
                experiment=self._experiment,
                group_name=names[0],
                name=names[1],
                state=pack_state(state),
            )
            result = self._connection.execute(added.returning(series.c.id))
            series_id = result.scalar_one()
        else:
            series_id, state = known
            state.take(points)
            self._connection.execute(
                update(series)
                .where(series.c.id == series_id)
                .values(state=pack_state(state))
            )
        self._append(series_id, points)
        return state

    def _append(self, series_id: int, points: Columns) -> None:
        c = chunks.c
        mine = c.series_id == series_id
        newest = self._connection.scalar(select(func.max(c.number)).where(mine))
        number = 0 if newest is None else newest + 1
        tail = self._connection.execute(
            select(c.number, c.points, c.data)
            .where(mine, c.points < POINTS)
            .order_by(c.number.desc())
        )
        parts, size = [points], len(points)
        for piece in tail.all():
            if piece.points > 2 * size:
                break
            parts.append(decode_chunk(piece.data))
            size += piece.points
            number = piece.number
        if len(parts) > 1:
            self._connection.execute(delete(chunks).where(mine, c.number >= number))
        merged = joined(parts[::-1])
        pieces = [merged[at : at + POINTS] for at in range(0, size, POINTS)]
        self._connection.execute(
            insert(chunks),
            [_row(series_id, number + at, piece) for at, piece in enumerate(pieces)],
        )

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
