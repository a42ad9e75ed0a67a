"""How many bytes may be in flight at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK: Final = 0.2


class Budget:
    """Bytes that workers take before they fetch, and give back when they are written.

    Args:
        size: how many there are; who wants more than all gets all.
        check: raises when nobody wants the bytes any more; called while waiting.
    """

    def __init__(self, size: int, check: Callable[[], None]) -> None:
        self._size = size
        self._left = size
        self._check = check
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, count: int) -> Iterator[None]:
        """Hold `count` bytes for the length of a with block."""
        count = min(count, self._size)
        with self._changed:
            while self._left < count:
                self._check()
                self._changed.wait(_LOOK)
            self._left -= count
        try:
            yield
        finally:
            with self._changed:
                self._left += count
                self._changed.notify_all()
