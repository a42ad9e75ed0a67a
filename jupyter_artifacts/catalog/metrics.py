"""Metric series: taking in segments, and reading points back."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from jupyter_artifacts.catalog.best import checkpoint_steps, with_best_checkpoint
from jupyter_artifacts.catalog.chunks import Columns, joined
from jupyter_artifacts.catalog.events import EventRows
from jupyter_artifacts.catalog.frames import decode_frames
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.reports import Batch, batch_of, by_series
from jupyter_artifacts.catalog.sampling import sampled, within
from jupyter_artifacts.catalog.schema import experiments, segments
from jupyter_artifacts.catalog.segments import may_hold, read_frames
from jupyter_artifacts.catalog.series_rows import SeriesRows
from jupyter_artifacts.catalog.summaries import SeriesState
from jupyter_artifacts.catalog.upkeep import (
    find_experiment,
    keep_experiment,
    need_experiment,
)
from jupyter_artifacts.catalog.validation import with_validation
from jupyter_artifacts.errors import Refused
from jupyter_artifacts.queries import Field
from jupyter_artifacts.records.base import number_to_wire
from jupyter_artifacts.records.metrics import Series

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from jupyter_artifacts.records.metrics import Points, Report
    from jupyter_artifacts.records.runs import Experiment

_PROFILER: Final = "profiler"
_Batch = dict[tuple[str, str], Columns]
DAMAGED: Final = "damaged_metric_bytes"
"""What the metadata of an experiment calls the metrics that cannot be read."""


class MetricRows:
    """Metric series, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: list[tuple[str, str, int, str]] | None = None
        self._tails: dict[str, dict[str, _Batch]] = {}

    def open_segment(self, segment_id: str, path: str, user: str) -> None:
        """Register a segment file, ingested up to offset 0. Twice is the same."""
        known = select(segments.c.id).where(segments.c.id == segment_id)
        if self._connection.scalar(known) is None:
            self._connection.execute(
                insert(segments).values(id=segment_id, path=path, user=user, ingested=0)
            )

    def segment(self, segment_id: str) -> tuple[str, str] | None:
        """Return path and user of a segment not yet closed; None when there is none."""
        c = segments.c
        found = self._connection.execute(
            select(c.path, c.user).where(c.id == segment_id)
        ).first()
        return (found.path, found.user) if found else None

    def prepare(self, frames: bytes, *, mend: bool = True) -> Batch:
        """Return the whole frames at the beginning of `frames`, to be taken in.

        Nothing is asked of the rows, so that no lock is held meanwhile.

        Args:
            frames: of a segment.
            mend: whether to go on behind a damaged frame.
        """
        return batch_of(frames, mend=mend)

    def ingest(self, segment_id: str, offset: int, frames: bytes | Batch) -> int:
        """Take in whole frames that begin at `offset`; return the offset reached.

        When the segment was ingested up to another offset already, nothing is taken
        in and that offset is returned: so nothing doubles. What is damaged is noted
        on the experiment.

        Raises:
            NotFound: when no such segment was opened.
            Refused: when it reports on an experiment of somebody else; nothing is
                taken in then.
        """
        segment = self._connection.execute(
            select(segments).where(segments.c.id == segment_id)
        ).first()
        if segment is None:
            msg = f"there is no open segment {segment_id}"
            raise not_found(msg, address=segment_id)
        if segment.ingested != offset:
            return int(segment.ingested)
        batch = frames if isinstance(frames, Batch) else batch_of(frames)
        for seq, old in self._allowed(batch, segment.user):
            self._take(seq, old, batch)
        reached = offset + batch.taken
        self._connection.execute(
            update(segments).where(segments.c.id == segment_id).values(ingested=reached)
        )
        self._open, self._tails = None, {}
        return reached

    def note_damage(self, experiment_id: str, size: int) -> None:
        """Note bytes of metrics that cannot be read on an experiment."""
        found = find_experiment(self._connection, experiment_id)
        if found is not None and size:
            self._take(*found, Batch(0, damaged={experiment_id: size}))

    def _allowed(self, batch: Batch, user: str) -> list[tuple[int, Experiment]]:
        """Return the experiments that a batch reports on, which must be the user's."""
        found = []
        for experiment_id in batch.series:
            known = find_experiment(self._connection, experiment_id)
            if known is None:
                # Somebody deleted the run while its process still logs.
                continue
            owner = known[1].user
            if owner.lower() != user.lower():
                msg = f"{user} reports metrics of an experiment of {owner}"
                raise Refused(msg, address=known[1].address)
            found.append(known)
        return found

    def _take(self, seq: int, old: Experiment, batch: Batch) -> None:
        points = batch.series.get(old.id, {})
        rows = SeriesRows(self._connection, seq)
        states = rows.add(points, rows.states()) if points else {}
        summaries = dict(old.summary_metrics)
        batches = old.total_batches_processed
        for (group, name), state in states.items():
            summaries[f"{group}.{name}"] = state.summary()
            if group != _PROFILER:
                batches = max(batches, state.max_step)
        new = replace(old, summary_metrics=summaries, total_batches_processed=batches)
        if damaged := batch.damaged.get(old.id, 0):
            before = old.metadata.get(DAMAGED, 0)
            total = damaged + (before if isinstance(before, int) else 0)
            new = replace(new, metadata={**old.metadata, DAMAGED: total})
        if old.searcher_metric:
            new = with_validation(new)
            group, _, name = old.searcher_metric.removeprefix("-").partition(".")
            steps = list(checkpoint_steps(self._connection, seq).values())
            validated = points.get((group, name))
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
        if self._open is None:
            self._open = self.segments()
        run_id = self._connection.scalar(
            select(experiments.c.run_id).where(experiments.c.id == experiment_id)
        )
        parts: dict[tuple[str, str], list[Columns]] = defaultdict(list)
        for identity, path, offset, _ in self._open:
            # a segment without a path lies on another machine
            if not path or not may_hold(identity, str(run_id)):
                continue
            if identity not in self._tails:
                self._tails[identity] = by_series(_unread(path, offset))
            for names, points in self._tails[identity].get(experiment_id, {}).items():
                parts[names].append(points)
        return {names: joined(found) for names, found in parts.items()}


def _unread(path: str, offset: int) -> list[Report]:
    reports: list[Report] = []
    more = True
    try:
        while more:
            data, more = read_frames(path, offset)
            found, taken, _ = decode_frames(data, more=more)
            reports += found
            offset += taken
    except FileNotFoundError:
        # Its process ended, and another one has just closed it.
        return []
    except PermissionError:
        # It is another login's, whose own process takes it in.
        return []
    return reports
