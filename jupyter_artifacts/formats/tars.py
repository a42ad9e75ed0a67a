"""The listing of a tar archive, header by header.

POSIX.1-2017, `pax`: ustar and pax headers; and GNU tar's long names. Python's own
reader can be sent round in circles by a hostile archive (CVE-2025-8194).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats.hazards import LONGEST_NAME, RATIO, Hazards
from jupyter_artifacts.formats.source import BudgetSpent, Inflated
from jupyter_artifacts.formats.words import counted, shown
from jupyter_artifacts.records.peeks import Peek, PeekEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.formats.source import Source

MOST_ENTRIES: Final = 1000
MOST_INFLATED: Final = 64 << 20
BLOCK: Final = 512
_LONGEST_EXTRA: Final = 1 << 20
_LONGEST_LENGTH: Final = 8
_STEP: Final = 1 << 20
_MOST_SIZE: Final = 1 << 62
_KINDS: Final = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"S": "file",
    b"1": "hard link",
    b"2": "link",
    b"3": "device",
    b"4": "device",
    b"5": "folder",
    b"6": "pipe",
}
_CUT: Final = "it ends in the middle of an entry"
_SPARSE: Final = b"S"
_HOLDS_NOTHING: Final = {"link", "hard link", "device", "pipe", "folder"}


@dataclass(slots=True)
class _Extra:
    """What headers before an entry say about it, or about all that follow."""

    next: dict[str, str] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)

    def take(self) -> dict[str, str]:
        """Return what holds for the next entry, and forget what is for it alone."""
        found, self.next = {**self.always, **self.next}, {}
        return found


def peek_tar(source: Source, *, gzipped: bool = False) -> Peek:
    """List a tar archive, with what would go wrong if it was extracted."""
    packed = source.open()
    file: io.RawIOBase = packed
    if gzipped:
        file = Inflated(packed, wbits=31, most=MOST_INFLATED)
    hazards = Hazards()
    entries: list[PeekEntry] = []
    left_out: list[str] = []
    try:
        for entry, mode in _walk(io.BufferedReader(file, BLOCK), source):
            if len(entries) == MOST_ENTRIES:
                left_out.append(f"what follows the first {MOST_ENTRIES:,} entries")
                break
            entries.append(hazards.mark(entry, mode=mode))
    except BudgetSpent as error:
        left_out.append(f"what follows: {error.message}")
    except Unreadable as error:
        if not entries:
            raise
        left_out.append(f"what follows: {error.message}")
    more = "at least " if left_out else ""
    unpacked = sum(entry.size for entry in entries)
    details = {}
    if gzipped and unpacked > RATIO * source.size:
        times = unpacked // max(1, source.size)
        details["warning"] = f"it unpacks to {more}{times:,} times its bytes"
    return Peek(
        kind="tar",
        size=source.size,
        summary=f"tar archive of {more}{counted(len(entries), 'entry')}{hazards.said}",
        details=details,
        entries=entries,
        left_out=left_out,
    )


def _walk(file: io.BufferedReader, source: Source) -> Iterator[tuple[PeekEntry, int]]:
    extra = _Extra()
    while head := file.read(BLOCK):
        if head == bytes(BLOCK):
            return
        if len(head) < BLOCK or not _is_header(head):
            msg = "it is no tar archive, or a damaged one"
            raise Unreadable(msg, address=source.name)
        kind, size = head[156:157], _number(head[124:136])
        if kind in b"xgXLK":
            _note(extra, kind, _read(file, size))
            continue
        entry = _entry(head, kind, size, extra.take())
        yield entry, _number(head[100:108]) & 0o7777
        held = 0 if entry.kind in _HOLDS_NOTHING else entry.size
        if kind == _SPARSE and head[482]:
            _skip_map(file)
        _skip(file, held + -held % BLOCK, source.size)


def _is_header(head: bytes) -> bool:
    said = head[148:156].strip(b" \0")
    total = sum(head[:148]) + 8 * 0x20 + sum(head[156:])
    return bool(said) and not said.strip(b"01234567") and int(said, 8) == total


def is_tar(start: bytes) -> bool:
    """Whether a file that begins so is a tar archive."""
    return len(start) >= BLOCK and _is_header(start[:BLOCK])


def _number(text: bytes) -> int:
    """Return a header's number: octal, or GNU's base 256 for a large one.

    Raises:
        Unreadable: when it is none.
    """
    if text[0] == 0x80:  # noqa: PLR2004 - GNU's mark
        number = int.from_bytes(text[1:], "big")
    else:
        digits = text.split(b"\0", 1)[0].strip()
        if digits.strip(b"01234567"):
            raise Unreadable("its header has a number that is none")
        number = int(digits or b"0", 8)
    if number > _MOST_SIZE:
        raise Unreadable("its header has a number that is too large")
    return number


def _text(field_: bytes) -> str:
    return field_.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")


def _entry(head: bytes, kind: bytes, size: int, extra: dict[str, str]) -> PeekEntry:
    name, above = _text(head[:100]), _text(head[345:500])
    if head[257:263] == b"ustar\0" and above:
        name = f"{above}/{name}"
    name = extra.get("path", name)
    what = _KINDS.get(kind, "other")
    if what == "file" and name.endswith("/"):
        what = "folder"
    if extra.get("size", "").isdecimal():
        size = min(int(extra["size"][:20]), _MOST_SIZE)
    return PeekEntry(
        name=shown(name, LONGEST_NAME),
        kind=what,
        size=0 if what in _HOLDS_NOTHING else size,
        link=shown(extra.get("linkpath", _text(head[157:257])), LONGEST_NAME),
        modified=float(_number(head[136:148])),
    )


def _note(extra: _Extra, kind: bytes, content: bytes) -> None:
    if kind in b"LK":
        extra.next["path" if kind == b"L" else "linkpath"] = _text(content)
        return
    said = extra.always if kind == b"g" else extra.next
    at = 0
    while at < len(content) and content[at]:
        digits = content[at : at + _LONGEST_LENGTH].partition(b" ")[0]
        length = (
            int(digits) if digits.isdigit() and len(digits) < _LONGEST_LENGTH else 0
        )
        if length <= len(digits) + 1:
            raise Unreadable("its header of long names is damaged")
        line = content[at + len(digits) + 1 : at + length].removesuffix(b"\n")
        key, _, value = line.partition(b"=")
        if key in {b"path", b"linkpath", b"size"}:
            said[key.decode()] = value.decode("utf-8", "backslashreplace")
        at += length


def _read(file: io.BufferedReader, size: int) -> bytes:
    if size > _LONGEST_EXTRA:
        raise Unreadable("its header of long names is too long")
    content = file.read(size + -size % BLOCK)
    if len(content) < size:
        raise Unreadable(_CUT)
    return content[:size]


def _skip_map(file: io.BufferedReader) -> None:
    """Pass over the rest of where a sparse file's bytes belong (GNU tar)."""
    more = True
    while more:
        block = file.read(BLOCK)
        if len(block) < BLOCK:
            raise Unreadable(_CUT)
        more = bool(block[504])


def _skip(file: io.BufferedReader, count: int, size: int) -> None:
    if file.seekable():
        if file.tell() + count > size:
            raise Unreadable(_CUT)
        file.seek(count, io.SEEK_CUR)
        return
    while count > 0:
        found = file.read(min(count, _STEP))
        if not found:
            raise Unreadable(_CUT)
        count -= len(found)
