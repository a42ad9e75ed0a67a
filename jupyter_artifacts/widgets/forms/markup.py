"""HTML and SVG built from parts, so that nothing user-made is ever markup."""

from __future__ import annotations

import base64
import html
from typing import Final

from jupyter_artifacts.widgets.forms.text import visible_text

MUTED: Final = "#808080"  # 4:1 on white and 5:1 on JupyterLab's dark
_VOID: Final = frozenset({"br", "img"})
_EMPTY: Final = frozenset({"line", "path", "polyline", "rect", "circle"})


class Markup(str):
    """Text that is markup already; all other text is escaped when it goes in."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """Return an element.

    Args:
        tag: its name.
        children: markup as it is, anything else as escaped text.
        attributes: escaped; "_" stands for "-"; a trailing "_" is dropped; None and
            False leave the attribute out.
    """
    head = tag + "".join(
        f' {_attribute_name(name)}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _VOID:
        return Markup(f"<{head}>")
    if tag in _EMPTY and not children:
        return Markup(f"<{head}/>")
    return Markup(f"<{head}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Markup:
    """Return the children one after the other; what is no markup is escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else _escaped(child)
            for child in children
        )
    )


def drawing_image(
    svg: Markup, text: str, width: int, height: int, *, max_width: str = "none"
) -> Markup:
    """Return an SVG as an image.

    JupyterLab and GitHub strip `<svg>` from HTML they do not trust but leave
    images, and nothing inside an image runs or loads.

    Args:
        svg: the drawing, with its namespace.
        text: what it shows, in place of it where images are not shown.
        width: pixels.
        height: pixels.
        max_width: "none" in a table's cell, which would else get no width for it.
    """
    data = base64.b64encode(svg.encode()).decode()
    return element(
        "img",
        src=f"data:image/svg+xml;base64,{data}",
        alt=text,
        title=text,
        width=width,
        height=height,
        style=f"vertical-align:middle;margin:0;max-width:{max_width}",
    )


def _attribute_name(name: str) -> str:
    return name.removesuffix("_").replace("_", "-")


def _escaped(value: object) -> str:
    return html.escape(visible_text(str(value)), quote=True)
