from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.storage.memory import MemoryStorage

Stocked = Callable[[dict[str, bytes]], list[StoredAsset]]


@pytest.fixture(params=["folder", "memory"])
def storage(request, tmp_path: Path) -> FolderStorage | MemoryStorage:
    if request.param == "folder":
        return FolderStorage(tmp_path / "storage")
    return MemoryStorage()


@pytest.fixture
def stock(storage, tmp_path: Path) -> Stocked:
    """Return what stores files of an experiment and lists them."""

    def put(files: dict[str, bytes]) -> list[StoredAsset]:
        source = tmp_path / "source"
        stored = []
        for path, content in files.items():
            source.write_bytes(content)
            key = f"experiments/01J/artifacts/{path}"
            asset = storage.put(key, source)
            named = msgspec.structs.replace(asset, path=path)
            stored.append(StoredAsset(asset=named, key=key))
        return stored

    return put
