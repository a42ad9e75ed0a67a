"""NumPy's files, from their headers: one array, or a zip archive of arrays.

NEP 1 has the format. The header is a Python literal; it is read as one, never run.
"""

from __future__ import annotations

import ast
import io
import math
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats.pickles import Imports, imports_of
from jupyter_artifacts.formats.source import BudgetSpent
from jupyter_artifacts.formats.words import counted, first_of, shown
from jupyter_artifacts.formats.zips import members, open_member
from jupyter_artifacts.records.peeks import Peek, PeekTensor

if TYPE_CHECKING:
    from jupyter_artifacts.formats.source import Source
    from jupyter_artifacts.formats.zips import Member

MAGIC: Final = b"\x93NUMPY"
MOST_ARRAYS: Final = 200
_LONGEST_HEADER: Final = 10_000  # NumPy's own limit for what it does not trust
_MOST_INFLATED: Final = 1 << 24
_LONGEST: Final = 1 << 62
_MOST_DIMENSIONS: Final = 64
_SIMPLE: Final = re.compile(r"[<>|=]?([?bBhHiIlLqQefdgFDGSUVOamMc])(\d{0,9})(\[\w+\])?")
_WIDE: Final = {"U": 4}
_SINGLE: Final = {"?": 1, "b": 1, "B": 1, "c": 1}
_PICKLED: Final = "holds pickled objects: nothing loads them unless trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header of an array says.

    Attributes:
        descr: the dtype, as NumPy spells it.
        shape: of the array.
        pickled: whether it holds Python objects.
        start: where its numbers begin.
        itemsize: bytes of one element; 0 when that is not told here.
    """

    descr: Any
    shape: tuple[int, ...]
    pickled: bool
    start: int
    itemsize: int

    @property
    def bytes(self) -> int:
        """How many bytes its numbers take."""
        return min(_LONGEST, math.prod(self.shape) * self.itemsize)


def read_header(file: io.BufferedIOBase) -> Header:
    """Return the header of the array that begins where `file` is.

    Raises:
        Unreadable: when there is none, or a damaged one.
    """
    start = file.read(len(MAGIC) + 2)
    if start[: len(MAGIC)] != MAGIC or len(start) < len(MAGIC) + 2:
        raise Unreadable("it is no array of NumPy's")
    wide = start[len(MAGIC)] > 1
    counted_in = 4 if wide else 2
    length = int.from_bytes(file.read(counted_in), "little")
    if not 0 < length <= _LONGEST_HEADER:
        raise Unreadable(f"its header has {length:,} bytes, which no array needs")
    text = file.read(length)
    if len(text) < length:
        raise Unreadable("it ends in the middle of its header")
    descr, shape = _said(text.decode("utf-8" if wide else "latin-1", "replace"))
    return Header(
        descr=descr,
        shape=shape,
        pickled=_is_pickled(descr),
        start=len(start) + counted_in + length,
        itemsize=_itemsize(descr),
    )


def _said(text: str) -> tuple[Any, tuple[int, ...]]:
    try:
        said = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise Unreadable("its header is damaged") from error
    if not isinstance(said, dict) or set(said) != {"descr", "fortran_order", "shape"}:
        raise Unreadable("its header does not describe an array")
    shape = said["shape"]
    if not isinstance(shape, tuple) or len(shape) > _MOST_DIMENSIONS:
        raise Unreadable("its header has no shape")
    if not all(type(n) is int and 0 <= n <= _LONGEST for n in shape):
        raise Unreadable("its header has a shape that no array has")
    return said["descr"], shape


def _is_pickled(descr: Any) -> bool:
    if isinstance(descr, str):
        return "O" in descr
    if isinstance(descr, list | tuple):
        return any(map(_is_pickled, descr))
    return False


def _itemsize(descr: Any) -> int:
    """Return the bytes of one element; 0 for objects and what is nested."""
    if isinstance(descr, str) and (found := _SIMPLE.fullmatch(descr)):
        kind, digits, _ = found.groups()
        if digits:
            return int(digits) * _WIDE.get(kind, 1) * (kind != "O")
        return _SINGLE.get(kind, 0)
    return 0


def _tensor(name: str, header: Header) -> PeekTensor:
    return PeekTensor(
        name=shown(name),
        dtype=shown(header.descr),
        shape=list(header.shape),
        bytes=header.bytes,
        warning=_PICKLED if header.pickled else "",
    )


def peek_npy(source: Source) -> Peek:
    """Tell an array's shape and dtype."""
    with source.part(0, source.size) as raw:
        file = io.BufferedReader(raw)
        header = read_header(file)
        found = imports_of(file) if header.pickled else Imports()
    tensor = _tensor("", header)
    size = " x ".join(map(str, header.shape)) or "one number"
    missing = header.start + header.bytes - source.size
    if header.itemsize and missing > 0:
        msg = f"its header promises {missing:,} bytes more than there are"
        raise Unreadable(msg, address=source.name)
    return Peek(
        kind="npy",
        size=source.size,
        summary=f"array {size} of {tensor.dtype}" + _and(tensor.warning),
        tensors=[tensor],
        imports=list(found.names),
        left_out=found.left_out,
    )


def _and(warning: str) -> str:
    return f"; it {warning}" if warning else ""


def peek_npz(source: Source) -> Peek:
    """Tell the shapes and dtypes of the arrays in an archive."""
    claimed, found = members(source)
    tensors: list[PeekTensor] = []
    imports: dict[str, None] = {}
    left_out: list[str] = []
    total = 0
    try:
        for member in found:
            total += 1
            if total <= MOST_ARRAYS:
                tensor, pickled = _member_tensor(source, member)
                tensors.append(tensor)
                imports |= pickled.names
                left_out += pickled.left_out
    except BudgetSpent as error:
        left_out.append(f"what follows: {error.message}")
        total = max(total, claimed)
    else:
        left_out += first_of(total, MOST_ARRAYS, "array")
    holds_objects = any(tensor.warning == _PICKLED for tensor in tensors)
    return Peek(
        kind="npz",
        size=source.size,
        summary=counted(total, "array") + _and(_PICKLED if holds_objects else ""),
        tensors=tensors,
        imports=list(imports),
        left_out=list(dict.fromkeys(left_out)),
    )


def _member_tensor(source: Source, member: Member) -> tuple[PeekTensor, Imports]:
    name = member.name.removesuffix(".npy")
    try:
        with open_member(source, member, _MOST_INFLATED) as file:
            header = read_header(file)
            found = imports_of(file) if header.pickled else Imports()
            return _tensor(name, header), found
    except (Unreadable, struct.error) as error:
        said = error.message if isinstance(error, Unreadable) else "it is damaged"
        told = PeekTensor(name=shown(name), dtype="", shape=[], bytes=0, warning=said)
        return told, Imports()
