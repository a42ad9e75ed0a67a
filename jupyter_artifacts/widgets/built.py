"""The built front end that anywidget sends to a browser."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jupyter_artifacts.errors import Unavailable


@cache
def built(name: str) -> str:
    """Return a built file of the widgets, e.g. "widget.js".

    Raises:
        Unavailable: when the front end was not built.
    """
    place = files("jupyter_artifacts") / "static" / name
    try:
        return place.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        msg = f"the front end is not built: there is no static/{name}"
        raise Unavailable(msg, hint="run make setup") from error
