"""Curves as SVG: a sparkline, and a chart with axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.widgets.forms.markup import MUTED, Markup, element, joined
from jupyter_artifacts.widgets.forms.text import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLORS: Final = (
    "#1976d2",
    "#ef6c00",
    "#388e3c",
    "#8e24aa",
    "#00838f",
    "#d81b60",
    "#8d6e63",
    "#7e8a00",
)
"""Distinct on white and on dark, also for those who see no red and green."""

DASHES: Final = (None, "6 3", "2 3")
"""A second way to tell the curves apart, once the colours are used up."""

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_SPARK: Final = (64, 18)
_CHART: Final = (640, 280)
_MARGIN: Final = (12, 12, 30, 56)
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart."""

    label: str
    steps: Sequence[float]
    values: Sequence[float]


def color_of(index: int) -> str:
    """Return the colour of the curve of that index."""
    return COLORS[index % len(COLORS)]


def dash_of(index: int) -> str | None:
    """Return how the curve of that index is dashed; None for a full line."""
    return DASHES[index // len(COLORS) % len(DASHES)]


def sparkline(values: Sequence[float], color: str = MUTED) -> tuple[Markup, int, int]:
    """Return a small curve without axes, its width and its height."""
    width, height = _SPARK
    scale = _Scale.over([(range(len(values)), values)], (1, width - 1), (height - 2, 2))
    lines = _lines(range(len(values)), values, scale, color, None)
    return _svg(width, height, *lines), width, height


def chart(curves: Sequence[Curve], x_label: str) -> tuple[Markup, int, int]:
    """Return curves over a common pair of axes, its width and its height."""
    width, height = _CHART
    top, right, bottom, left = _MARGIN
    scale = _Scale.over(
        [(curve.steps, curve.values) for curve in curves],
        (left, width - right),
        (height - bottom, top),
    )
    lines = [
        line
        for index, curve in enumerate(curves)
        for line in _lines(
            curve.steps, curve.values, scale, color_of(index), dash_of(index)
        )
    ]
    return _svg(width, height, *_axes(scale, x_label), *lines), width, height


@dataclass(frozen=True, slots=True)
class _Scale:
    """From data to pixels."""

    low: tuple[float, float]
    high: tuple[float, float]
    x_pixels: tuple[float, float]
    y_pixels: tuple[float, float]

    @classmethod
    def over(
        cls,
        curves: Sequence[tuple[Sequence[float], Sequence[float]]],
        x_pixels: tuple[float, float],
        y_pixels: tuple[float, float],
    ) -> _Scale:
        points = [
            (x, y)
            for xs, ys in curves
            for x, y in zip(xs, ys, strict=True)
            if math.isfinite(y)
        ] or [(0.0, 0.0)]
        xs, ys = zip(*points, strict=True)
        return cls((min(xs), min(ys)), (max(xs), max(ys)), x_pixels, y_pixels)

    def x(self, value: float) -> float:
        return _between(value, self.low[0], self.high[0], self.x_pixels)

    def y(self, value: float) -> float:
        return _between(value, self.low[1], self.high[1], self.y_pixels)


def _between(value: float, low: float, high: float, to: tuple[float, float]) -> float:
    # halves first: the difference of two large floats may overflow
    span = high / 2 - low / 2
    part = (value / 2 - low / 2) / span if span > 0 else 0.5
    return round(to[0] + part * (to[1] - to[0]), 1)


def _lines(
    steps: Sequence[float],
    values: Sequence[float],
    scale: _Scale,
    color: str,
    dash: str | None,
) -> Iterator[Markup]:
    """Yield a line for each stretch of finite values, a dot for a lone one."""
    look = {"stroke": color, "stroke_width": 1.5, "fill": "none"}
    for stretch in _stretches(steps, values):
        points = [(scale.x(x), scale.y(y)) for x, y in stretch]
        if len(points) == 1:
            yield element("circle", cx=points[0][0], cy=points[0][1], r=2, fill=color)
        else:
            path = " ".join(f"{x},{y}" for x, y in points)
            yield element("polyline", points=path, stroke_dasharray=dash, **look)


def _stretches(
    steps: Sequence[float], values: Sequence[float]
) -> Iterator[list[tuple[float, float]]]:
    stretch: list[tuple[float, float]] = []
    for step, value in zip(steps, values, strict=True):
        if math.isfinite(value):
            stretch.append((step, value))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _axes(scale: _Scale, x_label: str) -> Iterator[Markup]:
    (left, right), (bottom, top) = scale.x_pixels, scale.y_pixels
    grid = {"stroke": MUTED, "stroke_opacity": 0.3}
    label = {"font_size": 11, "font_family": "sans-serif", "fill": MUTED}
    for value in _ticks(scale.low[1], scale.high[1]):
        y = scale.y(value)
        yield element("line", x1=left, x2=right, y1=y, y2=y, **grid)
        yield element(
            "text", number_text(value), x=left - 6, y=y + 4, text_anchor="end", **label
        )
    for value in _ticks(scale.low[0], scale.high[0]):
        x = scale.x(value)
        yield element("line", x1=x, x2=x, y1=bottom, y2=bottom + 4, **grid)
        text = number_text(value)
        yield element("text", text, x=x, y=bottom + 16, text_anchor="middle", **label)
    yield element("line", x1=left, x2=left, y1=bottom, y2=top, **grid)
    yield element("text", x_label, x=right, y=bottom + 28, text_anchor="end", **label)


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers from `low` to `high`, about five of them."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low] if low == high else [low, high]
    magnitude = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next(
        magnitude * factor
        for factor in (1, 2, 5, 10, 20)
        if span / (magnitude * factor) <= _TICKS
    )
    first = math.ceil(low / step)
    ticks = (index * step for index in range(first, first + _TICKS + 2))
    return [float(f"{tick:.12g}") for tick in ticks if tick <= high]


def _svg(width: int, height: int, *children: Markup) -> Markup:
    return element(
        "svg",
        joined(*children),
        xmlns=_NAMESPACE,
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )
