"""The listing of a zip archive, from the directory at its end.

PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14-16
(ends of it). Python's own reader takes the whole directory into memory first.
"""

from __future__ import annotations

import calendar
import io
import stat
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats.hazards import LONGEST_NAME, Hazards
from jupyter_artifacts.formats.source import BudgetSpent, Inflated
from jupyter_artifacts.formats.words import counted, first_of, shown
from jupyter_artifacts.records.peeks import Peek, PeekEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.formats.source import Source

MOST_ENTRIES: Final = 1000
_DIRECTORY: Final = struct.Struct("<4s4xHHHH4xIIHHH4xII")
_LOCAL: Final = struct.Struct("<4s22xHH")
_END: Final = struct.Struct("<4s4xHHIIH")
_LOCATOR: Final = struct.Struct("<4s4xQ4x")
_END64: Final = struct.Struct("<4s8x4x8xQQQQ")
_LONGEST_END: Final = _END.size + 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _UTF8 = 0x1, 0x800
_STORED, _DEFLATED = 0, 8
_LONGEST_LINK: Final = 4096
_MOST_LINKS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A line of a zip archive's directory."""

    name: str
    flags: int
    method: int
    packed: int
    size: int
    offset: int
    mode: int
    modified: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    start: int
    size: int
    entries: int
    shift: int


def members(source: Source) -> tuple[int, Iterator[Member]]:
    """Return how many members a zip archive says it has, and each of them.

    Raises:
        Unreadable: when it is no zip archive, or a damaged one.
    """
    directory = _find(source)
    return directory.entries, _walk(source, directory)


def _find(source: Source) -> _Directory:
    length = min(source.size, _LONGEST_END)
    tail = source.at(source.size - length, length)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        msg = "it is no zip archive: the end of its directory is missing"
        raise Unreadable(msg, address=source.name)
    _, _, entries, size, start, _ = _END.unpack_from(tail, at)
    end = source.size - length + at
    if entries == _FULL16 or _FULL32 in {size, start}:
        entries, size, start, end = _find64(source, end)
    shift = end - size - start  # of a program that unpacks itself
    if shift < 0:
        msg = "its directory lies outside of it"
        raise Unreadable(msg, address=source.name)
    return _Directory(start=start + shift, size=size, entries=entries, shift=shift)


def _find64(source: Source, end: int) -> tuple[int, int, int, int]:
    mark, at = _LOCATOR.unpack(source.at(end - _LOCATOR.size, _LOCATOR.size))
    if mark != b"PK\x06\x07":
        raise Unreadable("its 64-bit directory is missing", address=source.name)
    mark, _, entries, size, start = _END64.unpack(source.at(at, _END64.size))
    if mark != b"PK\x06\x06":
        raise Unreadable("its 64-bit directory is damaged", address=source.name)
    return entries, size, start, at


def _walk(source: Source, directory: _Directory) -> Iterator[Member]:
    at, end = directory.start, directory.start + directory.size
    while at < end:
        (
            mark,
            flags,
            method,
            time,
            date,
            packed,
            size,
            names,
            extras,
            said,
            mode,
            to,
        ) = _DIRECTORY.unpack(source.at(at, _DIRECTORY.size))
        if mark != b"PK\x01\x02":
            raise Unreadable("its directory is damaged", address=source.name)
        raw = source.at(at + _DIRECTORY.size, names + extras)
        size, packed, to = _with_64(source, raw[names:], [size, packed, to])
        code = "utf-8" if flags & _UTF8 else "cp437"
        yield Member(
            name=raw[:names].decode(code, "backslashreplace"),
            flags=flags,
            method=method,
            packed=packed,
            size=size,
            offset=to + directory.shift,
            mode=mode >> 16,
            modified=_when(date, time),
        )
        at += _DIRECTORY.size + names + extras + said


def _with_64(source: Source, extra: bytes, numbers: list[int]) -> list[int]:
    """Return numbers with those that did not fit in 32 bits, from the extra field."""
    if _FULL32 not in numbers:
        return numbers
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            more = iter(struct.iter_unpack("<Q", extra[at + 4 :][: length // 8 * 8]))
            return [next(more, (n,))[0] if n == _FULL32 else n for n in numbers]
        at += 4 + length
    raise Unreadable("its directory lacks 64-bit sizes", address=source.name)


def _when(date: int, time: int) -> float:
    """Return the time of a directory's line; 0 for one that is none."""
    year, month, day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    if not (0 < month < 13 and day):  # noqa: PLR2004
        return 0.0
    hour, minute, second = time >> 11, time >> 5 & 63, 2 * (time & 31)
    return float(calendar.timegm((year, month, day, hour, minute, second)))


def open_member(source: Source, member: Member, most: int) -> io.BufferedReader:
    """Return what a member holds as a file; of a deflated one up to `most` bytes.

    Raises:
        Unreadable: when it is encrypted, packed in another way, or damaged.
    """
    mark, names, extras = _LOCAL.unpack(source.at(member.offset, _LOCAL.size))
    if mark != b"PK\x03\x04":
        msg = f"its member {shown(member.name)} is not where its directory says"
        raise Unreadable(msg, address=source.name)
    start = member.offset + _LOCAL.size + names + extras
    packed = source.part(start, member.packed)
    if member.flags & _ENCRYPTED or member.method not in {_STORED, _DEFLATED}:
        why = "encrypted" if member.flags & _ENCRYPTED else "packed in a rare way"
        msg = f"its member {shown(member.name)} is {why}"
        raise Unreadable(msg, address=source.name)
    if member.method == _STORED:
        return io.BufferedReader(packed)
    return io.BufferedReader(Inflated(packed, wbits=-15, most=most))


def peek_zip(source: Source) -> Peek:
    """List a zip archive, with what would go wrong if it was extracted."""
    claimed, found = members(source)
    listed: list[Member] = []
    left_out: list[str] = []
    total = claimed
    try:
        for member in found:
            if len(listed) == MOST_ENTRIES:
                total = max(claimed, MOST_ENTRIES + 1)
                break
            listed.append(member)
        else:
            total = len(listed)
        left_out += first_of(total, MOST_ENTRIES, "entry")
    except BudgetSpent as error:
        left_out.append(f"what follows: {error.message}")
    entries, marked = _looked_at(source, listed)
    return Peek(
        kind="zip",
        size=source.size,
        summary=f"zip archive of {counted(total, 'entry')}{marked}",
        entries=entries,
        left_out=left_out,
    )


def _looked_at(source: Source, listed: list[Member]) -> tuple[list[PeekEntry], str]:
    hazards, entries, sharing = Hazards(), [], _sharing(listed)
    links = [member.offset for member in listed if stat.S_ISLNK(member.mode)]
    readable = set(links[:_MOST_LINKS])
    for member in listed:
        link = _target(source, member) if member.offset in readable else ""
        entry = PeekEntry(
            name=shown(member.name, LONGEST_NAME),
            kind=_kind(member),
            size=member.size,
            packed=member.packed,
            link=shown(link, LONGEST_NAME),
            modified=member.modified,
        )
        rules = (
            (entry.kind == "link" and not link, "where the link leads is not known"),
            (member.offset in sharing, "it shares its bytes with another"),
            (member.flags & _ENCRYPTED, "it is encrypted"),
        )
        also = "; ".join(said for broken, said in rules if broken)
        entries.append(hazards.mark(entry, mode=member.mode, also=also))
    return entries, hazards.said


def _kind(member: Member) -> str:
    if stat.S_ISLNK(member.mode):
        return "link"
    if member.name.endswith("/"):
        return "folder"
    special = stat.S_IFMT(member.mode) not in {0, stat.S_IFREG, stat.S_IFDIR}
    return "device" if special else "file"


def _target(source: Source, member: Member) -> str:
    """Return where a link leads; "" when that cannot be told."""
    if member.size > _LONGEST_LINK:
        return ""
    try:
        with open_member(source, member, _LONGEST_LINK) as file:
            return file.read(_LONGEST_LINK).decode("utf-8", "backslashreplace")
    except (Unreadable, BudgetSpent):
        return ""  # which the entry's warning says


def _sharing(listed: list[Member]) -> set[int]:
    """Return where members begin whose bytes are another's, too: a bomb's way."""
    spans = sorted((each.offset, each.packed) for each in listed)
    return {
        offset
        for (before, packed), (start, _) in pairwise(spans)
        if before + packed + _LOCAL.size > start
        for offset in (before, start)
    }
