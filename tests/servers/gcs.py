"""The emulator of Google Cloud Storage: functional tests only."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.starting import free_port, process

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = "from gcp_storage_emulator.__main__ import main; main()"
PROJECT = "tests"


@dataclass(frozen=True)
class GCSServer:
    """A running emulator, on this machine.

    Attributes:
        endpoint: "http://127.0.0.1:<port>"; it wants no credentials.
    """

    endpoint: str

    def environment(self) -> dict[str, str]:
        """Return what a process needs in its environment to use this server alone."""
        return {
            "STORAGE_EMULATOR_HOST": self.endpoint,
            "GOOGLE_CLOUD_PROJECT": PROJECT,
        }

    def client(self) -> Any:
        """Return Google's client, for what a test does beside the code under test."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        return storage.Client(
            project=PROJECT,
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": self.endpoint},
        )

    def make_bucket(self, name: str) -> str:
        """Make a bucket and return its name."""
        self.client().create_bucket(name)
        return name


@contextlib.contextmanager
def gcs() -> Iterator[GCSServer]:
    """Run a server without buckets until the end of the block."""
    port = free_port()
    listen = [f"--port={port}", "--host=127.0.0.1", "--in-memory", "--quiet"]
    with process([sys.executable, "-c", BEGIN, "start", *listen], port):
        yield GCSServer(f"http://127.0.0.1:{port}")
