"""What `doctor` checks, one module a part of the installation."""

from __future__ import annotations

from enum import StrEnum

from jupyter_artifacts.records.base import Record


class Verdict(StrEnum):
    """How a part is."""

    GOOD = "good"
    WARNING = "warning"
    BROKEN = "broken"


class Check(Record, frozen=True, kw_only=True):
    """What was found of one part, and what to do.

    Attributes:
        name: of the part.
        verdict: how it is.
        detail: what was found.
        cure: what to do; "" when nothing need be done.
    """

    name: str
    verdict: Verdict
    detail: str
    cure: str = ""
