"""The companion: a small process beside a run that captures, and outlives it.

    python -m jupyter_artifacts.tracking.companion <folder of papers>

It watches the run's folder, takes files and metrics while the run goes, notices the
death of its process, and says how it ended. It exits when everything is said.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from jupyter_artifacts.errors import Unavailable
from jupyter_artifacts.tracking.duty import Duty
from jupyter_artifacts.tracking.papers import Papers, all_papers
from jupyter_artifacts.tracking.watcher import Watcher

_TICK: Final = 0.1
_PATIENCE: Final = 2.0
_LOOKING: Final = 0.5


def start_companion(papers: Papers) -> subprocess.Popen[bytes]:
    """Start the companion of a run: a session of its own, so no Ctrl-C reaches it."""
    with (papers.folder / "companion.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", __name__, str(papers.folder)],
            cwd="/",
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def keep_company(papers: Papers) -> None:
    """Do everything that a run's papers ask for; return when it is done.

    Nothing is done when somebody else is at it.
    """
    lock = _lock(papers)
    if lock is None:
        return
    try:
        duty: Duty | None = None
        with Watcher(papers.paper.folder) as watcher:
            while not papers.done:
                try:
                    duty = duty or _begin(papers)
                    duty.notice(watcher.changes(_TICK))
                    duty.tick()
                except Unavailable as error:
                    # nothing is lost: files, segments and orders wait on disk
                    sys.stderr.write(f"jupyter_artifacts: {error}\n")
                    time.sleep(_PATIENCE)
        if duty is not None:
            duty.close()
    finally:
        os.close(lock)
    throw_away_old(papers)


def _lock(papers: Papers) -> int | None:
    """Become the companion; somebody may be holding the lock just to look."""
    patience = time.monotonic() + _LOOKING
    while not papers.done:
        if (lock := papers.lock()) is not None or time.monotonic() > patience:
            return lock
        time.sleep(0.02)
    return None


def _begin(papers: Papers) -> Duty:
    from jupyter_artifacts.carriers.local import LocalCarrier

    duty = Duty(papers, LocalCarrier(papers.paper.settings))
    if duty.capture is not None:
        duty.capture.scan()
    return duty


def throw_away_old(papers: Papers) -> None:
    """Throw away done papers that no living run may need as evidence."""
    found = list(all_papers(papers.paper.settings))
    if not any(other.live for other in found):
        for other in found:
            if other.done:
                other.remove()


def main(arguments: list[str]) -> None:
    """Keep company with the run whose papers are named."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o007)
    keep_company(Papers(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
