"""The static form of a metric plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.base import number_from_wire
from jupyter_artifacts.widgets.forms.drawing import Curve, chart, color_of
from jupyter_artifacts.widgets.forms.markup import (
    Markup,
    drawing_image,
    element,
    joined,
)
from jupyter_artifacts.widgets.forms.page import dot, page, small_print, table
from jupyter_artifacts.widgets.forms.text import (
    curve_text,
    moment_text,
    number_text,
    table_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.records.metrics import Points

_BARS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Plotted:
    """What a plot showed at one moment.

    Attributes:
        runs: addresses that were asked for.
        metrics: e.g. "training.loss".
        points: of every series found.
        moment: when.
    """

    runs: Sequence[str]
    metrics: Sequence[str]
    points: Sequence[Points]
    moment: float


def plot_html(plotted: Plotted) -> Markup:
    """Return one chart a metric, each with a legend that names the last values."""
    charts = [_chart(metric, plotted) for metric in plotted.metrics]
    return page(*charts, small_print(*_notes(plotted)))


def plot_text(plotted: Plotted) -> str:
    """Return the curves as rows of bars, for a terminal."""
    rows = [
        [points.series.experiment, _name(points), _bars(points), _last(points)]
        for points in plotted.points
    ]
    heads = ["Experiment", "Metric", "Curve", "Last"]
    shown = table_text(heads, rows) if rows else _empty(plotted.metrics, plotted)
    return f"{shown}\n{' · '.join(note for note in _notes(plotted) if note)}"


def _chart(metric: str, plotted: Plotted) -> Markup:
    found = [points for points in plotted.points if _name(points) == metric]
    title = element("div", metric, style="font-weight:bold;margin-top:6px")
    if not found:
        return joined(title, element("div", _empty([metric], plotted)))
    curves = [
        Curve(points.series.experiment, points.steps.tolist(), points.values.tolist())
        for points in found
    ]
    svg, width, height = chart(curves, "step")
    text = "; ".join(
        f"{curve.label} ends at {_last(points)}"
        for curve, points in zip(curves, found, strict=True)
    )
    legend = [
        [joined(dot(color_of(index)), " ", points.series.experiment), _last(points)]
        for index, points in enumerate(found)
    ]
    said = f"{metric}: {text}"
    image = drawing_image(svg, said, width, height, max_width="100%")
    return joined(title, image, table(["Experiment", "Last"], legend, frozenset({1})))


def _empty(metrics: Sequence[str], plotted: Plotted) -> str:
    return f"No points of {', '.join(metrics)} in {', '.join(plotted.runs)}"


def _notes(plotted: Plotted) -> tuple[str, ...]:
    shown = sum(len(points.steps) for points in plotted.points)
    total = sum(points.total for points in plotted.points)
    nonfinite = sum(points.series.nonfinite for points in plotted.points)
    return (
        f"{shown:,} of {total:,} points",
        f"{nonfinite:,} of them NaN or infinite, left as gaps" if nonfinite else "",
        f"as of {moment_text(plotted.moment)}",
    )


def _name(points: Points) -> str:
    return f"{points.series.group}.{points.series.name}"


def _last(points: Points) -> str:
    return number_text(number_from_wire(points.series.last))


def _bars(points: Points) -> str:
    every = max(1, -(-len(points.values) // _BARS))
    return curve_text(points.values[::every].tolist())
