"""Metric series: taking in segments, and reading points back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from jupyter_artifacts.catalog.best import checkpoint_steps, with_best_checkpoint
from jupyter_artifacts.catalog.chunks import Columns, joined
from jupyter_artifacts.catalog.events import EventRows
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.reports import by_series
from jupyter_artifacts.catalog.sampling import sampled, within
from jupyter_artifacts.catalog.schema import segments
from jupyter_artifacts.catalog.segments import decode_frames, read_frames
from jupyter_artifacts.catalog.series_rows import SeriesRows
from jupyter_artifacts.catalog.summaries import SeriesState, with_validation
from jupyter_artifacts.catalog.upkeep import (
    find_experiment,
    keep_experiment,
    need_experiment,
)
from jupyter_artifacts.errors import InvalidRequest, Refused
from jupyter_artifacts.queries import Field
from jupyter_artifacts.records.base import number_to_wire
from jupyter_artifacts.records.metrics import Series

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.metrics import Points, Report

_PROFILER: Final = "profiler"
_Batch = dict[tuple[str, str], Columns]


class MetricRows:
    """Metric series, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tails: dict[str, _Batch] | None = None

    def open_segment(self, segment_id: str, path: str, user: str) -> None:
        """Register a segment file, ingested up to offset 0. Twice is the same."""
        known = select(segments.c.id).where(segments.c.id == segment_id)
        if self._connection.scalar(known) is None:
            self._connection.execute(
                insert(segments).values(id=segment_id, path=path, user=user, ingested=0)
            )

    def ingest(self, segment_id: str, offset: int, frames: bytes) -> int:
        """Take in whole frames that begin at `offset`; return the offset reached.

        When the segment was ingested up to another offset already, nothing is taken
        in and that offset is returned: so nothing doubles.

        Raises:
            NotFound: when no such segment was opened.
            Refused: when it reports on an experiment of somebody else.
        """
        segment = self._connection.execute(
            select(segments).where(segments.c.id == segment_id)
        ).first()
        if segment is None:
            msg = f"there is no open segment {segment_id}"
            raise not_found(msg, address=segment_id)
        if segment.ingested != offset:
            return int(segment.ingested)
        reports, taken = decode_frames(frames)
        for experiment_id, batch in by_series(reports).items():
            self._take(experiment_id, batch, segment.user)
        self._connection.execute(
            update(segments)
            .where(segments.c.id == segment_id)
            .values(ingested=offset + taken)
        )
        self._tails = None
        return offset + taken

    def _take(self, experiment_id: str, batch: _Batch, user: str) -> None:
        found = find_experiment(self._connection, experiment_id)
        if found is None:
            # Somebody deleted the run while its process still logs.
            return
        seq, old = found
        if old.user.lower() != user.lower():
            msg = f"{user} reports metrics of an experiment of {old.user}"
            raise Refused(msg, address=old.address)
        rows = SeriesRows(self._connection, seq)
        known = rows.states()
        summaries = dict(old.summary_metrics)
        batches = old.total_batches_processed
        for (group, name), points in batch.items():
            state = rows.add((group, name), known.get((group, name)), points)
            summaries[f"{group}.{name}"] = state.summary()
            if group != _PROFILER:
                batches = max(batches, state.max_step)
        new = replace(old, summary_metrics=summaries, total_batches_processed=batches)
        if old.searcher_metric:
            new = with_validation(new)
            group, _, name = old.searcher_metric.removeprefix("-").partition(".")
            steps = list(checkpoint_steps(self._connection, seq).values())
            validated = batch.get((group, name))
            if validated and np.isin(validated.steps, steps).any():
                new = with_best_checkpoint(self._connection, seq, new)
        keep_experiment(self._connection, seq, old, new)
        step = {"step": new.total_batches_processed}
        EventRows(self._connection).add(
            "metrics", "changed", new.address, time.time(), step
        )

    def segments(self) -> list[tuple[str, str, int, str]]:
        """Return (id, path, ingested offset, user) of the segments not yet closed."""
        found = self._connection.execute(select(segments).order_by(segments.c.id))
        return [(row.id, row.path, row.ingested, row.user) for row in found]

    def close_segment(self, segment_id: str) -> None:
        """Forget a segment that is ingested to its end and has no writer."""
        self._connection.execute(delete(segments).where(segments.c.id == segment_id))

    def series(self, experiment_id: str) -> list[Series]:
        """Return every series of an experiment, unsealed tails included."""
        seq, experiment = need_experiment(self._connection, experiment_id)
        states = SeriesRows(self._connection, seq).states()
        tails = self._tails_of(experiment_id)
        return [
            self._series(experiment.address, names, states, tails)
            for names in sorted(states.keys() | tails.keys())
        ]

    def _series(
        self,
        address: str,
        names: tuple[str, str],
        states: dict[tuple[str, str], tuple[int, SeriesState]],
        tails: _Batch,
    ) -> Series:
        state = states[names][1] if names in states else SeriesState()
        if names in tails:
            state.take(tails[names])
        return Series(
            experiment=address,
            group=names[0],
            name=names[1],
            count=state.count,
            last=number_to_wire(state.last),
            last_step=state.last_step,
            min=number_to_wire(state.min),
            max=number_to_wire(state.max),
            nonfinite=state.nonfinite,
        )

    def points(
        self,
        experiment_id: str,
        group: str,
        name: str,
        *,
        first: int | None = None,
        last: int | None = None,
        limit: int | None = None,
    ) -> Points:
        """Return points with first <= step <= last, unsealed tails included.

        With a `limit`, at most about that many, keeping extremes and every NaN and
        infinity, with the envelope. `NotFound` names the series there are.
        """
        seq, experiment = need_experiment(self._connection, experiment_id)
        rows = SeriesRows(self._connection, seq)
        states = rows.states()
        tails = self._tails_of(experiment_id)
        names = (group, name)
        if names not in states and names not in tails:
            there = sorted(states.keys() | tails.keys())
            known = [str(Field("metrics", item, "last"))[8:] for item in there]
            msg = (
                f"it has no metric {group}.{name}; it has {', '.join(known) or 'none'}"
            )
            wanted = f"{group}.{name}"
            raise not_found(msg, address=experiment.address, name=wanted, known=known)
        parts = rows.points(states[names][0], first, last) if names in states else []
        if names in tails:
            parts.append(tails[names])
        found = within(joined(parts), first, last)
        series = self._series(experiment.address, names, states, tails)
        return sampled(series, found, limit)

    def _tails_of(self, experiment_id: str) -> _Batch:
        """Return what segment files hold of an experiment that no row has yet."""
        if self._tails is None:
            reports: list[Report] = []
            for _, path, offset, _ in self.segments():
                if path:  # a segment without one lies on another machine
                    reports += _unread(path, offset)
            self._tails = by_series(reports)
        return self._tails.get(experiment_id, {})


def _unread(path: str, offset: int) -> list[Report]:
    reports: list[Report] = []
    try:
        while frames := read_frames(path, offset):
            found, taken = decode_frames(frames)
            reports += found
            offset += taken
            if not taken:
                break
    except FileNotFoundError:
        # Its process ended, and another one has just closed it.
        return []
    except PermissionError:
        # It is another login's, whose own process takes it in.
        return []
    except InvalidRequest:
        # Who ingests it says so; one damaged file must not hide every plot.
        return reports
    return reports
