"""What all static forms have in common: a frame, a table, a line of small print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.widgets.forms.markup import MUTED, Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE: Final = f"border-bottom:1px solid {MUTED}"
_CELL: Final = "padding:3px 10px 3px 0;white-space:nowrap"
_NUMBER: Final = f"{_CELL};text-align:right"


def page(*children: Markup) -> Markup:
    """Return the frame of a static form."""
    return element("div", *children, style="font-size:13px;overflow-x:auto")


def small_print(*texts: str) -> Markup:
    """Return what a reader must know of the form, e.g. when it was made."""
    shown = " · ".join(text for text in texts if text)
    return element("div", shown, style=f"color:{MUTED};font-size:12px;margin:4px 0")


def table(
    heads: Sequence[object],
    rows: Sequence[Sequence[object]],
    numbers: frozenset[int] = frozenset(),
) -> Markup:
    """Return a table.

    Args:
        heads: of its columns.
        rows: its cells.
        numbers: indices of the columns that are aligned as numbers.
    """

    def style(index: int) -> str:
        return _NUMBER if index in numbers else f"{_CELL};text-align:left"

    head = joined(
        *(
            element("th", cell, scope="col", style=f"{style(index)};{_LINE}")
            for index, cell in enumerate(heads)
        )
    )
    body = joined(
        *(
            element(
                "tr",
                *(
                    element("td", cell, style=style(index))
                    for index, cell in enumerate(row)
                ),
            )
            for row in rows
        )
    )
    return element(
        "table",
        element("thead", element("tr", head)),
        element("tbody", body),
        style="border-collapse:collapse;margin:4px 0;color:inherit;font-size:inherit",
    )


def dot(color: str) -> Markup:
    """Return a round mark in a colour."""
    return element("span", "●", style=f"color:{color}")


def chip(text: str, color: str) -> Markup:
    """Return a short text with a line of its colour around it."""
    look = f"color:{color};border:1px solid {color};border-radius:9px;padding:0 7px"
    return element("span", text, style=look)
