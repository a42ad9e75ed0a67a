"""Takes in what processes log that outlive their run, such as children of a fork.

    python -m jupyter_artifacts.tracking.linger <home> <storage> <login> <run id>

It waits for them, and ends with the last of them.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_artifacts.settings import Settings

_EVERY: Final = 0.5


def start_lingering(settings: Settings, run_id: str) -> None:
    """Start a process of its own that takes in what is still logged to a run."""
    said = [str(settings.home), str(settings.storage), settings.user, run_id]
    # as a companion: no Ctrl-C reaches it, and it outlives this process
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-P", "-m", __name__, *said],
        {**os.environ, "PYTHONWARNINGS": "ignore"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def linger(settings: Settings, run_id: str) -> None:
    """Take in what is logged to a run until nobody logs to it any more."""
    files = f"*-{run_id}.seg"
    if not any(settings.spool.glob(files)):
        return
    path = settings.spool / f"linger-{run_id}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        # one at a time, whoever waits has imported next to nothing
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(settings.spool.glob(files)):
            _take_in(settings, run_id)
        path.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _take_in(settings: Settings, run_id: str) -> None:
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.errors import Unavailable
    from jupyter_artifacts.tracking.ingest import Ingester

    ingester: Ingester | None = None
    while ingester is None or ingester.waits_for(run_id):
        try:
            ingester = ingester or Ingester(LocalCarrier(settings))
            ingester.drain(run_id)
        except Unavailable as error:
            # the frames stay in their files; it is tried again
            sys.stderr.write(f"jupyter_artifacts: {error}\n")
        time.sleep(_EVERY)


def main(arguments: list[str]) -> None:
    """Linger for the run that is named."""
    from jupyter_artifacts.settings import Settings, place_of_storage

    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir("/")
    os.umask(0o007)
    home, storage, login, run_id = arguments
    place = place_of_storage(storage, Path(home))
    settings = Settings(home=Path(home), storage=place, user=login)
    linger(settings, run_id)


if __name__ == "__main__":
    main(sys.argv[1:])
