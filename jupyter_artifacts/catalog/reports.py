"""Reports sorted into columns, one for each series."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from jupyter_artifacts.catalog.frames import decode_frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.catalog.chunks import Columns
    from jupyter_artifacts.records.metrics import Report

_Lists = tuple[list[int], list[float], list[float]]
Series: TypeAlias = "dict[tuple[str, str], Columns]"
"""Points by group and name."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a segment, ready to be taken in.

    Attributes:
        taken: how many bytes of the segment it is.
        series: points by experiment.
        damaged: bytes of damaged frames, by the experiment logged to beside them.
        lost: bytes of damaged frames that stand beside no sound one.
    """

    taken: int
    series: dict[str, Series] = field(default_factory=dict)
    damaged: dict[str, int] = field(default_factory=dict)
    lost: int = 0


def batch_of(data: bytes, *, more: bool = False, mend: bool = True) -> Batch:
    """Return the batch that `data` holds; see `decode_frames`."""
    reports, taken, damages = decode_frames(data, more=more, mend=mend)
    damaged: dict[str, int] = defaultdict(int)
    if not reports:
        return Batch(taken, lost=sum(size for _, size in damages))
    for before, size in damages:
        damaged[reports[max(0, before - 1)].experiment] += size
    return Batch(taken, by_series(reports), damaged)


def by_series(reports: Iterable[Report]) -> dict[str, Series]:
    """Return points by experiment, then by group and name, in the order logged."""
    lists: dict[str, dict[tuple[str, str], _Lists]] = defaultdict(dict)
    for report in reports:
        mine = lists[report.experiment]
        group, step, time = report.group, report.step, report.time
        for name, value in report.values.items():
            found = mine.get((group, name))
            if found is None:
                found = mine[group, name] = ([], [], [])
            found[0].append(step)
            found[1].append(time)
            found[2].append(value)
    import numpy as np  # a process that logs no metric goes without

    from jupyter_artifacts.catalog.chunks import Columns

    return {
        experiment: {
            names: Columns(
                np.array(steps, np.int64), np.array(times), np.array(values, np.float64)
            )
            for names, (steps, times, values) in mine.items()
        }
        for experiment, mine in lists.items()
    }
