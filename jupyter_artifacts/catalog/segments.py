"""Segment files: the write-ahead log of metrics.

A process that logs appends to a segment file of its own; somebody ingests it later.
Frames lie one after another, each holding one `Report`:

    u32   length of the payload, little-endian, at least 1
    u32   CRC-32 (as zlib's) of the payload, little-endian
    ...   the payload: MessagePack array [experiment, group, step, time, values]

`values` maps metric names to float64 (NaN and infinities as they are). A frame is
written by a single write(2), so that the file survives `kill -9` with at most a torn
last frame, which readers pass over. Of a file that was damaged otherwise everything is
read but the damaged frames. The writer holds an exclusive flock on the file
while it lives; a file without one has no writer any more.

A file is called `<ulid>-<id of the run>.seg`, so that one that nobody registered (a
fork's child may be unable to) is known all the same.
"""

from __future__ import annotations

import fcntl
import os
import threading
import zlib
from pathlib import Path
from typing import Final

import msgspec

from jupyter_artifacts.catalog.frames import HEAD, MAX_PAYLOAD
from jupyter_artifacts.errors import Conflict, InvalidRequest, NoSpace
from jupyter_artifacts.records.ids import new_id

READ: Final = 1 << 20
"""How many bytes of a segment are taken in at once."""

_encode = msgspec.msgpack.Encoder().encode
_pack = HEAD.pack


def encode_report(
    experiment_id: str, group: str, step: int, time: float, values: dict[str, float]
) -> bytes:
    """Return the frame of one report.

    Raises:
        InvalidRequest: when there are too many metrics for one frame.
    """
    payload = _encode((experiment_id, group, step, time, values))
    if len(payload) > MAX_PAYLOAD:
        msg = f"{len(values):,} metrics are too many for one report"
        raise InvalidRequest(msg, hint="log them in several calls")
    return _pack(len(payload), zlib.crc32(payload)) + payload


def read_frames(path: Path | str, offset: int) -> tuple[bytes, bool]:
    """Return bytes of a segment from `offset` on, and whether it goes on behind them.

    They are at least one frame, when there is one.

    Args:
        path: a segment file.
        offset: where a frame begins.
    """
    with Path(path).open("rb") as file:
        file.seek(offset)
        data = file.read(READ)
        more = len(data) == READ
        if more:
            length, _ = HEAD.unpack_from(data)
            missing = HEAD.size + length - READ
            if length <= MAX_PAYLOAD and missing > 0:
                rest = file.read(missing)
                data, more = data + rest, len(rest) == missing
    return data, more


def segment_name(run_id: str) -> str:
    """Return a new id of a segment of a run; its file is called so, with ".seg"."""
    return f"{new_id()}-{run_id}"


def run_of(segment_id: str) -> str:
    """Return the id of the run that a segment is of; "" when its name does not say."""
    return segment_id.partition("-")[2]


def may_hold(segment_id: str, run_id: str) -> bool:
    """Whether a segment may report on experiments of a run."""
    return run_of(segment_id) in {"", run_id}


def has_writer(path: Path | str) -> bool:
    """Whether a living process holds the file at `path` open for appending."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class SegmentWriter:
    """Appends frames to one segment file, from any thread of one process.

    After a fork the child must open a writer of its own: the lock is the parent's.

    Args:
        path: the file; made when missing, readable by its owner alone.

    Raises:
        Conflict: when another writer has it.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            msg = "another process writes this segment"
            raise Conflict(msg, address=str(self.path)) from error
        self._size = self._mend()

    def _mend(self) -> int:
        """Cut off the torn frame that a killed writer may have left."""
        size = os.fstat(self._descriptor).st_size
        position = 0
        while position < size:
            head = os.pread(self._descriptor, HEAD.size, position)
            if len(head) < HEAD.size:
                break
            stop = position + HEAD.size + HEAD.unpack(head)[0]
            if stop > size:
                break
            position = stop
        if position < size:
            os.ftruncate(self._descriptor, position)
        return position

    @property
    def size(self) -> int:
        """How many bytes of whole frames the file has."""
        return self._size

    def append(self, frame: bytes) -> None:
        """Write one frame, or several joined, by one write(2).

        Raises:
            NoSpace: when the disk is full; nothing of `frame` stays in the file.
        """
        with self._lock:
            try:
                written = os.write(self._descriptor, frame)
            except OSError as error:
                self._undo()
                raise self._full() from error
            if written != len(frame):
                self._undo()
                raise self._full()
            self._size += written

    def _undo(self) -> None:
        os.ftruncate(self._descriptor, self._size)

    def _full(self) -> NoSpace:
        msg = "the metrics could not be written: the disk is full"
        return NoSpace(msg, address=str(self.path), hint="free some space")

    def sync(self) -> None:
        """Have the machine keep what was appended, even when it loses power."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close the file and let its lock go; done twice, the same."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def abandon(self) -> None:
        """Close the file in the child of a fork, whose parent goes on writing it.

        No lock is waited for: a thread that is not there any more may hold it.
        """
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
