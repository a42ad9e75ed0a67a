"""What a manifest of a million files costs: `python -m benchmarks.manifest_pages [N]`.

Prints seconds and MiB; nobody to compare with, but the promise is a first page in less
than a second and memory that does not grow with the number of files.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.catalog.sorted_assets import sort_assets
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = 1000


def files(count: int) -> Iterator[StoredAsset]:
    """Yield files of as many folders, in no order."""
    chance = random.Random(1)  # noqa: S311 - no secret
    for step in range(count):
        number = step * 7919 % count
        path = f"train/class{number % FOLDERS:03}/image_{number:07}.jpg"
        digest = f"blake3:{chance.randbytes(32).hex()}"
        yield StoredAsset(
            asset=Asset(path=path, size=4000, digest=digest, modified=1.7e9 + number),
            key="artifacts/01J0000000000000000000000A/packs/01J0000000000000000000000B",
            offset=step * 4000,
        )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print what a with block takes, and the most memory there was by then."""
    start = time.perf_counter()
    yield
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:34} {took:10.4f} s {peak:10.0f} MiB")


def main(count: int) -> None:
    """Write a manifest and look into it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        catalog = Catalog.open(Settings(home=home, storage=home / "s", user="alice"))
        with timed("sorted"):
            found = sort_assets(files(count))
        with timed("written"), found:
            for part in found.parts():
                with catalog.write() as rows:
                    rows.assets.write("m", part)
        with timed("first page of a folder"), catalog.read() as rows:
            rows.assets.children("m", "train/class007", limit=1000, cursor=None)
        with timed("first page of folders"), catalog.read() as rows:
            rows.assets.children("m", "train", limit=1000, cursor=None)
        with timed("one file"), catalog.read() as rows:
            rows.assets.get("m", "train/class007/image_0000007.jpg")
        with timed("every file, page by page"), catalog.read() as rows:
            assert sum(map(len, rows.assets.pages("m"))) == count
        catalog.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
