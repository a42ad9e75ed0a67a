"""Segment files: the write-ahead log of metrics.

A process that logs appends to a segment file of its own; somebody ingests it later.
Frames lie one after another, each holding one `Report`:

    u32   length of the payload, little-endian, at least 1
    u32   CRC-32 (as zlib's) of the payload, little-endian
    ...   the payload: MessagePack array [experiment, group, step, time, values]

`values` maps metric names to float64 (NaN and infinities as they are). A frame is
written by a single write(2), so that the file survives `kill -9` with at most a torn
last frame, which readers pass over. The writer holds an exclusive flock on the file
while it lives; a file without one has no writer any more.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import zlib
from pathlib import Path
from typing import Annotated, Final

import msgspec

from jupyter_artifacts.errors import Conflict, InvalidRequest, NoSpace
from jupyter_artifacts.records.metrics import Report

MAX_PAYLOAD: Final = 16 << 20
_HEAD: Final = struct.Struct("<II")
_encode = msgspec.msgpack.Encoder().encode
_pack = _HEAD.pack


_Step = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class _Payload(msgspec.Struct, frozen=True, array_like=True, gc=False):
    experiment: str
    group: str
    step: _Step
    time: float
    values: dict[str, float]


_decode = msgspec.msgpack.Decoder(_Payload).decode


def encode_report(
    experiment_id: str, group: str, step: int, time: float, values: dict[str, float]
) -> bytes:
    """Return the frame of one report."""
    payload = _encode((experiment_id, group, step, time, values))
    return _pack(len(payload), zlib.crc32(payload)) + payload


def decode_frames(data: bytes) -> tuple[list[Report], int]:
    """Return the reports of the whole frames in `data`, and how long those are.

    Raises:
        InvalidRequest: when a frame that is not the last one is damaged.
    """
    reports = []
    position, end = 0, len(data)
    unpack, head, crc32 = _HEAD.unpack_from, _HEAD.size, zlib.crc32
    while end - position >= head:
        length, crc = unpack(data, position)
        start, stop = position + head, position + head + length
        if length == 0 or length > MAX_PAYLOAD:
            # A machine that lost power may leave a tail of zeros.
            if not any(data[position:]):
                break
            raise _damaged(position)
        if stop > end:
            break
        payload = data[start:stop]
        if crc32(payload) != crc:
            if stop == end:
                break
            raise _damaged(position)
        try:
            item = _decode(payload)
        except msgspec.DecodeError as error:
            raise _damaged(position) from error
        reports.append(
            Report(
                experiment=item.experiment,
                group=item.group,
                step=item.step,
                time=item.time,
                values=item.values,
            )
        )
        position = stop
    return reports, position


def _damaged(position: int) -> InvalidRequest:
    msg = f"the metrics frame at byte {position} is damaged"
    hint = "what stands before it is taken in; keep the file to have it looked at"
    return InvalidRequest(msg, hint=hint)


def whole_frames(data: bytes) -> int:
    """Return how many bytes of `data` the whole frames at its beginning take."""
    position, end = 0, len(data)
    while end - position >= _HEAD.size:
        length, _ = _HEAD.unpack_from(data, position)
        stop = position + _HEAD.size + length
        if length == 0 or stop > end:
            break
        position = stop
    return position


def read_frames(path: Path | str, offset: int, limit: int = 1 << 20) -> bytes:
    """Return whole frames of the file at `path` that begin at `offset`.

    Args:
        path: a segment file.
        offset: where a frame begins.
        limit: at most this many bytes, or one frame when that is longer.
    """
    with Path(path).open("rb") as file:
        file.seek(offset)
        data = file.read(limit)
        if len(data) >= _HEAD.size and not whole_frames(data):
            length, _ = _HEAD.unpack_from(data)
            if len(data) == limit and length <= MAX_PAYLOAD:
                data += file.read(_HEAD.size + length - limit)
    return data[: whole_frames(data)]


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
            head = os.pread(self._descriptor, _HEAD.size, position)
            if len(head) < _HEAD.size:
                break
            stop = position + _HEAD.size + _HEAD.unpack(head)[0]
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
