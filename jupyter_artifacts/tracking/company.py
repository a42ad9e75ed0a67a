"""The training process's side of its companion: give orders, wait for answers."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from jupyter_artifacts.tracking.companion import (
    has_ended,
    keep_company,
    start_companion,
)

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.lines import Order
    from jupyter_artifacts.tracking.papers import Papers

_POLL: Final = 0.01
_SAY_AFTER: Final = 3.0
_SAY_AGAIN_AFTER: Final = 30.0


class Company:
    """A run's companion, as the process that trains knows it.

    Args:
        papers: the run's.
    """

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self._child: int | None = None

    def start(self) -> None:
        """Start the companion."""
        self._child = start_companion(self.papers)

    def have_done(self, act: Literal["end", "finish"], **said: Any) -> None:
        """Give an order and wait until it is carried out.

        When the companion is gone, another one is started; the last order of a
        run is then carried out here.
        """
        order = self.papers.order(act, **said)
        answers = self.papers.answers()
        tell_at = time.monotonic() + _SAY_AFTER
        try:
            while not self.papers.done:
                for answer in answers.read():
                    if answer.id == order.id:
                        self._tell(answer.problem)
                        return
                if not self._is_there():
                    self._replace(order)
                if time.monotonic() > tell_at:
                    tell_at += _SAY_AGAIN_AFTER
                    self._tell(self._trouble() or "capturing what is left")
                time.sleep(_POLL)
        finally:
            answers.close()

    def _trouble(self) -> str:
        """Return the last thing that the companion complained of; "" for nothing."""
        with suppress(FileNotFoundError):
            log = self.papers.folder / "companion.log"
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            return lines[-1] if lines else ""
        return ""

    def _tell(self, text: str) -> None:
        if text:
            sys.stderr.write(f"{self.papers.paper.address}: {text}\n")
            sys.stderr.flush()

    def _is_there(self) -> bool:
        if self._child is not None and not has_ended(self._child):
            return True
        self._child = None
        return self.papers.attended

    def _replace(self, order: Order) -> None:
        if order.act == "finish":
            keep_company(self.papers)
        else:
            self.start()
