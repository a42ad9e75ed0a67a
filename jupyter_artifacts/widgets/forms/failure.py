"""The static form of something that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.widgets.forms.markup import Markup, element
from jupyter_artifacts.widgets.forms.page import page, small_print

if TYPE_CHECKING:
    from jupyter_artifacts.errors import ArtifactsError


def failure_html(error: ArtifactsError) -> Markup:
    """Return what failed, on which address, and what to do."""
    where = element("code", error.address) if error.address else element("span")
    said = element("div", f"{error.message[:1].upper()}{error.message[1:]}. ", where)
    return page(said, small_print(error.hint))
