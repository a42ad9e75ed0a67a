"""A companion's last act: the run's small files once more, in packs.

What it leaves undone, when it is killed or its store is away, a server does later.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import ArtifactsError

if TYPE_CHECKING:
    from jupyter_artifacts.settings import Settings


def pack_run(settings: Settings, run_id: str) -> None:
    """Pack the outputs of a run's experiments that have ended, in a bucket."""
    if not isinstance(settings.storage, str):
        return
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.operations.output_packing import pack_waiting

    try:
        context = LocalCarrier(settings).context
        for packed in pack_waiting(context, before=time.time(), run_id=run_id):
            sys.stderr.write(f"jupyter_artifacts: {packed}\n")
    except ArtifactsError as error:
        sys.stderr.write(f"jupyter_artifacts: outputs are not packed: {error}\n")
