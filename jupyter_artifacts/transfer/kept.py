"""What a download that was stopped leaves for the next one to go on from."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.transfers import Verdict
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.transfer.judging import MOVED
from jupyter_artifacts.transfer.partial import RANGE, bytes_come
from jupyter_artifacts.transfer.standing import Standing

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.plan import Planned

_A_MOMENT: Final = 1e-3


def kept(plan: Planned) -> tuple[int, int]:
    """Return how many files of a plan have come, and bytes, those of parts too.

    Nothing is read: a file has its name only once its bytes were verified.
    """
    files = size = 0
    with Standing(plan.to) as standing:
        for file in plan.files:
            if file.verdict not in MOVED or file.kind is AssetKind.FOLDER:
                continue
            if _has_come(standing, file):
                files += 1
                size += file.size
            elif file.size > RANGE:
                size += bytes_come(plan.to, file)
    return files, size


def _has_come(standing: Standing, file: PlannedFile) -> bool:
    try:
        found = standing.found(file.target)
    except (Conflict, OSError):
        return False  # somebody changed the folder meanwhile
    if found is None or not stat.S_ISREG(found.st_mode) or found.st_size != file.size:
        return False
    # the one that it replaces has another time
    late = abs(found.st_mtime - said_time(file.modified))
    return file.verdict is not Verdict.REPLACE or late < _A_MOMENT
