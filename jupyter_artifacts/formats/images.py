"""Width and height of an image, from its first bytes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.records.peeks import Peek

if TYPE_CHECKING:
    from jupyter_artifacts.formats.source import Source

_START: Final = 32
_MOST_SEGMENTS: Final = 200
_MARKERS_ALONE: Final = {0x01, *range(0xD0, 0xD9)}
_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def image_kind(start: bytes) -> str:
    """Return what kind of image begins so; "" for none that is known here."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    begins = {b"\x89PNG\r\n\x1a\n": "PNG", b"GIF8": "GIF", b"\xff\xd8\xff": "JPEG"}
    return next((kind for mark, kind in begins.items() if start.startswith(mark)), "")


def peek_image(source: Source) -> Peek:
    """Tell an image's width and height."""
    start = source.at(0, min(source.size, _START))
    kind = image_kind(start)
    try:
        width, height = {
            "PNG": _png,
            "GIF": _gif,
            "JPEG": lambda _: _jpeg(source),
            "WebP": _webp,
        }[kind](start)
    except (KeyError, struct.error) as error:
        msg = "it is no image, or one that ends too early"
        raise Unreadable(msg, address=source.name) from error
    return Peek(
        kind="image",
        size=source.size,
        summary=f"{kind} image, {width:,} x {height:,} pixels",
        details={"format": kind, "width": str(width), "height": str(height)},
    )


def _png(start: bytes) -> tuple[int, ...]:
    return struct.unpack_from(">II", start, 16)


def _gif(start: bytes) -> tuple[int, ...]:
    return struct.unpack_from("<HH", start, 6)


def _webp(start: bytes) -> tuple[int, int]:
    form = start[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", start, 26)
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", start, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X" and len(start) >= 30:  # noqa: PLR2004
        sizes = start[24:27], start[27:30]
        width, height = (int.from_bytes(each, "little") + 1 for each in sizes)
        return width, height
    raise Unreadable("it is a WebP image of a form not known here")


def _jpeg(source: Source) -> tuple[int, int]:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        mark, kind = source.at(at, 2)
        if mark != 0xFF:  # noqa: PLR2004
            break
        if kind == 0xFF:  # noqa: PLR2004 - filling
            at += 1
        elif kind in _MARKERS_ALONE:
            at += 2
        elif kind in _FRAMES:
            height, width = struct.unpack(">HH", source.at(at + 5, 4))
            return width, height
        else:
            at += 2 + int.from_bytes(source.at(at + 2, 2), "big")
    raise Unreadable("it is a JPEG image without a size", address=source.name)
