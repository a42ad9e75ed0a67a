"""The spool: companions that live, and what dead ones left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.cli.checkup import Check, Verdict
from jupyter_artifacts.cli.words import counted
from jupyter_artifacts.tracking.papers import all_papers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.settings import Settings

_SHOWN = 3


def checks(settings: Settings) -> Iterator[Check]:
    """Check that every run under way has its companion, and none is left over."""
    try:
        papers = [each for each in all_papers(settings) if not each.done]
        attended = [each for each in papers if each.attended]
    except OSError as error:
        detail = f"{error.filename} cannot be read: {error.strerror}"
        cure = "give the spool to this user, or set JUPYTER_ARTIFACTS_HOME"
        yield Check(name="spool", verdict=Verdict.BROKEN, detail=detail, cure=cure)
        return
    detail = f"{counted(len(attended), 'run')} under way on this machine"
    yield Check(name="companions", verdict=Verdict.GOOD, detail=detail)
    left = [each.paper.address for each in papers if each not in attended]
    if not left:
        yield Check(name="spool", verdict=Verdict.GOOD, detail="nothing is left over")
        return
    names = ", ".join(left[:_SHOWN]) + (", …" if len(left) > _SHOWN else "")
    detail = f"nobody looks after {counted(len(left), 'run')}: {names}"
    cure = "start the server or another run: it finishes what they left"
    yield Check(name="spool", verdict=Verdict.WARNING, detail=detail, cure=cure)
