"""Moto's S3 server: quick and lenient.

It accepts wrong signatures, expired addresses and wrong checksums; put the checking
proxy of this folder before it where those matter.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from tests.servers.s3 import S3Server
from tests.servers.starting import free_port, process

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = "from moto.server import main; main()"


@contextlib.contextmanager
def moto() -> Iterator[S3Server]:
    """Run a server without buckets until the end of the block."""
    port = free_port()
    listen = ["-H", "127.0.0.1", "-p", str(port)]
    with process([sys.executable, "-c", BEGIN, *listen], port):
        yield S3Server(f"http://127.0.0.1:{port}", "tester", "a-secret")
