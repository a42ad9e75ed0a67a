"""A metric series in a few numbers, kept up to date as points come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from jupyter_artifacts.records.base import number_to_wire
from jupyter_artifacts.records.runs import Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jupyter_artifacts.catalog.chunks import Columns

_SPARKS: Final = 40


class SeriesState(msgspec.Struct):
    """What a series row says.

    Attributes:
        count: how many points.
        nonfinite: how many of them are NaN or an infinity.
        last: the value logged last.
        min: the smallest, NaN left out; NaN when there is none.
        max: the largest, NaN left out; NaN when there is none.
        last_step: the step logged last.
        max_step: the greatest step.
        width: how many points each of `sparks` stands for.
        sparks: the last value of each `width` points; one that is not finite wins,
            so that a diverged stretch is seen.
    """

    count: int = 0
    nonfinite: int = 0
    last: float = math.nan
    min: float = math.nan
    max: float = math.nan
    last_step: int = 0
    max_step: int = 0
    width: int = 1
    sparks: list[float] = []

    def take(self, points: Columns) -> None:
        """Take in further points."""
        if not len(points):
            return
        values = points.values
        self._spark(values)
        finite = np.isfinite(values)
        numbers = values if finite.all() else values[~np.isnan(values)]
        if len(numbers):
            least, greatest = float(numbers.min()), float(numbers.max())
            self.min = least if math.isnan(self.min) else min(self.min, least)
            self.max = greatest if math.isnan(self.max) else max(self.max, greatest)
        highest = int(points.steps.max())
        self.max_step = max(self.max_step, highest) if self.count else highest
        self.count += len(points)
        self.nonfinite += len(points) - int(finite.sum())
        self.last = float(values[-1])
        self.last_step = int(points.steps[-1])

    def _spark(self, values: NDArray[np.float64]) -> None:
        while math.ceil((self.count + len(values)) / self.width) > _SPARKS:
            pairs = [self.sparks[at : at + 2] for at in range(0, len(self.sparks), 2)]
            self.sparks = [_spark_of(np.array(pair)) for pair in pairs]
            self.width *= 2
        start = 0
        while start < len(values):
            bucket, filled = divmod(self.count + start, self.width)
            stop = min(len(values), start + self.width - filled)
            here = values[start:stop]
            if bucket < len(self.sparks):
                here = np.concatenate([[self.sparks[bucket]], here])
                self.sparks[bucket] = _spark_of(here)
            else:
                self.sparks.append(_spark_of(here))
            start = stop

    def summary(self) -> Summary:
        """Return it as experiments carry it."""
        return Summary(
            last=number_to_wire(self.last),
            min=number_to_wire(self.min),
            max=number_to_wire(self.max),
            last_step=self.last_step,
            count=self.count,
            nonfinite=self.nonfinite,
            # Six digits draw the same line, and make a page a third as large.
            spark=[number_to_wire(float(f"{value:.6g}")) for value in self.sparks],
        )


def _spark_of(values: NDArray[np.float64]) -> float:
    wild = values[~np.isfinite(values)]
    return float(wild[-1] if len(wild) else values[-1])


pack_state = msgspec.msgpack.Encoder().encode
unpack_state = msgspec.msgpack.Decoder(SeriesState).decode
