"""How many bytes of small files are in memory at once, whatever the threads."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.storage.bucket import IN_FLIGHT, PART

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOM: Final = IN_FLIGHT * PART


class Weights:
    """Lets in as many files as fit into 32 MiB together, and one in any case."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0

    @contextmanager
    def of(self, source: Path) -> Iterator[None]:
        """Wait until there is room for `source`; keep it until the block ends."""
        weight = min(_size(source), _ROOM)
        with self._changed:
            self._changed.wait_for(lambda: self._inside + weight <= _ROOM)
            self._inside += weight
        try:
            yield
        finally:
            with self._changed:
                self._inside -= weight
                self._changed.notify_all()


def _size(source: Path) -> int:
    try:
        return os.lstat(source).st_size
    except OSError:
        return 0  # opening it says what is wrong
