"""Asking again for what failed only for now."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final, TypeVar

from jupyter_artifacts.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES: Final = 8
_FIRST: Final = 0.1
_MOST: Final = 5.0
_LOOK: Final = 0.1

_Answer = TypeVar("_Answer")


def patiently(
    ask: Callable[[], _Answer], check: Callable[[], None], *, tries: int = TRIES
) -> _Answer:
    """Return what `ask` returns, asked again while its store is unavailable.

    Waits of 0.1, 0.2, 0.4, … 5 seconds, each with up to half of it more, so that
    many who wait do not come back at once: about 15 seconds in all.

    Args:
        ask: raises `Unavailable` itself, none of its kinds (a full disk, missing
            credentials), for what is worth another try.
        check: raises when nobody wants the answer any more; called while waiting.
        tries: how often to ask at most.
    """
    for attempt in range(tries):
        try:
            return ask()
        except Unavailable as error:
            if type(error) is not Unavailable:
                raise
            if attempt == tries - 1:
                error.message += f"; asked {tries} times"
                raise
        _wait(min(_FIRST * 2**attempt, _MOST), check)
    msg = "nothing was asked"
    raise ValueError(msg)


def _wait(seconds: float, check: Callable[[], None]) -> None:
    until = time.monotonic() + seconds * (1 + random.random() / 2)  # noqa: S311 - no secret
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, _LOOK))
