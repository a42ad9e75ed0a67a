"""What a user logs → floats, as they are, under names that can be read back.

`log` is called in loops: what was checked once is known by a look into a set.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final, SupportsFloat, SupportsIndex

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.records.metrics import reason_against_group, reason_against_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_END: Final = 2**63
_LONGEST: Final = 60
_MOST_KNOWN: Final = 100_000
_KNOWN_NAMES: Final[set[str]] = set()
_KNOWN_GROUPS: Final[set[str]] = set()


def floats_of(metrics: Mapping[str, SupportsFloat]) -> dict[str, float]:
    """Return the metrics as floats; NaN and infinities are kept.

    Raises:
        InvalidRequest: for what is no number, or no name; names the metric.
    """
    try:
        items = metrics.items()
    except AttributeError:
        msg = f"log takes a mapping from names to numbers, not a {_kind(metrics)}"
        raise InvalidRequest(msg, hint='write run.log({"loss": loss})') from None
    return {
        name if type(name) is str and name in _KNOWN_NAMES else _name(name): (
            value if type(value) is float else _float(name, value)
        )
        for name, value in items
    }


def step_of(step: object) -> int:
    """Return a step as an int of 64 bits.

    Raises:
        InvalidRequest: when it is none.
    """
    number = step if type(step) is int else _whole(step)
    if -_END <= number < _END:
        return number
    msg = "the step does not fit 64 bits"
    raise InvalidRequest(msg, hint="count steps from 0")


def _whole(step: object) -> int:
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


def group_of(group: object) -> str:
    """Return a group as the text that it is.

    Raises:
        InvalidRequest: when no group can be called so.
    """
    if type(group) is str and group in _KNOWN_GROUPS:
        return group
    if not isinstance(group, str):
        msg = f"the group is a {_kind(group)}, not a text"
        raise InvalidRequest(msg, hint='write run.log({…}, group="validation")')
    if reason := reason_against_group(group):
        better = group.replace(".", "/").strip("/")
        msg = f"{_shown(group)} cannot be a group of metrics: {reason}"
        hint = f"write group={better!r}" if "." in group and better else ""
        raise InvalidRequest(msg, hint=hint)
    return _known(str(group), _KNOWN_GROUPS)


def _name(name: object) -> str:
    if not isinstance(name, str):
        msg = f"{name!r} cannot be the name of a metric: it is a {_kind(name)}"
        raise InvalidRequest(msg, hint="names are texts")
    if reason := reason_against_name(name):
        msg = f"{_shown(name)} cannot be the name of a metric: {reason}"
        raise InvalidRequest(msg)
    return _known(str(name), _KNOWN_NAMES)


def _known(text: str, known: set[str]) -> str:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known.add(text)
    return text


def _shown(text: str) -> str:
    return ascii(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _float(name: object, value: object) -> float:
    if not isinstance(value, str | bytes | bytearray):
        try:
            # an array of one element is a number; float() of it is deprecated
            item = getattr(value, "item", None)
            if item is not None and getattr(value, "ndim", None):
                value = item()
            return float(value)  # type: ignore[arg-type]
        except OverflowError:
            msg = f"the metric {name!r} is greater than any float"
            raise InvalidRequest(msg, hint="log its logarithm") from None
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
