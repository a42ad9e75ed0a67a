"""Ceph's S3 gateway, started by hand: monitor, manager, OSD in memory, gateway.

It needs Debian's radosgw, ceph-mon, ceph-osd, ceph-mgr and ceph-common, and root; no
systemd. Everything lies in a scratch folder and listens on the loopback, on ports that
are free, so several can run at once. `python -m tests.servers.ceph` prints what a
client needs in its environment and stays up until it is stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.s3 import S3Server
from tests.servers.starting import answers, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROGRAMS = (
    "ceph",
    "ceph-mgr",
    "ceph-mon",
    "ceph-osd",
    "monmaptool",
    "radosgw",
    "radosgw-admin",
    "setpriv",
)
PATIENCE = 90.0  # seconds for any one step; the gateway's first start makes its pools
GIB = 1024**3
GATEWAY = "client.rgw.a"
# a client sometimes asks before it has learnt which cluster it talks to
_TOO_EARLY = "problem getting command descriptions"
_TRIES = 5

CONFIGURATION = """\
[global]
fsid = {fsid}
mon initial members = a
mon host = v1:127.0.0.1:{monitor}
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
run dir = {folder}
pid file =
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
crash dir = {folder}
mon data = {folder}/mon
mgr data = {folder}/mgr
osd data = {folder}/osd
mon allow pool size one = true
mon warn on pool no redundancy = false
mon osd down out interval = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd objectstore = memstore
osd memory target = 1073741824
osd crush chooseleaf type = 0
osd class update on start = false
osd crush update on start = false
memstore device bytes = {memory}

[client.rgw.a]
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{gateway} tcp_nodelay=1
rgw enable usage log = false
rgw enable ops log = false
"""


@dataclass(frozen=True)
class CephServer(S3Server):
    """Ceph's gateway.

    Attributes:
        conf: its configuration, for commands on the cluster.
    """

    conf: Path

    def remove_bucket(self, name: str) -> None:
        """Remove a bucket with all that is in it, and free its memory at once."""
        words = ["bucket", "rm", f"--bucket={name}", "--purge-objects", "--bypass-gc"]
        command = ["radosgw-admin", "-c", str(self.conf), "-n", GATEWAY, *words]
        self.abort_uploads(name)  # it dies of a signal when it meets one
        told = subprocess.run(command, check=False, capture_output=True, text=True)
        if told.returncode:
            raise Failed(f"Ceph: {' '.join(words)} failed: {told.stderr.strip()}")


class Failed(Exception):  # noqa: N818 - it reads as what happened
    """A step of the start did not work; the message says which and where to look."""


class _TooEarly(Failed):
    """What a client asked has to be asked again."""


@dataclass
class Processes:
    """What was started, to be stopped in the end.

    Attributes:
        folder: where each leaves its log.
        running: newest last.
    """

    folder: Path
    running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a daemon that dies with this process."""
        with (self.folder / f"{name}.out").open("wb") as out:
            started = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        self.running.append((name, started))

    def step(self, what: str, command: Sequence[str]) -> str:
        """Run one command to its end; return what it printed."""
        try:
            told = subprocess.run(
                command,
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self.failed(what, f"took more than {PATIENCE:.0f} s") from None
        if _TOO_EARLY in told.stderr:
            raise _TooEarly(str(self.failed(what, told.stderr.strip())))
        if told.returncode:
            raise self.failed(what, told.stderr.strip() or f"exit {told.returncode}")
        return told.stdout

    def wait_for(self, what: str, port: int) -> None:
        """Wait until `port` answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for name, process in self.running:
                if process.poll() is not None:
                    raise self.failed(what, f"{name} ended with {process.returncode}")
            if answers(port):
                return
            time.sleep(0.05)
        raise self.failed(what, f"port {port} was silent for {PATIENCE:.0f} s")

    def failed(self, what: str, why: str) -> Failed:
        """Return the error of a step, with the last lines of every log."""
        logs = [*sorted(self.folder.glob("*.log")), *sorted(self.folder.glob("*.out"))]
        ends = []
        for log in logs:
            lines = log.read_text(errors="replace").splitlines()
            ends += [f"--- {log}", *lines[-8:]] if lines else []
        return Failed("\n".join([f"Ceph: {what} failed: {why}", *ends]))

    def stop(self) -> None:
        """Kill what runs, newest first; nothing that it holds is wanted any more."""
        for _, process in reversed(self.running):
            process.kill()
        for _, process in self.running:
            process.wait()


@contextlib.contextmanager
def ceph(*, memory: int = 8 * GIB, keep: Path | None = None) -> Iterator[CephServer]:
    """Run a fresh Ceph until the end of the block.

    Args:
        memory: how many bytes its store may hold.
        keep: a folder for its logs that is not removed; a fresh temporary one if None.

    Raises:
        Failed: when a step of the start fails; what was started is stopped.
    """
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        raise Failed(
            f"Ceph cannot start: {', '.join(missing)} missing; install radosgw ceph-mon"
            " ceph-osd ceph-mgr ceph-common."
        )
    if os.geteuid() != 0:
        raise Failed("Ceph cannot start: its daemons need root.")
    # a short path: sockets lie in it
    folder = keep or Path(tempfile.mkdtemp(prefix="ceph-", dir="/tmp"))
    processes = Processes(folder)
    try:
        yield _started(processes, memory)
    finally:
        processes.stop()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _started(processes: Processes, memory: int) -> CephServer:
    """Start the four, in order."""
    folder = processes.folder
    cluster, disk = str(uuid.uuid4()), str(uuid.uuid4())
    monitor, gateway = free_port(), free_port()
    for name in ("mon", "mgr", "osd", "rgw"):
        (folder / name).mkdir(parents=True)
    conf = folder / "ceph.conf"
    conf.write_text(
        CONFIGURATION.format(
            fsid=cluster, monitor=monitor, gateway=gateway, folder=folder, memory=memory
        )
    )
    use = ["-c", str(conf)]
    step, start = processes.step, processes.start

    def ask(*words: str) -> str:
        command = ["ceph", *use, "--connect-timeout", "30", *words]
        for _ in range(_TRIES - 1):
            with contextlib.suppress(_TooEarly):
                return step(" ".join(words), command)
        return step(" ".join(words), command)

    where = f"[v1:127.0.0.1:{monitor}]"
    made = ["--create", "--addv", "a", where, "--fsid", cluster, "map"]
    step("monmaptool", ["monmaptool", *made])
    step("ceph-mon --mkfs", ["ceph-mon", *use, "--mkfs", "-i", "a", "--monmap", "map"])
    start("mon.a", ["ceph-mon", *use, "-f", "-i", "a"])
    processes.wait_for("ceph-mon", monitor)
    start("mgr.a", ["ceph-mgr", *use, "-f", "-i", "a"])
    ask("osd", "new", disk)
    formatted = ["--mkfs", "-i", "0", "--osd-uuid", disk]
    step("ceph-osd --mkfs", ["ceph-osd", *use, *formatted])
    ask("osd", "crush", "create-or-move", "osd.0", "1.0", "host=h", "root=default")
    start("osd.0", ["ceph-osd", *use, "-f", "-i", "0"])
    start(GATEWAY, ["radosgw", *use, "-f", "-n", GATEWAY])
    processes.wait_for("radosgw", gateway)
    secret = uuid.uuid4().hex
    endpoint = f"http://127.0.0.1:{gateway}"
    server = CephServer(endpoint, "tester", secret, conf)
    person = ["--uid", "test", "--display-name", "test"]
    keys = ["--access-key", server.access_key, "--secret-key", server.secret_key]
    admin = ["radosgw-admin", *use, "-n", GATEWAY, "user", "create"]
    step("radosgw-admin user create", [*admin, *person, *keys])
    return server


def main() -> int:
    """Run until SIGTERM or ctrl-C; print the environment once it is up."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers.ceph")
    parser.add_argument("--memory", type=int, default=8, help="of the store, in GiB")
    parser.add_argument("--bucket", help="make this bucket, with versions")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ceph(memory=given.memory * GIB) as server:
            if given.bucket:
                server.make_bucket(given.bucket)
            for name, value in server.environment().items():
                print(f"{name}={value}")
            sys.stdout.flush()
            signal.pause()
    except KeyboardInterrupt:
        return 0
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
