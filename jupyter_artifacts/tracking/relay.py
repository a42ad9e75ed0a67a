"""Takes what a script prints off its pipes, in order, and hands it on."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.tracking.runner import HEAD

if TYPE_CHECKING:
    import subprocess

_LEFTOVER: Final = 0.5
_CHUNK: Final = 65536
_TAIL: Final = 4096

Receiver = Callable[[int, bytes], None]
"""Is told the stream (1 for stdout, 2 for stderr) and what came from it."""


class Relay:
    """Hands on the output of one script.

    Args:
        receivers: get it.
        labelled: pipe for labelled frames (reading, writing); None without.
    """

    def __init__(
        self, receivers: list[Receiver], labelled: tuple[int, int] | None
    ) -> None:
        self._receivers = receivers
        self._labelled = labelled
        self._waiting = bytearray()
        self._tail = bytearray()

    @property
    def last_error(self) -> str:
        """The last line that came from stderr."""
        text = self._tail.decode("utf-8", "replace").strip()
        return text.rpartition("\n")[2].strip()

    def pass_on(
        self, child: subprocess.Popen[bytes], meanwhile: Callable[[], None]
    ) -> None:
        """Hand everything on until the script is dead and its pipes are empty.

        Args:
            child: the script.
            meanwhile: is called now and then, while it prints nothing.
        """
        with selectors.DefaultSelector() as selector:
            for stream, pipe in ((1, child.stdout), (2, child.stderr)):
                if pipe is not None:
                    selector.register(pipe, selectors.EVENT_READ, stream)
            if self._labelled is not None:
                os.close(self._labelled[1])
                selector.register(self._labelled[0], selectors.EVENT_READ, 0)
            self._until_the_end(child, selector, meanwhile)
        if self._labelled is not None:
            os.close(self._labelled[0])

    def _until_the_end(
        self,
        child: subprocess.Popen[bytes],
        selector: selectors.BaseSelector,
        meanwhile: Callable[[], None],
    ) -> None:
        dead_since = 0.0
        while selector.get_map():
            events = selector.select(0.1)
            if not events:
                meanwhile()
            for key, _ in events:
                if chunk := os.read(key.fd, _CHUNK):
                    self._take(key.data, chunk)
                else:
                    selector.unregister(key.fileobj)
            if not events and child.poll() is not None:
                # a daemon that it left behind may hold the pipes open for ever
                dead_since = dead_since or time.monotonic()
                if time.monotonic() - dead_since > _LEFTOVER:
                    return

    def _take(self, stream: int, chunk: bytes) -> None:
        if stream:
            self._hand_on(stream, chunk)
            return
        self._waiting += chunk
        for label, part in _frames(self._waiting):
            self._hand_on(label, part)

    def _hand_on(self, stream: int, chunk: bytes) -> None:
        for receive in self._receivers:
            receive(stream, chunk)
        if stream != 1:
            self._tail += chunk
            del self._tail[:-_TAIL]


def _frames(waiting: bytearray) -> list[tuple[int, bytes]]:
    """Take the whole frames from the front of `waiting`."""
    found, position = [], 0
    while len(waiting) - position >= HEAD:
        stream, low, high = waiting[position : position + HEAD]
        start = position + HEAD
        stop = start + low + (high << 8)
        if stop > len(waiting):
            break
        found.append((stream, bytes(waiting[start:stop])))
        position = stop
    del waiting[:position]
    return found
