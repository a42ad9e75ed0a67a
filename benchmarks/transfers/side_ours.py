"""Ours: what a user's script does, on the storage that the environment names."""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the start-up is part of what is measured
import sys  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import jupyter_artifacts as ja  # noqa: E402

Told = dict[str, Any]


def connect() -> Told:
    """Make the catalog, which is there when a team works."""
    ja.connect()
    return {"seconds": 0.0}


def save(name: str, folder: str) -> Told:
    """Log a folder as a version of an artifact, of a run that captures nothing."""
    nothing = Path.cwd() / "nothing"
    nothing.mkdir(exist_ok=True)
    run: Any = ja.start_run("bench", capture=nothing, quiet=True)
    start = time.perf_counter()
    made = ja.Artifact(name, type="dataset")
    made.add(folder)
    run.log_artifact(made)
    seconds = time.perf_counter() - start
    run.finish()
    return {"seconds": seconds}


def put(name: str, folder: str) -> Told:
    """Log a folder as a version, as `jupyter artifacts put` does: without a run."""
    from jupyter_artifacts.tracking.artifacts import log_artifact

    team = ja.connect()
    start = time.perf_counter()
    made = ja.Artifact(name, type="dataset")
    made.add(folder)
    said: Told = {
        "aliases": (),
        "tags": (),
        "ttl": None,
        "sha256": False,
        "progress": None,
    }
    log_artifact(team.carrier, "", made, **said)
    return {"seconds": time.perf_counter() - start}


def capture(folder: str) -> Told:
    """Make the files of a folder an experiment's outputs, as its companion does."""
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.operations.capturing import FileToCapture
    from jupyter_artifacts.settings import Settings

    carrier = LocalCarrier(Settings.from_environment())
    carrier.call("runs.start", name="bench")
    start = time.perf_counter()
    root = Path(folder)
    files = [
        FileToCapture(str(path.relative_to(root)), path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    ]
    carrier.capture_many(carrier.me, "bench", 0, files)
    seconds = time.perf_counter() - start
    at = {"user": carrier.me, "run": "bench", "number": 0}
    carrier.call("experiments.move", **at, state="COMPLETED")
    return {"seconds": seconds}


def get(address: str, to: str) -> Told:
    """Download, and say what was checked; a process starts up until it is connected."""
    team = ja.connect()
    start = time.perf_counter()
    receipt = team.download(address, to)
    seconds = time.perf_counter() - start
    checks = sorted({file.check for file in receipt.files})
    return {"seconds": seconds, "checks": checks}


def main() -> None:
    """Do what the arguments say, and print how long it took."""
    started = time.perf_counter() - BEGAN
    match sys.argv[1:]:
        case ["save", name, folder]:
            told = save(name, folder)
        case ["put", name, folder]:
            told = put(name, folder)
        case ["connect"]:
            told = connect()
        case ["capture", folder]:
            told = capture(folder)
        case ["get", address, to]:
            told = get(address, to)
        case words:
            sys.exit(f"what is {words}?")
    more = {"started": started, "version": version("jupyter-artifacts")}
    print(json.dumps({**told, **more}))


main()
