"""What a searcher's metric says of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from jupyter_artifacts.records.base import number_from_wire, number_to_wire

if TYPE_CHECKING:
    from jupyter_artifacts.records.runs import Experiment


def with_validation(experiment: Experiment) -> Experiment:
    """Return the experiment with what its searcher's metric says of it."""
    metric = experiment.searcher_metric
    summary = experiment.summary_metrics.get(metric.removeprefix("-"))
    if summary is None:
        return replace(
            experiment,
            best_validation=None,
            latest_validation=None,
            searcher_metric_value=None,
        )
    smaller = metric.startswith("-")
    best = summary.min if smaller else summary.max
    signed = -number_from_wire(best) if smaller else number_from_wire(best)
    return replace(
        experiment,
        best_validation=best,
        latest_validation=summary.last,
        searcher_metric_value=number_to_wire(signed),
    )
