"""Decoding the frames of a segment, as far as they are sound; see `segments`."""

from __future__ import annotations

import struct
import zlib
from typing import Annotated, Final, NamedTuple

import msgspec

from jupyter_artifacts.records.metrics import Report

HEAD: Final = struct.Struct("<II")
MAX_PAYLOAD: Final = 16 << 20
_MOST_MENDED: Final = 1 << 18
_FIVE: Final = b"\x95"

_Step = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class _Payload(msgspec.Struct, frozen=True, array_like=True, gc=False):
    experiment: str
    group: str
    step: _Step
    time: float
    values: dict[str, float]


_decode = msgspec.msgpack.Decoder(_Payload).decode


class Decoded(NamedTuple):
    """What a stretch of a segment holds.

    Attributes:
        reports: of the frames that are sound, in their order.
        taken: how many bytes from the beginning were dealt with.
        damages: for each damaged stretch among them, how many reports stand before
            it, and how many bytes it has.
    """

    reports: list[Report]
    taken: int
    damages: list[tuple[int, int]]


def decode_frames(data: bytes, *, more: bool = False, mend: bool = True) -> Decoded:
    """Return the reports in `data`, which begins with a frame.

    A damaged frame is passed over, up to the next one that is sound; a torn frame at
    the end is left for later.

    Args:
        data: of a segment.
        more: whether `data` was cut, and the segment goes on behind it.
        mend: whether to look for a sound frame behind a damaged one; else what
            stands before it is returned.
    """
    reports: list[Report] = []
    damages: list[tuple[int, int]] = []
    position, end = 0, len(data)
    budget = _Budget(end)
    while end - position >= HEAD.size:
        frame = _sound_frame(data, position)
        if frame is not None:
            stop, report = frame
            if report is None:
                damages.append((len(reports), stop - position))
            else:
                reports.append(report)
            position = stop
            continue
        length, _ = HEAD.unpack_from(data, position)
        cut = more and position > 0 and HEAD.size + length > end - position
        if not mend or (cut and length <= MAX_PAYLOAD):
            break
        found = _next_sound(data, position + 1, budget)
        sound = found is not None
        if found is None:
            # a frame that only begins in here is found by the next look
            found = max(position + 1, end - HEAD.size - _MOST_MENDED)
        if sound or more:
            damages.append((len(reports), found - position))
            position = found
        if not sound:
            break
    return Decoded(reports, position, damages)


def is_torn(data: bytes) -> bool:
    """Whether `data` is at most one frame, whose end was never written."""
    if len(data) < HEAD.size or not any(data):
        # a machine that lost power may leave zeros
        return True
    length = int(HEAD.unpack_from(data)[0])
    return 0 < length <= MAX_PAYLOAD and HEAD.size + length > len(data)


def _sound_frame(data: bytes, position: int) -> tuple[int, Report | None] | None:
    """Return where the frame ends and its report; None for no report, or no frame."""
    length, crc = HEAD.unpack_from(data, position)
    start = position + HEAD.size
    stop = start + length
    if not 0 < length <= MAX_PAYLOAD or stop > len(data):
        return None
    payload = data[start:stop]
    if zlib.crc32(payload) != crc:
        return None
    try:
        item = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return stop, None
    return stop, Report(
        experiment=item.experiment,
        group=item.group,
        step=item.step,
        time=item.time,
        values=item.values,
    )


class _Budget:
    """How many bytes may be looked at in search of a frame: no file may take hours."""

    def __init__(self, size: int) -> None:
        self.left = _MOST_MENDED + 8 * size


def _next_sound(data: bytes, position: int, budget: _Budget) -> int | None:
    """Return where the next frame that checks begins; None when there is none."""
    # every payload begins with the head of an array of five
    at = data.find(_FIVE, position + HEAD.size)
    while at >= 0 and budget.left > 0:
        begins = at - HEAD.size
        length, _ = HEAD.unpack_from(data, begins)
        if 0 < length <= _MOST_MENDED and at + length <= len(data):
            budget.left -= length
            frame = _sound_frame(data, begins)
            if frame is not None and frame[1] is not None:
                return begins
        at = data.find(_FIVE, at + 1)
    return None
