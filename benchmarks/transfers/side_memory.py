"""One process whose peak memory is measured: see `benchmarks.transfer_memory`."""

import json
import resource
import sys
import time
from pathlib import Path

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.saving import NothingHeld, save
from jupyter_artifacts.transfer.spool import Spool
from jupyter_artifacts.transfer.tree import walk

ADDRESS = "large@v0"
ZEROS = bytes(16 << 20)


def zeros(size: int) -> str:
    """Return the digest of so many zeros."""
    hasher = Hasher()
    for start in range(0, size, len(ZEROS)):
        hasher.update(memoryview(ZEROS)[: size - start])
    return hasher.digest()


def down(place: str, key: str, size: int, to: str) -> int:
    """Download one object of zeros; return how many files were verified."""
    storage = open_storage(place, Path(to).with_name("live"))
    asset = Asset(path="large.bin", size=size, digest=zeros(size))
    plan = make_plan(ADDRESS, [StoredAsset(asset=asset, key=key)], Path(to))
    receipt = carry_out(plan, storage)
    return receipt.checks.get("blake3", 0)


def many(place: str, source: str, to: str) -> int:
    """Save a folder packed and download it; return how many files were verified."""
    storage = open_storage(Path(place), Path(place))
    saved = save(walk(Path(source)), storage, "a", packed=True, held=NothingHeld())
    kept = Spool(StoredAsset)
    for stored in saved:
        kept.append(stored)
    receipt = carry_out(make_plan(ADDRESS, kept, Path(to)), storage)
    return receipt.checks.get("blake3", 0)


def main() -> None:
    """Do what the arguments say; print JSON."""
    start = time.perf_counter()
    match sys.argv[1:]:
        case ["down", place, key, size, to]:
            verified = down(place, key, int(size), to)
        case ["many", place, source, to]:
            verified = many(place, source, to)
        case words:
            sys.exit(f"what is {words}?")
    told = {
        "seconds": time.perf_counter() - start,
        "verified": verified,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


main()
