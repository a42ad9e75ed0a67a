"""Trains until a file tells it to stop: "live", a run of alice's.

Run with a folder to work in.
"""

import math
import os
import sys
import time
from pathlib import Path

import jupyter_artifacts as ja

LONGEST = 1000


def main(work: Path) -> None:
    """Log every 0.3 seconds."""
    os.chdir(work)
    with ja.start_run(
        "live", {"lr": 0.5}, user="alice", capture=work, quiet=True
    ) as run:
        for step in range(LONGEST):
            run.log({"loss": 2 + math.cos(step / 5)}, step=step)
            if (work / "enough").exists():
                return
            time.sleep(0.3)


main(Path(sys.argv[1]).resolve())
