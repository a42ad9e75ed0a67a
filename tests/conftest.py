"""What tests share: a cache of each test's own, and object stores.

A store is started when the first test asks for it.

A test takes a bucket of its own from them (`make_bucket`), so that none sees another's
objects.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.servers.ceph import GIB, ceph
from tests.servers.gcs import gcs
from tests.servers.moto import moto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.ceph import CephServer
    from tests.servers.gcs import GCSServer
    from tests.servers.s3 import S3Server


@pytest.fixture(autouse=True)
def _cache_of_its_own(tmp_path, monkeypatch) -> None:
    """Keep every test, and what it starts, away from the user's own cache."""
    monkeypatch.setenv("JUPYTER_ARTIFACTS_CACHE", str(tmp_path / "the-cache"))


@pytest.fixture(scope="session")
def ceph_server() -> Iterator[CephServer]:
    """Ceph; a test that asks for it is marked `s3`."""
    # it frees what is deleted only after hours, and stands still when it is full
    rounds = int(os.environ.get("JUPYTER_ARTIFACTS_SOAK", "20"))
    with ceph(memory=max(8, rounds // 10) * GIB) as server:
        yield server


@pytest.fixture(scope="session")
def moto_server() -> Iterator[S3Server]:
    """Moto."""
    with moto() as server:
        yield server


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[GCSServer]:
    """The emulator of Google Cloud Storage."""
    with gcs() as server:
        yield server
