"""The static form of the run explorer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.base import number_from_wire
from jupyter_artifacts.records.states import State
from jupyter_artifacts.widgets.forms.drawing import sparkline
from jupyter_artifacts.widgets.forms.fields import (
    curve_of,
    default_columns,
    head_of,
    metrics_of,
    params_of,
)
from jupyter_artifacts.widgets.forms.markup import (
    MUTED,
    Markup,
    drawing_image,
    element,
    joined,
)
from jupyter_artifacts.widgets.forms.page import chip, page, small_print, table
from jupyter_artifacts.widgets.forms.text import (
    curve_text,
    duration_text,
    moment_text,
    number_text,
    size_text,
    table_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.records.runs import Experiment, Summary

_STATE_COLORS: Final = {
    State.COMPLETED: "#388e3c",
    State.ERRORED: "#e53935",
    State.PAUSED: "#ef6c00",
}
_RUNNING_COLOR: Final = "#1976d2"
_HEADS: Final = ("Name", "State", "Owner", "Started", "Duration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an explorer showed at one moment.

    Attributes:
        query: which experiments.
        columns: fields to show; none for those that tell most.
        experiments: the first ones.
        total: how many there are, e.g. "1,284" or "10,000+".
        selected: addresses of the selected ones.
        moment: when.
    """

    query: str
    columns: Sequence[str]
    experiments: Sequence[Experiment]
    total: str
    selected: frozenset[str]
    moment: float


def explorer_html(listing: Listing) -> Markup:
    """Return the listing as a table that needs neither script nor style sheet."""
    columns = list(listing.columns) or default_columns(listing.experiments)
    numbers = frozenset(range(4, 4 + len(columns) + 2))
    rows = [_cells(experiment, columns, listing) for experiment in listing.experiments]
    heads = [*_HEADS, *map(head_of, columns), "Artifacts"]
    shown = table(heads, rows, numbers) if rows else element("div", _empty(listing))
    return page(shown, small_print(*_notes(listing)))


def explorer_text(listing: Listing) -> str:
    """Return the listing as a table for a terminal."""
    columns = list(listing.columns) or default_columns(listing.experiments)
    rows = [_texts(each, columns, listing.moment) for each in listing.experiments]
    heads = [*_HEADS, *map(head_of, columns), "Artifacts"]
    shown = table_text(heads, rows) if rows else _empty(listing)
    return f"{shown}\n{' · '.join(note for note in _notes(listing) if note)}"


def _empty(listing: Listing) -> str:
    if listing.query:
        return f"No experiment matches {listing.query}"
    return "No runs yet. Start one with jupyter_artifacts.start_run(…)"


def _notes(listing: Listing) -> tuple[str, ...]:
    return (
        f"{len(listing.experiments):,} of {listing.total} experiments",
        listing.query,
        f"{len(listing.selected):,} selected" if listing.selected else "",
        f"as of {moment_text(listing.moment)}",
    )


def _cells(
    experiment: Experiment, columns: Sequence[str], listing: Listing
) -> list[object]:
    metrics = metrics_of(experiment)
    texts = _texts(experiment, columns, listing.moment)
    bold = "font-weight:bold"
    name = element("span", texts[0], style=bold)
    if experiment.address in listing.selected:
        name = joined(element("span", "✓ ", title="selected"), name)
    state = chip(texts[1], _state_color(experiment.state))
    middle = [
        _metric_cell(metrics[column], text) if column in metrics else text
        for column, text in zip(columns, texts[5:-1], strict=True)
    ]
    return [name, state, *texts[2:5], *middle, texts[-1]]


def _texts(experiment: Experiment, columns: Sequence[str], moment: float) -> list[str]:
    params, metrics = params_of(experiment), metrics_of(experiment)
    middle = [
        number_text(number_from_wire(metrics[column].last))
        if column in metrics
        else _value_text(params.get(column, _own_value(experiment, column)))
        for column in columns
    ]
    return [
        experiment.address,
        experiment.state.replace("_", " ").capitalize(),
        experiment.user,
        moment_text(experiment.started),
        duration_text(experiment.ran(moment)),
        *middle,
        size_text(experiment.artifact_bytes),
    ]


def _metric_cell(summary: Summary, text: str) -> Markup:
    values = curve_of(summary)
    if not values:
        return joined(text)
    image = drawing_image(*_drawn(values))
    return joined(image, " ", text)


def _drawn(values: list[float]) -> tuple[Markup, str, int, int]:
    svg, width, height = sparkline(values, _RUNNING_COLOR)
    return svg, curve_text(values), width, height


def _own_value(experiment: Experiment, column: str) -> object:
    """Return what a plain field holds, e.g. of "source"; "" for an unknown one."""
    return getattr(experiment, column, "") if column.isidentifier() else ""


def _value_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    return number_text(value) if isinstance(value, int | float) else str(value)


def _state_color(state: State) -> str:
    if state in _STATE_COLORS:
        return _STATE_COLORS[state]
    return _RUNNING_COLOR if state.active else MUTED
