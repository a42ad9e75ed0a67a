"""What a pickle would import, told without running it.

The opcodes are walked as `pickletools` documents them; texts that could be names are
followed through the memo, everything else is passed over. A name that the pickle
works out as it goes is reported as "?".
"""

from __future__ import annotations

import io
import pickletools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats.source import BudgetSpent
from jupyter_artifacts.formats.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STEPS: Final = 500_000
MOST_NAMES: Final = 500
UNKNOWN: Final = "?"
_LONGEST_NAME: Final = 1024
_LONGEST_LINE: Final = 1 << 16
_STEP: Final = 1 << 16
_LONGEST_FILE: Final = 1 << 50
_OPCODES: Final = {each.code.encode("latin-1"): each for each in pickletools.opcodes}
_COUNT_BYTES: Final = {
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}
_TEXTS: Final = {
    "SHORT_BINUNICODE",
    "BINUNICODE",
    "BINUNICODE8",
    "SHORT_BINSTRING",
    "BINSTRING",
    "STRING",
    "UNICODE",
}
_GETS: Final = {"BINGET", "LONG_BINGET", "GET"}
_PUTS: Final = {"BINPUT", "LONG_BINPUT", "PUT"}
_KEEP: Final = {"PROTO", "FRAME"}


@dataclass(slots=True)
class Imports:
    """What a pickle would import.

    Attributes:
        names: "module.name", in the order they come up, each once.
        unknown: whether there is a name that it works out as it goes.
        stopped: why the walk ended before the pickle did; "" when it did not.
    """

    names: dict[str, None] = field(default_factory=dict)
    unknown: bool = False
    stopped: str = ""

    def add(self, module: str | None, name: str | None) -> None:
        """Note an import."""
        if module is None or name is None:
            self.unknown = True
        said = (UNKNOWN if part is None else part for part in (module, name))
        found = shown(".".join(said))
        if found in self.names:
            return
        if len(self.names) == MOST_NAMES:
            self.stopped = f"it imports more than {MOST_NAMES} names"
        else:
            self.names[found] = None

    @property
    def left_out(self) -> list[str]:
        """What is not told, a sentence each."""
        rest = [f"what follows: {self.stopped}"] if self.stopped else []
        if self.unknown:
            rest.append(f'names that it works out as it goes, shown as "{UNKNOWN}"')
        return rest


class _Walker:
    def __init__(self, file: io.BufferedIOBase) -> None:
        self.file = file
        self.found = Imports()
        self.memo: dict[int, str | None] = {}
        self.top: list[str | None] = [None, None]
        self.steps = 0

    def walk(self) -> bool:
        """Walk to the end of one pickle; return whether there was one."""
        self.memo, self.top = {}, [None, None]
        while not self.found.stopped:
            code = self.file.read(1)
            known = _OPCODES.get(code)
            if known is None:
                raise Unreadable("it ends early" if not code else "no opcode")
            self.steps += 1
            if self.steps > MOST_STEPS:
                self.found.stopped = f"it has more than {MOST_STEPS:,} steps"
                return False
            argument = self.argument(known.arg)
            if known.name == "STOP":
                return True
            self.step(known.name, argument)
        return False

    def argument(self, kind: pickletools.ArgumentDescriptor | None) -> bytes | None:
        """Return an opcode's argument; None for one too long to be a name."""
        if kind is None:
            return b""
        if kind.n == pickletools.UP_TO_NEWLINE:
            lines = 2 if kind.name == "stringnl_noescape_pair" else 1
            return b"\n".join(self.line() for _ in range(lines))
        if kind.n >= 0:
            return self.exactly(kind.n)
        counted = self.exactly(_COUNT_BYTES[kind.n])
        length = int.from_bytes(counted, "little")
        if length <= _LONGEST_NAME:
            return self.exactly(length)
        self.skip(length)
        return None

    def line(self) -> bytes:
        """Return the rest of a line."""
        line = self.file.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise Unreadable("it has no end of a line")
        return line[:-1]

    def exactly(self, length: int) -> bytes:
        """Return the next bytes."""
        found = self.file.read(length)
        if len(found) < length:
            raise Unreadable("it ends early")
        return found

    def skip(self, length: int) -> None:
        """Pass over the next bytes; the last of them has to be there."""
        if length > _LONGEST_FILE:
            raise Unreadable("it ends early")
        if self.file.seekable():
            self.file.seek(length - 1, io.SEEK_CUR)
            self.exactly(1)
            return
        while length > 0:
            length -= len(self.exactly(min(length, _STEP)))

    def step(self, name: str, argument: bytes | None) -> None:
        """Follow an opcode as far as names go."""
        if name in _TEXTS:
            self.push(_text(name, argument))
        elif name in _GETS:
            self.push(self.memo.get(_number(name, argument)))
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.top[-1]
        elif name in _PUTS:
            self.memo[_number(name, argument)] = self.top[-1]
        elif name not in _KEEP:
            self.imported(name, argument or b"")
            self.push(None)

    def imported(self, name: str, argument: bytes) -> None:
        """Note what an opcode imports."""
        if name == "STACK_GLOBAL":
            self.found.add(*self.top)
        elif name in {"GLOBAL", "INST"}:
            module, _, member = argument.decode("utf-8", "backslashreplace").partition(
                "\n"
            )
            self.found.add(module, member)
        elif name.startswith("EXT"):
            code = int.from_bytes(argument, "little")
            self.found.add("copyreg", f"extension {code}")

    def push(self, text: str | None) -> None:
        """Put a text on the stack; None for anything that is none."""
        self.top = [self.top[-1], text]


def _text(name: str, argument: bytes | None) -> str | None:
    if argument is None:
        return None
    text = argument.decode("utf-8", "backslashreplace")
    if name == "STRING":
        text = text.strip()[1:-1]
    escaped = "\\" in text and name in {"STRING", "UNICODE"}
    return None if escaped else text


def _number(name: str, argument: bytes | None) -> int:
    found = argument or b""
    if name not in {"GET", "PUT"}:
        return int.from_bytes(found, "little")
    if not found.strip().isdigit() or len(found) > 20:  # noqa: PLR2004
        raise Unreadable("it has a number that is none")
    return int(found)


def imports_of(file: io.BufferedIOBase, *, following: bool = False) -> Imports:
    """Return what a pickle would import.

    Args:
        file: at the pickle's beginning.
        following: whether several pickles may stand one after the other.
    """
    walker = _Walker(file)
    whole: Callable[[], bool] = walker.walk
    try:
        while whole() and following:
            start = file.read(1)
            if start != b"\x80":
                walker.found.stopped = "it holds other bytes" if start else ""
                break
            walker.exactly(1)  # the protocol
    except Unreadable as error:
        walker.found.stopped = f"it is no sound pickle from there on ({error.message})"
    except BudgetSpent as error:
        walker.found.stopped = error.message
    return walker.found
