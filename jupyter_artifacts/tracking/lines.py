"""The lines of the journals in a run's papers."""

from __future__ import annotations

from typing import Literal

from jupyter_artifacts.records.base import Record
from jupyter_artifacts.tracking.processes import Process


class Order(Record, frozen=True):
    """What the process wants.

    Attributes:
        id: ULID; the answer names it.
        act: "begin" an experiment, "end" one, "finish" the run, register a
            "segment", watch over a "script" as well.
        time: when.
        number: which experiment.
        state: to end in.
        reason: of the end.
        path: of the segment.
        process: the script's.
        leaving: whether the process is about to exit.
        died: whether the script was killed.
    """

    id: str
    act: Literal["begin", "end", "finish", "segment", "script"]
    time: float
    number: int = -1
    state: str = ""
    reason: str = ""
    path: str = ""
    process: Process | None = None
    leaving: bool = False
    died: bool = False


class Answer(Record, frozen=True):
    """An order was carried out; `problem` says what went wrong, "" for nothing."""

    id: str
    problem: str = ""


class Claim(Record, frozen=True):
    """An experiment opened a file for writing.

    Attributes:
        path: absolute.
        number: of the experiment; -1 for the one under way.
        time: when.
    """

    path: str
    number: int
    time: float


class Taken(Record, frozen=True):
    """A file was captured, or else listed as not captured, for an experiment."""

    path: str
    number: int
    time: float
    captured: bool = True
