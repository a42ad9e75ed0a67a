"""Fewer points of a series that draw the same line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

from jupyter_artifacts.records.metrics import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jupyter_artifacts.catalog.chunks import Columns
    from jupyter_artifacts.records.metrics import Series

_LEAST: Final = 3


def chosen_points(values: NDArray[np.float64], limit: int) -> NDArray[np.int64]:
    """Return the positions of at most about `limit` points, in their order.

    Every NaN and infinity is among them, however many, and the first, the last,
    the least and the greatest finite one.
    """
    wanted = max(limit, _LEAST)
    finite = np.flatnonzero(np.isfinite(values))
    wild = np.flatnonzero(~np.isfinite(values))
    if len(finite) > wanted:
        line = np.ascontiguousarray(values[finite])
        sampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
        picked = sampler.downsample(line, n_out=wanted)
        ends = [0, len(line) - 1, int(line.argmin()), int(line.argmax())]
        finite = finite[np.union1d(picked.astype(np.int64), ends)]
    return np.union1d(finite, wild).astype(np.int64)


def envelope(
    values: NDArray[np.float64], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and greatest value of the points each chosen one stands for.

    Those are the chosen point and what follows it, up to the next chosen one; NaN
    is left out where there is any number.
    """
    starts = chosen.copy()
    starts[0] = 0
    return np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)


def within(points: Columns, first: int | None, last: int | None) -> Columns:
    """Return the points with first <= step <= last."""
    if first is None and last is None:
        return points
    inside = np.ones(len(points), bool)
    if first is not None:
        inside &= points.steps >= first
    if last is not None:
        inside &= points.steps <= last
    return points[inside]


def sampled(series: Series, points: Columns, limit: int | None) -> Points:
    """Return the points, or at most about `limit` of them with their envelope."""
    total = len(points)
    low = high = None
    if limit is not None and total > limit:
        chosen = chosen_points(points.values, limit)
        if len(chosen) < total:
            low, high = envelope(points.values, chosen)
            points = points[chosen]
    return Points(
        series=series,
        steps=points.steps,
        times=points.times,
        values=points.values,
        total=total,
        low=low,
        high=high,
    )
