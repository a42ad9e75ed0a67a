"""Metrics: take in reports, list series, give points."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import InvalidRequest, Refused, TooLarge
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import AtExperiment, experiment_at
from jupyter_artifacts.operations.ranges import Offset, PointCount, Step
from jupyter_artifacts.operations.table import (
    MAKE,
    SEE,
    Body,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.metrics import (
    Points,
    PointsHeader,
    Series,
    SeriesPoints,
    reason_against_group,
    reason_against_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.rows import Batch, Rows
    from jupyter_artifacts.records.runs import Experiment

MAX_SERIES = 1000
MAX_REPORT = 4 << 20
MAX_POINTS = 5_000_000
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,80}")
_CHUNK = 1 << 20


class WhichSeries(Record, frozen=True, kw_only=True):
    """A metric series: the experiment's address, the group, the name."""

    experiment: str
    group: str
    name: str


class AskPoints(Record, frozen=True, kw_only=True):
    """Which points.

    Attributes:
        series: which series, at most 1,000.
        limit: about so many points a series at most, at least 10; None for every one.
        first: least step; None for the beginning.
        last: greatest step; None for the end.
    """

    series: list[WhichSeries]
    limit: PointCount | None = None
    first: Step | None = None
    last: Step | None = None


class Frames(Record, frozen=True, kw_only=True):
    """Where the raw frames belong.

    Attributes:
        segment: id of the segment file.
        offset: where in it the frames begin.
    """

    segment: str
    offset: Offset


class Ingested(Record, frozen=True, kw_only=True):
    """How far a segment is taken in."""

    offset: int


@operation("metrics.series", "GET runs/{user}/{run}/exp{number}/metrics", needs=SEE)
def series(ctx: Context, ask: AtExperiment) -> list[Series]:
    """Return every metric series of an experiment."""
    with ctx.catalog.read() as rows:
        return rows.metrics.series(experiment_at(rows, ask).id)


@operation("metrics.points", "POST metrics/points", needs=SEE, kind=Kind.BYTES)
def points(ctx: Context, ask: AskPoints) -> Content:
    """Return points of series: every one, or as many as a plot can show."""
    if len(ask.series) > MAX_SERIES:
        msg = f"at most {MAX_SERIES} series at once, not {len(ask.series)}"
        raise InvalidRequest(msg, hint="ask in several requests")
    seen: set[WhichSeries] = set()
    for wanted in ask.series:
        if wanted in seen:
            msg = f"{wanted.group}.{wanted.name} is asked for twice"
            raise InvalidRequest(msg, address=wanted.experiment, hint="ask once")
        seen.add(wanted)
    return _binary(read_points(ctx, ask, most=MAX_POINTS))


def read_points(
    ctx: Context, ask: AskPoints, *, most: int | None = None
) -> list[Points]:
    """Return the points themselves, one `Points` a series, in the order asked for.

    Args:
        ctx: of who asks.
        ask: which points.
        most: so many points in all, or `TooLarge`; None for any number.
    """
    left = most
    whole = ask.limit is None and ask.first is None and ask.last is None
    counts: dict[str, dict[tuple[str, str], int]] = {}
    with ctx.catalog.read() as rows:
        found: list[Points] = []
        for wanted in ask.series:
            place = parse_address(wanted.experiment, me=ctx.actor.handle)
            place = place.of_experiment()
            experiment = rows.experiments.get(
                place.user, place.run, place.experiment or 0
            )
            if left is not None and whole:
                if experiment.id not in counts:
                    counts[experiment.id] = _counts(rows, experiment.id)
                there = counts[experiment.id].get((wanted.group, wanted.name), 0)
                _spend(left, there, experiment)
            points_of_it = rows.metrics.points(
                experiment.id,
                wanted.group,
                wanted.name,
                first=ask.first,
                last=ask.last,
                limit=ask.limit,
            )
            if left is not None:
                left = _spend(left, len(points_of_it.steps), experiment)
            found.append(points_of_it)
        return found


def _counts(rows: Rows, experiment_id: str) -> dict[tuple[str, str], int]:
    """Return how many points the series have: known before any of them is read."""
    found = rows.metrics.series(experiment_id)
    return {(each.group, each.name): each.count for each in found}


def _spend(left: int, points: int, experiment: Experiment) -> int:
    if points > left:
        msg = f"these are more than {MAX_POINTS:,} points in one answer"
        hint = "ask for fewer series, for steps from first to last, or with a limit"
        raise TooLarge(msg, address=experiment.address, hint=hint)
    return left - points


def _binary(found: list[Points]) -> Content:
    header = msgspec.json.encode(
        PointsHeader(
            series=[
                SeriesPoints(
                    series=each.series,
                    total=each.total,
                    shown=len(each.steps),
                    sampled=each.low is not None,
                )
                for each in found
            ]
        )
    )
    padded = header + b" " * (-(len(header) + 4) % 8)
    out = io.BytesIO()
    out.write(len(padded).to_bytes(4, "little"))
    out.write(padded)
    for each in found:
        for array in (each.steps, each.times, each.values, each.low, each.high):
            if array is not None:
                out.write(array.astype("<f8").tobytes())
    body = out.getvalue()

    def read(start: int, length: int) -> Iterator[bytes]:
        for at in range(start, start + length, _CHUNK):
            yield body[at : min(at + _CHUNK, start + length)]

    return Content(
        size=len(body),
        media_type="application/octet-stream",
        etag="",
        filename="points.bin",
        modified=0.0,
        local_path=None,
        read=read,
    )


@operation("metrics.report", "POST metrics/reports", needs=MAKE)
def report(ctx: Context, ask: Frames, body: Body) -> Ingested:
    """Take in frames of a segment of mine; the same frames twice count once."""
    frames = _frames(body)
    with ctx.catalog.read() as rows:
        # before the write lock is taken: nobody waits while this is decoded
        batch = rows.metrics.prepare(frames, mend=False)
    _check(batch, ask)
    if frames and not batch.taken:
        msg = f"no whole frame begins at byte {ask.offset} of the segment"
        raise InvalidRequest(msg, address=ask.segment, hint="send them again")
    with ctx.catalog.write() as rows:
        known = rows.metrics.segment(ask.segment)
        if known is not None and known != ("", ctx.actor.handle):
            msg = "this segment is not yours to report"
            hint = "report segments of your own, under ids of your own"
            raise Refused(msg, address=ask.segment, hint=hint)
        rows.metrics.open_segment(ask.segment, "", ctx.actor.handle)
        offset = rows.metrics.ingest(ask.segment, ask.offset, batch)
    return Ingested(offset=offset)


def _frames(body: Body) -> bytes:
    size = body.path.stat().st_size if body.path else len(body.content or b"")
    if size > MAX_REPORT:
        msg = f"{size:,} bytes of metrics are too many at once"
        hint = f"send whole frames of at most {MAX_REPORT:,} bytes together"
        raise TooLarge(msg, hint=hint)
    return body.read()


def _check(batch: Batch, ask: Frames) -> None:
    """Refuse what `log` would refuse, and ids that nobody can tell apart."""
    reason = "" if _SEGMENT.fullmatch(ask.segment) else "its id is no segment's"
    for group, name in {names for each in batch.series.values() for names in each}:
        if against := reason_against_group(group):
            reason = f"{group!r} cannot be a group of metrics: {against}"
        elif against := reason_against_name(name):
            reason = f"{name!r} cannot be the name of a metric: {against}"
    if reason:
        msg = f"these metrics cannot be taken in: {reason}"
        raise InvalidRequest(msg, address=ask.segment[:80])
