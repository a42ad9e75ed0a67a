"""What a user logs → floats, as they are."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, SupportsFloat, SupportsIndex

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


def floats_of(metrics: Mapping[str, SupportsFloat]) -> dict[str, float]:
    """Return the metrics as floats; NaN and infinities are kept.

    Raises:
        InvalidRequest: for what is no number; names the metric.
    """
    try:
        items = metrics.items()
    except AttributeError:
        msg = f"log takes a mapping from names to numbers, not a {_kind(metrics)}"
        raise InvalidRequest(msg, hint='write run.log({"loss": loss})') from None
    return {
        name if type(name) is str else _name(name): (
            value if type(value) is float else _float(name, value)
        )
        for name, value in items
    }


def step_of(step: object) -> int:
    """Return a step as an int.

    Raises:
        InvalidRequest: when it is none.
    """
    try:
        if isinstance(step, SupportsIndex):
            return operator.index(step)
        whole = float(step)  # type: ignore[arg-type]
        if whole.is_integer():
            return int(whole)
    except (TypeError, ValueError):
        pass
    msg = f"the step is a {_kind(step)}, not a whole number"
    raise InvalidRequest(msg, hint="write run.log({…}, step=100)")


def _name(name: object) -> str:
    if isinstance(name, str):
        return str(name)
    msg = f"{name!r} cannot be the name of a metric: it is a {_kind(name)}"
    raise InvalidRequest(msg, hint="names are texts")


def _float(name: object, value: object) -> float:
    if not isinstance(value, str | bytes | bytearray):
        try:
            # an array of one element is a number; float() of it is deprecated
            item = getattr(value, "item", None)
            if item is not None and getattr(value, "ndim", None):
                value = item()
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, RuntimeError):
            pass
    msg = f"the metric {name!r} is a {_kind(value)}, not a number"
    raise InvalidRequest(msg, hint="log one number for each name")


def _kind(value: object) -> str:
    kind = type(value)
    return (
        kind.__name__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__}.{kind.__name__}")
    )
