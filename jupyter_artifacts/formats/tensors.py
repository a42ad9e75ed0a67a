"""Tensors of a safetensors file, from its header.

https://github.com/huggingface/safetensors: 8 bytes of length, that much JSON, numbers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.words import counted, first_of, shown
from jupyter_artifacts.records.peeks import Peek, PeekTensor

if TYPE_CHECKING:
    from jupyter_artifacts.formats.source import Source

MOST_TENSORS: Final = 1000
LONGEST_HEADER: Final = 16 << 20
_MOST_METADATA: Final = 100
_BITS: Final = {
    "BOOL": 8,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "F4": 4,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))]
# a product of a million large numbers takes minutes, in which nothing else runs
_Shape = Annotated[list[_Count], msgspec.Meta(max_length=64)]


class Tensor(msgspec.Struct, frozen=True):
    """A tensor, as the header has it."""

    dtype: str
    shape: _Shape
    data_offsets: tuple[_Count, _Count]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The header of a safetensors file; `start` is where its numbers begin."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    start: int


def read_tensors(source: Source) -> Header:
    """Return what the header says, checked against the file.

    Raises:
        Unreadable: when it is no safetensors file, or a damaged one.
        TooLarge: when its header is.
    """
    length = int.from_bytes(source.at(0, 8), "little")
    if length > source.size - 8:
        msg = "it is no safetensors file: its header would be longer than the file"
        raise Unreadable(msg, address=source.name)
    if length > LONGEST_HEADER:
        msg = f"its header has {length:,} bytes; {LONGEST_HEADER:,} are looked into"
        raise TooLarge(msg, address=source.name, hint="download it")
    try:
        said = msgspec.json.decode(source.at(8, length), type=dict[str, msgspec.Raw])
        metadata = msgspec.json.decode(
            said.pop("__metadata__", msgspec.Raw(b"{}")), type=dict[str, str]
        )
        found = {
            name: msgspec.json.decode(raw, type=Tensor) for name, raw in said.items()
        }
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        msg = "it is no safetensors file: its header is damaged"
        raise Unreadable(msg, address=source.name) from error
    header = Header(tensors=found, metadata=metadata, start=8 + length)
    for name, tensor in found.items():
        _check(source, header, name, tensor)
    return header


def _check(source: Source, header: Header, name: str, tensor: Tensor) -> None:
    first, last = tensor.data_offsets
    bits = _BITS.get(tensor.dtype)
    if bits is not None and math.prod(tensor.shape) * bits != (last - first) * 8:
        msg = f"the shape of its tensor {shown(name)} is not that of its bytes"
        raise Unreadable(msg, address=source.name)
    if not first <= last <= source.size - header.start:
        msg = f"its tensor {shown(name)} lies outside of it"
        raise Unreadable(msg, address=source.name)


def peek_safetensors(source: Source) -> Peek:
    """Tell the tensors, their dtypes and shapes, and the metadata."""
    header = read_tensors(source)
    names = list(header.tensors)
    tensors = [
        PeekTensor(
            name=shown(name),
            dtype=shown(tensor.dtype),
            shape=tensor.shape,
            bytes=tensor.data_offsets[1] - tensor.data_offsets[0],
            warning="" if tensor.dtype in _BITS else "of a dtype not known here",
        )
        for name, tensor in list(header.tensors.items())[:MOST_TENSORS]
    ]
    numbers = sum(math.prod(tensor.shape) for tensor in header.tensors.values())
    metadata = list(header.metadata.items())[:_MOST_METADATA]
    return Peek(
        kind="safetensors",
        size=source.size,
        summary=f"{counted(len(names), 'tensor')}, {counted(numbers, 'number')}",
        details={shown(key): shown(value, 1000) for key, value in metadata},
        tensors=tensors,
        left_out=[
            *first_of(len(names), MOST_TENSORS, "tensor"),
            *first_of(len(header.metadata), _MOST_METADATA, "metadata entry"),
        ],
    )
