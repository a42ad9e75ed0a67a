"""The demo's processes, at their end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from jupyter_artifacts.demo.processes import stop

STUBBORN = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(60)"
)


def test_a_process_that_does_not_go_is_killed():
    """One that ignores SIGTERM has its seconds, and no more."""
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"up\n"

    began = time.monotonic()
    stop(process, 0.5)

    assert process.returncode == -signal.SIGKILL
    assert 0.5 <= time.monotonic() - began < 5
