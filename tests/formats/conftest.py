"""Looks into bytes in memory, counting what is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from jupyter_artifacts.formats.peeking import peek


@dataclass
class Counting:
    """Bytes that count how many of them were read."""

    content: bytes
    asked: list[tuple[int, int]] = field(default_factory=list)

    def read(self, start: int, length: int):
        self.asked.append((start, length))
        yield self.content[start : start + length]

    @property
    def bytes_read(self) -> int:
        return sum(length for _, length in self.asked)


@pytest.fixture(name="counting")
def _counting():
    return Counting


@pytest.fixture(name="look")
def _look():
    """What a file of these bytes holds."""

    def into(name: str, content: bytes):
        return peek(Counting(content).read, len(content), name)

    return into
