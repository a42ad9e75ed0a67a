"""Hyperparameters on a command line: what a script was given, what a sweep varies."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.tracking.hiding import without_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OPTION: Final = re.compile(r"--?(?P<name>[A-Za-z][\w.-]*)(=(?P<value>.*))?", re.DOTALL)
_ASSIGNMENT: Final = re.compile(r"\+{0,2}(?P<name>[A-Za-z_][\w.]*)=(?P<value>.*)")
_NUMBER: Final = re.compile(r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WORDS: Final = {"true": True, "false": False, "none": None, "null": None}
_ENDLESS: Final = frozenset({"nan", "inf", "-inf", "+inf", "infinity", "-infinity"})

Point = dict[str, str]
"""One point of a sweep: name → value, as texts."""


def params_of(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the params in a script's arguments, numbers and bools as such.

    Understood are ``--lr 0.1``, ``--lr=0.1``, ``-b 32``, flags, several numbers after
    one option, and ``optim.lr=0.1`` as Hydra has it; a dot makes a nested param, a
    dash in a name becomes an underscore. Values of secrets are hidden.
    """
    params: dict[str, Any] = {}
    for name, values in _options(arguments):
        typed = [value_of(without_secret(name, value)) for value in values]
        value = typed if len(typed) > 1 else (typed[0] if typed else True)
        _put(params, name.replace("-", "_"), value)
    return params


def value_of(text: str) -> Any:
    """Return a text as the number, bool or None that it is, else as it is."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if text.lower() in _ENDLESS:
        return float(text)
    if not _NUMBER.fullmatch(text):
        return text
    try:
        return int(text)
    except ValueError:
        return float(text)


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        if word == "--":
            return
        if option := _OPTION.fullmatch(word):
            values = [] if option["value"] is None else [option["value"]]
            if not values:
                values = _values_after(arguments, position)
                position += len(values)
            yield option["name"], values
        elif assignment := _ASSIGNMENT.fullmatch(word):
            yield assignment["name"], [assignment["value"]]


def _values_after(arguments: Sequence[str], position: int) -> list[str]:
    """Return the value of an option; several when all of them are numbers."""
    following = list(itertools.takewhile(_is_value, arguments[position:]))
    numbers = list(itertools.takewhile(_NUMBER.fullmatch, following))
    return numbers or following[:1]


def _is_value(word: str) -> bool:
    return not word.startswith("-") or bool(_NUMBER.fullmatch(word))


def _put(params: dict[str, Any], name: str, value: Any) -> None:
    *folders, last = name.split(".")
    place = params
    for folder in folders:
        inner = place.setdefault(folder, {})
        if not isinstance(inner, dict):
            # `--optim adam --optim.lr 0.1`: the dotted name stays as it is
            params[name] = value
            return
        place = inner
    place[last] = value


def points_of(sweeps: Iterable[str]) -> list[Point]:
    """Return the grid that ``lr=0.1,0.01`` and others span, the last varying fastest.

    Raises:
        InvalidRequest: for a text that is no sweep, or a name given twice.
    """
    axes: dict[str, list[str]] = {}
    for text in sweeps:
        name, equals, values = text.partition("=")
        name = name.lstrip("-")
        if not (name and equals and all(values.split(","))):
            msg = f"{text!r} is no sweep"
            raise InvalidRequest(msg, hint="write --sweep lr=0.1,0.01")
        if name in axes:
            msg = f"{name!r} is swept twice"
            raise InvalidRequest(msg, hint=f"write --sweep {name}=… with all values")
        axes[name] = values.split(",")
    return [
        dict(zip(axes, point, strict=True))
        for point in itertools.product(*axes.values())
    ]


def with_point(arguments: Sequence[str], point: Point) -> list[str]:
    """Return the arguments with a point's values instead of those given before."""
    kept: list[str] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        matched = _OPTION.fullmatch(word)
        if matched is None or matched["name"] not in point:
            kept.append(word)
        elif matched["value"] is None:
            position += len(_values_after(arguments, position))
    return [*kept, *(word for name in point for word in (f"--{name}", point[name]))]
