"""Why a plan cannot be carried out, and what to do about it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ChangedAtSource, Gone, WouldOverwrite
from jupyter_artifacts.records.transfers import Verdict
from jupyter_artifacts.transfer.words import counted

if TYPE_CHECKING:
    from jupyter_artifacts.transfer.plan import Planned

_SHOWN: Final = 3
_Trouble = tuple[type[Gone | ChangedAtSource | WouldOverwrite], str, str, str]
TROUBLES: Final[dict[Verdict, _Trouble]] = {
    Verdict.GONE: (
        Gone,
        "is no longer in its bucket",
        "are no longer in their bucket",
        "exclude what is gone, or take another version",
    ),
    Verdict.CHANGED: (
        ChangedAtSource,
        "changed at its source since it was recorded",
        "changed at their source since they were recorded",
        "log a new version to take what changed as it is now",
    ),
    Verdict.WOULD_OVERWRITE: (
        WouldOverwrite,
        "stands in {to} with other bytes",
        "stand in {to} with other bytes",
        "choose overwrite skip, replace or rename",
    ),
}


def refusal(plan: Planned) -> Gone | ChangedAtSource | WouldOverwrite:
    """Return the error that says every trouble of a plan; its type is of the first."""
    kind = TROUBLES[next(iter(plan.troubles))][0]
    said = "; ".join(_said(plan, *trouble) for trouble in plan.troubles.items())
    hint = f"{what_to_do(plan)}; nothing was moved"
    return kind(said, address=plan.address, hint=hint)


def what_to_do(plan: Planned) -> str:
    """Return what lets a plan be carried out that would be refused."""
    return "; ".join(TROUBLES[verdict][-1] for verdict in plan.troubles)


def _said(plan: Planned, verdict: Verdict, count: int) -> str:
    _, of_one, of_many, _ = TROUBLES[verdict]
    what = (of_one if count == 1 else of_many).format(to=plan.to)
    some = [file.target for file in islice(plan.with_verdict(verdict), _SHOWN)]
    more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
    how_many = f"{count:,} of {counted(len(plan.files), 'file')}"
    return f"{how_many} {what}: {', '.join(some)}{more}"
