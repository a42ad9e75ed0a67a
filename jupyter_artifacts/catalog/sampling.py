"""Fewer points of a series that draw the same line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 3


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
