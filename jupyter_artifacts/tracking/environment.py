"""What a run was started in: Python, machine, packages. Never a secret."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.tracking.hiding import without_secrets

if TYPE_CHECKING:
    from jupyter_artifacts.records.base import JsonObject

_SHOWN: Final = (
    "CUDA_VISIBLE_DEVICES",
    "LANG",
    "OMP_NUM_THREADS",
    "PYTHONHASHSEED",
    "RANK",
    "SLURM_JOB_ID",
    "TZ",
    "WORLD_SIZE",
)
"""Variables whose values matter for a result, and hold no secret."""

_INFO: Final = ".dist-info"


def environment_of_this_process(argv: list[str] | None = None) -> JsonObject:
    """Return what is noted of the environment, once, at a run's start.

    Args:
        argv: the command line; None for this process's own.
    """
    return {
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "host": platform.node(),
        "cpus": os.cpu_count() or 0,
        "argv": without_secrets(sys.argv if argv is None else argv),
        "packages": _packages(),
        "variables": sorted(os.environ),
        "values": {name: os.environ[name] for name in _SHOWN if name in os.environ},
    }


def _packages() -> dict[str, str]:
    """Return name → version of what can be imported.

    Read off the names of the `.dist-info` folders, which PEP 376 fixes: reading
    hundreds of METADATA files takes most of a second.
    """
    found: dict[str, str] = {}
    for place in sys.path:
        try:
            with os.scandir(place or ".") as entries:
                names = [entry.name for entry in entries]
        except OSError:
            # a zip file, or a folder that is not there
            continue
        for name in names:
            package, dash, version = name.removesuffix(_INFO).partition("-")
            if name.endswith(_INFO) and dash:
                found.setdefault(package.replace("_", "-"), version)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))
