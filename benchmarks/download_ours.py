"""Ours: an experiment's 10,000 files into a folder, every one verified."""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the start-up is part of what is measured
import os  # noqa: E402
import shutil  # noqa: E402
import sys  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import jupyter_artifacts as ja  # noqa: E402

FILES = 10_000


def prepare(place: Path) -> None:
    """Make an experiment with the files, as capture does."""
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.operations.capturing import FileToCapture
    from jupyter_artifacts.settings import Settings

    carrier = LocalCarrier(Settings.from_environment())
    carrier.call("runs.start", name="bench")
    files = []
    for number in range(FILES):
        path = f"d{number // 1000}/f{number}.bin"
        source = place / "made" / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(os.urandom(4096))
        files.append(FileToCapture(path, source))
    carrier.capture_many(carrier.me, "bench", 0, files)
    at = {"user": carrier.me, "run": "bench", "number": 0}
    carrier.call("experiments.move", **at, state="COMPLETED")


def main() -> None:
    """Download once."""
    place = Path(sys.argv[2])
    if sys.argv[1] == "prepare":
        prepare(place)
        return
    target = place / "to"
    shutil.rmtree(target, ignore_errors=True)
    start = time.perf_counter()
    receipt = ja.download("alice:bench-exp0", target)
    end = time.perf_counter()
    assert len(receipt.files) == FILES
    assert {file.check for file in receipt.files} == {"blake3"}
    figures = {"whole process": end - BEGAN, "without start-up": end - start}
    versions = {"jupyter-artifacts": version("jupyter-artifacts")}
    print(json.dumps({"figures": figures, "versions": versions}))


main()
