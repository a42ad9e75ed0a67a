"""A bucket behind the proxy, files saved in it, and a folder to download them to.

On moto in `make test`, on Ceph in `make test-s3`.
"""

import os
import random
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.records.transfers import Receipt
from jupyter_artifacts.storage import s3_requests
from jupyter_artifacts.storage.objects import ObjectStorage
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer import retrying
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.saving import NothingHeld, save
from jupyter_artifacts.transfer.tree import walk
from tests.servers.proxy import Proxy, proxy
from tests.servers.s3 import S3Server

MIB = 1024 * 1024
ADDRESS = "model@v0"
LARGE = 20 * MIB + 77


@dataclass
class Bench:
    """Everything a test of a fault needs.

    Attributes:
        between: the proxy; tell it what shall go wrong.
        storage: of ours, through the proxy.
        store: the server itself, past the proxy.
        bucket: a new one, with versions.
        source: the files: 300 small, 3 that need ranges.
        to: a folder that is not there yet.
    """

    between: Proxy
    storage: ObjectStorage
    store: S3Server
    bucket: str
    source: Path
    to: Path

    def save(self, *, packed: bool = True) -> list[StoredAsset]:
        """Save the files as a version."""
        files = walk(self.source)
        saving = save(files, self.storage, "a", packed=packed, held=NothingHeld())
        return sorted(saving, key=lambda stored: stored.asset.path)

    def download(self, assets: list[StoredAsset]) -> Receipt:
        """Download them."""
        return carry_out(make_plan(ADDRESS, assets, self.to), self.storage)

    def wanted(self) -> dict[str, str]:
        """What must stand in the folder in the end."""
        return digests(self.source)

    def standing(self) -> dict[str, str]:
        """What does, ours left out."""
        return digests(self.to)

    def nothing_half(self) -> bool:
        """Whether every file under its final name is whole."""
        return self.standing().items() <= self.wanted().items()


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file, by its path."""
    return {
        str(path.relative_to(folder)): digest_of(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and ".jupyter_artifacts" not in path.parts
    }


def fill(folder: Path) -> None:
    """Write 300 small files and 3 large ones."""
    dice = random.Random(3)  # noqa: S311 - the same files every time
    for number in range(300):
        path = folder / f"small/{number % 7}/{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dice.randbytes(number * 110))
    for number in range(3):
        path = folder / f"large/{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(LARGE))


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch):
    """Waits between our own tries are a tenth as long, and those of boto3 none."""
    monkeypatch.setattr(retrying, "_FIRST", 0.01)
    monkeypatch.setattr(retrying, "_MOST", 0.5)
    monkeypatch.setattr(s3_requests, "ATTEMPTS", 1)


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("source")
    fill(folder)
    return folder


@pytest.fixture(params=["moto", pytest.param("ceph", marks=pytest.mark.s3)])
def bench(request, source, tmp_path, monkeypatch):
    store = request.getfixturevalue(f"{request.param}_server")
    bucket = store.make_bucket(f"faults-{uuid.uuid4().hex[:12]}")
    with proxy(store) as between:
        for name, value in between.server.environment().items():
            monkeypatch.setenv(name, value)
        storage = open_storage(f"s3://{bucket}/team", tmp_path / "live")
        assert isinstance(storage, ObjectStorage)
        yield Bench(between, storage, store, bucket, source, tmp_path / "to")
    store.remove_bucket(bucket)


@pytest.fixture
def saved(bench):
    """The files, saved; what the proxy saw of it is forgotten."""
    assets = bench.save()
    bench.between.forget()
    return assets
