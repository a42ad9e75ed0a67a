"""The fields of an experiment by the names that queries and columns give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.records.base import number_from_wire, value_from_wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_artifacts.records.runs import Experiment, Summary

_MOST_PARAMS: Final = 3
_MOST_METRICS: Final = 3


def joined_name(root: str, *parts: str) -> str:
    """Return the name of a field; a part that is no identifier goes by index."""
    return root + "".join(
        f".{part}" if part.isidentifier() else f'["{part}"]' for part in parts
    )


def params_of(experiment: Experiment) -> dict[str, Any]:
    """Return the parameters by the names of their fields, nested ones flat."""
    return dict(_flat("params", value_from_wire(experiment.params)))


def metrics_of(experiment: Experiment) -> dict[str, Summary]:
    """Return the metrics by the names of their fields."""
    return {
        joined_name("metrics", *name.split(".", 1)): summary
        for name, summary in experiment.summary_metrics.items()
    }


def curve_of(summary: Summary) -> list[float]:
    """Return the values a sparkline shows."""
    return [number_from_wire(value) for value in summary.spark]


def default_columns(experiments: Sequence[Experiment]) -> list[str]:
    """Return the parameters that differ and the metrics that most have."""
    params = _frequent([params_of(experiment) for experiment in experiments])
    metrics = _frequent([metrics_of(experiment) for experiment in experiments])
    values = [params_of(experiment) for experiment in experiments]
    differing = [
        name for name in params if len({repr(row.get(name)) for row in values}) > 1
    ]
    rest = [name for name in params if name not in differing]
    return [*differing, *rest][:_MOST_PARAMS] + metrics[:_MOST_METRICS]


def head_of(column: str) -> str:
    """Return what a table's head says for a field."""
    for root in ("params.", "metrics."):
        if column.startswith(root):
            return column.removeprefix(root)
    return column


def _flat(name: str, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        inner = joined_name(name, str(key))
        if isinstance(value, dict) and value:
            yield from _flat(inner, value)
        else:
            yield inner, value


def _frequent(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names, those that most rows have first."""
    counts: dict[str, int] = {}
    for row in rows:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: -counts[name])
