"""Reports sorted into columns, one for each series."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from jupyter_artifacts.catalog.chunks import Columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.records.metrics import Report

_Lists = tuple[list[int], list[float], list[float]]


def by_series(reports: Iterable[Report]) -> dict[str, dict[tuple[str, str], Columns]]:
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
    return {
        experiment: {
            names: Columns(
                np.array(steps, np.int64), np.array(times), np.array(values, np.float64)
            )
            for names, (steps, times, values) in mine.items()
        }
        for experiment, mine in lists.items()
    }
