"""Metric reports, series and their points."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.base import Number, Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_GROUP: Final = 128
MAX_NAME: Final = 250
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def reason_against_group(group: str) -> str:
    """Return why no group of metrics can have this name, or "" when one can."""
    if "." in group:
        return "a dot ends the group, as in training.loss"
    if any(unicodedata.category(each) in _UNPRINTABLE for each in group):
        return "it holds a control character"
    return _reason_against(group, MAX_GROUP)


def reason_against_name(name: str) -> str:
    """Return why no metric can have this name, or "" when one can.

    Control characters are shown escaped; what no database can hold is refused.
    """
    if any(each == "\0" or "\ud800" <= each <= "\udfff" for each in name):
        return "it holds NUL or half a character"
    return _reason_against(name, MAX_NAME)


def _reason_against(text: str, most: int) -> str:
    if not text:
        return "it is empty"
    if len(text) > most:
        return f"it has {len(text)} characters, more than {most}"
    return ""


class Report(Record, frozen=True, kw_only=True):
    """Metrics of one group at one step: what one `log` call says.

    Attributes:
        experiment: the experiment's id.
        group: "training", "validation", any other.
        step: steps completed.
        time: when.
        values: metric name → value.
    """

    experiment: str
    group: str
    step: int
    time: float
    values: dict[str, float]


class Series(Record, frozen=True, kw_only=True):
    """A metric series of one experiment.

    Attributes:
        experiment: address.
        group: e.g. "training".
        name: e.g. "loss".
        labels: {} but for profiler series.
        count: how many points.
        last: the value logged last.
        last_step: the step logged last.
        min: smallest, NaN left out.
        max: largest, NaN left out.
        nonfinite: how many points are NaN or an infinity.
    """

    experiment: str
    group: str
    name: str
    labels: dict[str, str] = {}
    count: int = 0
    last: Number = "NaN"
    last_step: int = 0
    min: Number = "NaN"
    max: Number = "NaN"
    nonfinite: int = 0


class SeriesPoints(Record, frozen=True, kw_only=True):
    """How the points of one series lie in a points reply.

    The reply of `POST metrics/points` is binary: 4 bytes little-endian length of
    a JSON header (a `PointsHeader`), the header padded with spaces to a multiple
    of 8, then float64 arrays, little-endian, in the order of `series`: for each,
    steps[shown], times[shown], values[shown], and when `sampled` also low[shown]
    and high[shown] (the envelope of all points that the shown one stands for).

    Attributes:
        series: which one, with its whole count.
        total: points in the asked range.
        shown: points in this reply.
        sampled: whether shown < total.
    """

    series: Series
    total: int
    shown: int
    sampled: bool


class PointsHeader(Record, frozen=True, kw_only=True):
    """The JSON header of a points reply."""

    series: list[SeriesPoints]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Points of one series, in the order they were logged. Not for the wire.

    Attributes:
        series: which one, with its whole count.
        steps: int64[shown].
        times: float64[shown], seconds since 1970.
        values: float64[shown], NaN and infinities as they were logged.
        total: points in the asked range.
        low: float64[shown], least value of the points each shown one stands for;
            None when nothing was left out.
        high: float64[shown], the greatest; None when nothing was left out.
    """

    series: Series
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    total: int
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
