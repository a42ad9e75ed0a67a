"""Ranges of what is asked, so that no catalog meets a number it cannot take."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

MAX_PAGE: Final = 1000
_INT32: Final = 2**31 - 1
_INT64: Final = 2**63 - 1

PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE)]
"""How many rows a page has at most."""

TreePageSize = Annotated[int, Meta(ge=1, le=5000)]
"""How many lines of a folder a page has at most."""

Number = Annotated[int, Meta(ge=0, le=_INT32)]
"""An experiment's number."""

Count = Annotated[int, Meta(ge=0, le=1000)]
"""How many experiments are made at once."""

PointCount = Annotated[int, Meta(ge=1, le=_INT32)]
"""How many points a series is thinned to."""

Step = Annotated[int, Meta(ge=-_INT64 - 1, le=_INT64)]
"""A step, as catalogs keep it."""

Offset = Annotated[int, Meta(ge=0, le=_INT64)]
"""A place in a file, or in the order of events."""

Tags = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)]
"""Tags of a run."""
