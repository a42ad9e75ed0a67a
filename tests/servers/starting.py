"""Starting a server of one process, and stopping it whatever happens."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE = 60.0  # seconds


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Return whether somebody listens on this port of the loopback."""
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


@contextlib.contextmanager
def process(command: Sequence[str], port: int) -> Iterator[None]:
    """Run `command`, which listens on `port`, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="server-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as out:
            started = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder
            )
        try:
            end = time.monotonic() + PATIENCE
            while not answers(port):
                if started.poll() is not None or time.monotonic() > end:
                    told = log.read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{command[0]} did not start:\n{told}")
                time.sleep(0.05)
            yield
        finally:
            started.kill()
            started.wait()
