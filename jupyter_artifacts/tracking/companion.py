"""The companion: a small process beside a run that captures, and outlives it.

    python -m jupyter_artifacts.tracking.companion <folder of papers>

It watches the run's folder, takes files and metrics while the run goes, notices the
death of its process, and says how it ended. When everything is said, and nobody waits
for it, it packs the run's small files where they lie in a bucket, and exits.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from jupyter_artifacts.errors import Unavailable
from jupyter_artifacts.importing import much_imported
from jupyter_artifacts.tracking.duty import Duty
from jupyter_artifacts.tracking.linger import linger
from jupyter_artifacts.tracking.packing import pack_run
from jupyter_artifacts.tracking.papers import Papers, all_papers
from jupyter_artifacts.tracking.watcher import Watcher

_TICK: Final = 0.1
_PATIENCE: Final = 2.0
_LOOKING: Final = 0.5


def start_companion(papers: Papers) -> int:
    """Start the companion of a run: a session of its own, so no Ctrl-C reaches it.

    Returns:
        Its pid; see `has_ended`.
    """
    log = str(papers.folder / "companion.log")
    writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    program = [sys.executable, "-P", "-m", __name__, str(papers.folder)]
    # subprocess.Popen would complain about a child that outlives its parent
    return os.posix_spawn(
        sys.executable,
        program,
        {**os.environ, "PYTHONWARNINGS": "ignore"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, writing, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def has_ended(child: int) -> bool:
    """Whether a companion that this process started is no more."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        # somebody else waited for it, or it is another process's child
        return True


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
    with much_imported():
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
    # nothing of the training process is held open, no folder kept from being removed
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir("/")
    os.umask(0o007)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    papers = Papers(Path(arguments[0]))
    keep_company(papers)
    linger(papers.paper.settings, papers.paper.run_id)
    pack_run(papers.paper.settings, papers.paper.run_id)


if __name__ == "__main__":
    main(sys.argv[1:])
