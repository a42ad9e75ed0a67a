"""Thrift's compact protocol, as far as a Parquet footer uses it.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
A struct becomes a dictionary by its fields' numbers.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats.source import BudgetSpent

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUE, FALSE = 1, 2
BYTE, I16, I32, I64 = 3, 4, 5, 6
DOUBLE, BINARY, LIST, SET, MAP, STRUCT = 7, 8, 9, 10, 11, 12
MOST_VALUES: Final = 400_000
_DEEPEST: Final = 24
_LONG: Final = 15
_MOST_BITS: Final = 63


class Reader:
    """Reads values one after the other.

    Attributes:
        at: the next byte.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._left = MOST_VALUES
        self.at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield number and type of each field; whoever takes it reads its value."""
        number = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self._signed()
            yield number, kind

    def elements(self) -> Iterator[int]:
        """Yield the type of each element of a list; whoever takes it reads it.

        Raises:
            Unreadable: when the list would be longer than its bytes.
        """
        head = self._byte()
        count, kind = head >> 4, head & 15
        if count == _LONG:
            count = self._unsigned()
        if count > len(self._content) - self.at:
            raise Unreadable("its footer has a list that is too long")
        for _ in range(count):
            yield kind

    def value(self, kind: int, depth: int = 0) -> Any:
        """Return a value of a type.

        Raises:
            Unreadable: when the bytes are none, or end too early.
            BudgetSpent: after too many values.
        """
        self._left -= 1
        if self._left < 0:
            raise BudgetSpent("its footer has more values than are looked at")
        if depth > _DEEPEST:
            raise Unreadable("its footer is nested too deeply")
        if kind in {TRUE, FALSE}:
            return kind == TRUE
        if kind in {I16, I32, I64}:
            return self._signed()
        if kind == STRUCT:
            return {number: self.value(of, depth + 1) for number, of in self.fields()}
        if kind in {LIST, SET}:
            return [self._element(of, depth + 1) for of in self.elements()]
        if kind == BINARY:
            return self._bytes(self._unsigned())
        return self._rare(kind)

    def _element(self, kind: int, depth: int) -> Any:
        value = self.value(kind, depth)
        # in a list each of them takes a byte, which says what it is
        return self._byte() == TRUE if kind in {TRUE, FALSE} else value

    def _rare(self, kind: int) -> Any:
        if kind == BYTE:
            return int.from_bytes(self._bytes(1), signed=True)
        if kind == DOUBLE:
            return struct.unpack("<d", self._bytes(8))[0]
        raise Unreadable("its footer has values of no known type")

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _bytes(self, length: int) -> bytes:
        found = self._content[self.at : self.at + length]
        if len(found) < length:
            raise Unreadable("its footer ends too early")
        self.at += length
        return found

    def _unsigned(self) -> int:
        number, shift = 0, 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the last byte
                return number
            shift += 7
            if shift > _MOST_BITS:
                raise Unreadable("its footer has a number that is too long")

    def _signed(self) -> int:
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)
