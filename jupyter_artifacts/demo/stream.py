"""The run that is under way while the demo is open."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.demo.jobs import STREAM
from jupyter_artifacts.demo.making import begin, found, wait_for_end
from jupyter_artifacts.demo.people import acting
from jupyter_artifacts.demo.processes import stop
from jupyter_artifacts.errors import Unavailable
from jupyter_artifacts.tracking.recover import recover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.demo.places import Places

_PATIENCE: Final = 60.0
_LOOK_EVERY: Final = 0.1


@contextmanager
def streaming(places: Places) -> Iterator[None]:
    """Keep dara's run going; at the end dara stops it.

    The one that an earlier demo left is deleted, so that there is always one.
    """
    dara = acting(places, STREAM.user)
    run = {"user": STREAM.user, "run": STREAM.name}
    recover(dara.settings)
    if found(places, STREAM) is not None:
        wait_for_end(places, STREAM)
        dara.call("runs.delete", **run)
    with ExitStack() as training:
        process = begin(places, STREAM)
        training.callback(stop, process)
        try:
            yield
        finally:
            if process.poll() is None and found(places, STREAM) is not None:
                dara.call("runs.stop", **run)
                wait_for_end(places, STREAM)


def wait_for_metrics(places: Places) -> None:
    """Return when dara's run has logged something.

    Raises:
        Unavailable: when it does not.
    """
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up:
        run = found(places, STREAM)
        if run is not None and run.experiments[0].summary_metrics:
            return
        time.sleep(_LOOK_EVERY)
    msg = "its training does not begin"
    hint = f"what it said is in {STREAM.log(places)}"
    raise Unavailable(msg, address=STREAM.address, hint=hint)
