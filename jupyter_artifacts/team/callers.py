"""Warnings that point at the line of whoever called us."""

from __future__ import annotations

import inspect
import warnings
from typing import Final

_OURS: Final = "jupyter_artifacts."


def warn_caller(text: str, kind: type[Warning] = UserWarning) -> None:
    """Warn, naming the nearest line that is not of this package.

    Args:
        text: of the warning.
        kind: of warning.
    """
    frame, level = inspect.currentframe(), 1
    while frame is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, kind, stacklevel=level)


def _is_ours(module: str) -> bool:
    return f"{module}.".startswith(_OURS)
