"""Every storage there is, for the contract suite.

JUPYTER_ARTIFACTS_TEST_BUCKET=s3://bucket/prefix runs it on a real bucket as well.
"""

import os
import uuid
from pathlib import Path

import pytest

from jupyter_artifacts.operations.stores import Storage
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.storage.memory import MemoryStorage
from jupyter_artifacts.storage.opening import open_storage

GIVEN = os.environ.get("JUPYTER_ARTIFACTS_TEST_BUCKET", "")
BUCKETS = [
    "moto",
    "gcs",
    pytest.param("ceph", marks=pytest.mark.s3),
    *(["given"] if GIVEN else []),
]


def new_place(kind: str, request, monkeypatch) -> str:
    """Return the URI of a new bucket; the test's environment is its server's."""
    if kind == "given":
        return f"{GIVEN.rstrip('/')}/{uuid.uuid4().hex}"
    server = request.getfixturevalue(f"{kind}_server")
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    bucket = server.make_bucket(f"t-{uuid.uuid4().hex[:20]}")
    return f"{'gs' if kind == 'gcs' else 's3'}://{bucket}"


@pytest.fixture(params=BUCKETS)
def place(request, monkeypatch) -> str:
    """The URI of a new bucket."""
    return new_place(request.param, request, monkeypatch)


@pytest.fixture(params=["folder", "memory"])
def tree(request, tmp_path: Path) -> Storage:
    """A storage that knows folders, and can rename."""
    if request.param == "folder":
        return FolderStorage(tmp_path / "storage")
    return MemoryStorage()


@pytest.fixture(params=["folder", "memory", *BUCKETS])
def storage(request, tmp_path: Path, monkeypatch) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path / "storage")
    if request.param == "memory":
        return MemoryStorage()
    where = f"{new_place(request.param, request, monkeypatch)}/team"
    return open_storage(where, tmp_path / "live")
