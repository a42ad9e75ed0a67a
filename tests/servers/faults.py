"""What can go wrong between a client and a store, one class each, and when."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.messages import Head


@dataclass(frozen=True)
class Answer:
    """The store refuses: it never sees the request.

    Attributes:
        status: 500, 503, 429, 403, …
        code: S3's word for it, e.g. "SlowDown", "ExpiredToken".
        headers: more of them, e.g. a Date.
    """

    status: int
    code: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cut:
    """The connection is reset after so many bytes of the answer's body."""

    after: int


@dataclass(frozen=True)
class CutUpload:
    """The connection is reset after so many bytes of the request's body."""

    after: int


@dataclass(frozen=True)
class Drop:
    """The store did what was asked; its answer is lost."""


@dataclass(frozen=True)
class Truncate:
    """The answer's body ends after so many bytes, and the connection with it.

    Attributes:
        after: so many bytes.
        honest: whether Content-Length says how many come; else, how many should.
    """

    after: int
    honest: bool = False


@dataclass(frozen=True)
class Flip:
    """One bit of this byte of the answer's body is another one."""

    at: int


@dataclass(frozen=True)
class WholeObject:
    """The range asked for is ignored: the whole object comes, with status 200."""


@dataclass(frozen=True)
class NewestObject:
    """The version and the condition asked for are ignored: the newest object comes."""


@dataclass(frozen=True)
class Slow:
    """The answer's body comes at so many bytes a second."""

    rate: int


@dataclass(frozen=True)
class Before:
    """Something happens just before the store sees the request."""

    call: Callable[[], object]


Fault = (
    Answer
    | Before
    | Cut
    | CutUpload
    | Drop
    | Flip
    | NewestObject
    | Slow
    | Truncate
    | WholeObject
)


@dataclass
class Rule:
    """A fault, for some of the requests.

    Attributes:
        fault: what happens.
        method: of the requests; "" for any.
        target: a regular expression found in path and query.
        times: to how many of them; None for all.
        skip: how many go well first.
        chance: how likely each of them is hit.
        seed: of the chance.
        hits: how many were hit so far.
    """

    fault: Fault
    method: str = ""
    target: str = ""
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    seed: int = 0
    hits: int = 0
    _passed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - the same in every run

    def strikes(self, head: Head) -> bool:
        """Return whether it happens to this request; count it."""
        method, target, _ = head.first
        if self.method not in ("", method) or not re.search(self.target, target):
            return False
        self._passed += 1
        if self._passed <= self.skip or self.hits == self.times:
            return False
        if self._dice.random() >= self.chance:
            return False
        self.hits += 1
        return True
