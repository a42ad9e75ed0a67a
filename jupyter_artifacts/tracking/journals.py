"""Append-only files of JSON lines, which one process writes and another follows.

A line is appended by one write(2): it survives `kill -9` of its writer, and lines of
several writers never mix.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from jupyter_artifacts.errors import NoSpace

if TYPE_CHECKING:
    from pathlib import Path

Line = TypeVar("Line", bound=msgspec.Struct)


class Journal(Generic[Line]):
    """The writing end.

    Args:
        path: the file; made when missing, readable by its owner alone.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)

    def append(self, line: Line) -> None:
        """Write one line.

        Raises:
            NoSpace: when the disk is full.
        """
        text = msgspec.json.encode(line) + b"\n"
        try:
            written = os.write(self._descriptor, text)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            written = 0
        if written < len(text):
            msg = "the run's papers cannot be written: the disk is full"
            raise NoSpace(msg, hint="free some space")

    def close(self) -> None:
        """Close the file; done twice, the same."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Tail(Generic[Line]):
    """The reading end. It goes on reading even when the file was unlinked.

    Args:
        path: the file; made when missing.
        kind: what a line is.
    """

    def __init__(self, path: Path, kind: type[Line]) -> None:
        flags = os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)
        self._decode = msgspec.json.Decoder(kind).decode
        self._offset = 0

    def read(self) -> list[Line]:
        """Return the whole lines that came since the last call."""
        size = os.fstat(self._descriptor).st_size
        if size <= self._offset:
            return []
        text = os.pread(self._descriptor, size - self._offset, self._offset)
        whole = text.rpartition(b"\n")[0]
        if not whole:
            return []
        self._offset += len(whole) + 1
        found = []
        for line in whole.split(b"\n"):
            # a full disk leaves half a line; its writer was told
            with suppress(msgspec.DecodeError):
                found.append(self._decode(line))
        return found

    def close(self) -> None:
        """Close the file; done twice, the same."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
