"""A look into a file of any type, by a few ranges of its bytes.

What the file begins with decides, and its name where that says nothing. Nothing is
extracted, unpickled or run.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats import arrays, images, parquet, tars, tensors, zips
from jupyter_artifacts.formats.lines import is_text, peek_lines
from jupyter_artifacts.formats.pickles import imports_of
from jupyter_artifacts.formats.source import Inflated, Source
from jupyter_artifacts.formats.words import counted
from jupyter_artifacts.records.peeks import Peek

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_artifacts.formats.blocks import Read
    from jupyter_artifacts.formats.pickles import Imports
    from jupyter_artifacts.records.peeks import PeekEntry

_START: Final = 1024
_PROTOCOLS: Final = {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"}
_MOST_UNPACKED: Final = 64 << 20
_TORCH: Final = frozenset({"pt", "pth", "ckpt", "bin"})
_PICKLED: Final = frozenset({"pkl", "pickle", "joblib", "pt", "pth", "ckpt"})


def peek(read: Read, size: int, name: str) -> Peek:
    """Return what a file holds.

    Args:
        read: `read(start, length)` yields exactly those bytes.
        size: how many there are.
        name: of the file.

    Raises:
        Unreadable: when the file is damaged, or not what its name says.
        TooLarge: when more of it would have to be read than a look may cost.
        Unavailable: when a library is missing; says which.
    """
    if not size:
        return Peek(kind="empty", size=0, summary="an empty file")
    source = Source(read, size, name=name)
    found = _chosen(source)(source)
    return msgspec.structs.replace(found, bytes_read=source.bytes_read)


def _chosen(source: Source) -> Callable[[Source], Peek]:
    start = source.at(0, min(source.size, _START))
    ending = source.name.lower().rpartition(".")[2]
    rules: tuple[tuple[bool, Callable[[Source], Peek]], ...] = (
        (start.startswith(parquet.MAGIC) or ending == "parquet", parquet.peek_parquet),
        (ending == "safetensors", tensors.peek_safetensors),
        (start.startswith(arrays.MAGIC) or ending == "npy", arrays.peek_npy),
        (ending == "npz", arrays.peek_npz),
        (start.startswith(b"PK\x03\x04") and ending in _TORCH, _peek_torch),
        (start.startswith((b"PK\x03\x04", b"PK\x05\x06")), zips.peek_zip),
        (ending == "zip", zips.peek_zip),
        (tars.is_tar(start) or ending == "tar", tars.peek_tar),
        (start.startswith(b"\x1f\x8b") and _holds_tar(source), _peek_tar_gz),
        (bool(images.image_kind(start)), images.peek_image),
        (_is_pickle(start) or ending in _PICKLED, _peek_pickle),
        (is_text(start), peek_lines),
    )
    return next((peek for fits, peek in rules if fits), _peek_bytes)


def _is_pickle(start: bytes) -> bool:
    return start[:2] in _PROTOCOLS


def _holds_tar(source: Source) -> bool:
    with source.open() as packed:
        unpacked = Inflated(packed, wbits=31, most=1 << 20)
        try:
            start = io.BufferedReader(unpacked, tars.BLOCK).read(tars.BLOCK)
        except Unreadable:
            return False
    return tars.is_tar(start)


def _peek_tar_gz(source: Source) -> Peek:
    return tars.peek_tar(source, gzipped=True)


def _peek_torch(source: Source) -> Peek:
    """Tell what a PyTorch archive would import; list it when it holds no pickle."""
    listing = zips.peek_zip(source)
    for member in zips.members(source)[1]:
        if member.name.rpartition("/")[2] == "data.pkl":
            with zips.open_member(source, member, _MOST_UNPACKED) as file:
                found = imports_of(file)
            return _of_pickle(source, found, listing.entries, listing.left_out)
    return listing


def _peek_pickle(source: Source) -> Peek:
    start = source.at(0, min(source.size, 2))
    with source.open() as raw:
        file: io.RawIOBase = raw
        if start in {b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b"}:
            file = Inflated(raw, wbits=47, most=_MOST_UNPACKED)
        found = imports_of(io.BufferedReader(file), following=True)
    return _of_pickle(source, found)


def _of_pickle(
    source: Source,
    found: Imports,
    entries: list[PeekEntry] | None = None,
    left_out: list[str] | None = None,
) -> Peek:
    names = list(found.names)
    return Peek(
        kind="pickle",
        size=source.size,
        summary=(
            f"pickle that would import {counted(len(names), 'name')} when loaded,"
            " and can run any code"
        ),
        imports=names,
        entries=entries or [],
        left_out=[*found.left_out, *(left_out or [])],
    )


def _peek_bytes(source: Source) -> Peek:
    start = source.at(0, min(source.size, 64))
    return Peek(
        kind="binary",
        size=source.size,
        summary="bytes of a type not known here",
        details={"begins with": start.hex(" ")},
        left_out=["what it holds"],
    )
