"""Finishes what killed companions left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.tracking.companion import (
    has_ended,
    keep_company,
    start_companion,
)
from jupyter_artifacts.tracking.forgotten import end_forgotten
from jupyter_artifacts.tracking.ingest import Ingester
from jupyter_artifacts.tracking.papers import all_papers
from jupyter_artifacts.tracking.processes import lives

if TYPE_CHECKING:
    from jupyter_artifacts.settings import Settings

_STARTED: Final[list[int]] = []


def recover(settings: Settings) -> list[str]:
    """Look after the runs that nobody looks after any more.

    One whose process lives gets a new companion; one whose process is gone is ended
    here and now: the rest of its files and metrics are taken, and it becomes ERRORED.
    So does one that died before it had papers. Metrics that nobody takes in are, too.

    Args:
        settings: whose spool to look through.

    Returns:
        Addresses of the runs that were looked after.
    """
    found = []
    _STARTED[:] = [child for child in _STARTED if not has_ended(child)]
    for papers in all_papers(settings):
        if papers.done or papers.attended:
            continue
        found.append(papers.paper.address)
        if lives(papers.paper.process):
            _STARTED.append(start_companion(papers))
            continue
        try:
            keep_company(papers)
        except NotFound as error:
            # somebody deleted the run: nobody is left to be told
            sys.stderr.write(f"jupyter_artifacts: {error}\n")
            papers.remove()
    carrier = LocalCarrier(settings)
    if any(settings.spool.glob("*.seg")):
        Ingester(carrier).try_pass()
    return found + end_forgotten(carrier)
