"""What ended a process that is not our child, as far as the system tells."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.tracking.processes import lives

if TYPE_CHECKING:
    from jupyter_artifacts.tracking.processes import Process

# linux/pidfd.h: PIDFD_GET_INFO on the first version of struct pidfd_info; the
# kernel gives the exit status of a reaped process since 6.15
_GET_INFO: Final = 0xC040FF0B
_INFO: Final = struct.Struct("<Q52xi")
_WANT_EXIT: Final = 1 << 3
_EXIT_CODE: Final = 51  # proc(5): field 52 of /proc/<pid>/stat, counted from 0


class Watched:
    """A process whose end is of interest; made while it lives.

    Args:
        process: the process.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._kills = memory_kills()
        self._descriptor = -1
        # it may have died meanwhile, or the system be older than Linux 5.3
        with suppress(OSError, AttributeError):
            self._descriptor = os.pidfd_open(process.pid)
            if not lives(process):
                self.close()

    def why_it_died(self) -> str:
        """Say why it ended, though it never said so itself."""
        status = self._status_of_zombie()
        if status is None:
            status = self._status_of_reaped()
        kills = memory_kills()
        if kills is not None and self._kills is not None and kills > self._kills:
            cause = "killed (SIGKILL) by the system, which was out of memory"
        elif status is None:
            cause = "killed (SIGKILL), perhaps out of memory, or it crashed"
        else:
            cause = cause_of(os.waitstatus_to_exitcode(status))
        return f"the process ended without finishing: {cause}"

    def _status_of_zombie(self) -> int | None:
        """Return the wait status while nobody has asked for it yet."""
        try:
            place = Path(f"/proc/{self._process.pid}/stat")
            text = place.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = text.rpartition(")")[2].split()
        at = _EXIT_CODE - 2
        zombie = fields[0] in {"Z", "X"} and len(fields) > at
        return int(fields[at]) if zombie else None

    def _status_of_reaped(self) -> int | None:
        """Return the wait status that the kernel keeps for whoever holds a pidfd."""
        if self._descriptor < 0:
            return None
        answer = bytearray(_INFO.pack(_WANT_EXIT, 0))
        try:
            fcntl.ioctl(self._descriptor, _GET_INFO, answer)
        except OSError:
            return None
        given, status = _INFO.unpack(answer)
        return int(status) if given & _WANT_EXIT else None

    def close(self) -> None:
        """Let it go; done twice, the same."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def cause_of(status: int) -> str:
    """Say what an exit status means; a negative one is a signal."""
    if status >= 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"killed ({name})" + (", perhaps out of memory" if name == "SIGKILL" else "")


def memory_kills() -> int | None:
    """Return how often this machine killed for want of memory; None when unknown."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    counts = [line.split()[1] for line in lines if line.startswith("oom_kill ")]
    return int(counts[0]) if counts else None
