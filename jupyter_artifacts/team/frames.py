"""Rows as pandas DataFrames."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.records.base import number_from_wire, value_from_wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from jupyter_artifacts.records.metrics import Points
    from jupyter_artifacts.records.runs import Experiment


def frame_of_experiments(experiments: Iterable[Experiment]) -> pd.DataFrame:
    """Return one row an experiment.

    Columns: experiment, user, run, state, started, ended, duration (s), tags,
    source, files, bytes, then params.<name> and metrics.<group>.<name> (last value).
    """
    import pandas as pd

    rows = [_row(experiment) for experiment in experiments]
    columns = dict.fromkeys(
        [*_row_head_columns(), *(name for row in rows for name in row)]
    )
    return pd.DataFrame(rows, columns=list(columns))


def _row_head_columns() -> tuple[str, ...]:
    return (
        "experiment",
        "user",
        "run",
        "state",
        "started",
        "ended",
        "duration",
        "tags",
        "source",
        "files",
        "bytes",
    )


def _row(experiment: Experiment) -> dict[str, Any]:
    row: dict[str, Any] = {
        "experiment": experiment.address,
        "user": experiment.user,
        "run": experiment.run,
        "state": experiment.state.value,
        "started": _when(experiment.started),
        "ended": _when(experiment.ended),
        "duration": experiment.ran(time.time()),
        "tags": ", ".join(experiment.tags),
        "source": experiment.source,
        "files": experiment.file_count,
        "bytes": experiment.artifact_bytes,
    }
    for name, value in flat_params(value_from_wire(experiment.params)).items():
        row[f"params.{name}"] = value
    for name, summary in experiment.summary_metrics.items():
        row[f"metrics.{name}"] = number_from_wire(summary.last)
    return row


def _when(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def flat_params(params: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Return nested params with dotted names."""
    flat: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, dict) and value:
            flat.update(flat_params(value, f"{above}{name}."))
        else:
            flat[f"{above}{name}"] = value
    return flat


def frame_of_points(found: Iterable[Points]) -> pd.DataFrame:
    """Return one row a point: experiment, group, name, step, time, value."""
    import pandas as pd

    frames = [
        pd.DataFrame(
            {
                "experiment": points.series.experiment,
                "group": points.series.group,
                "name": points.series.name,
                "step": points.steps,
                "time": pd.to_datetime(points.times, unit="s", utc=True),
                "value": points.values,  # noqa: PD011 - a field of ours
            }
        )
        for points in found
    ]
    if not frames:
        names = ["experiment", "group", "name", "step", "time", "value"]
        return pd.DataFrame({name: [] for name in names})
    return pd.concat(frames, ignore_index=True)
