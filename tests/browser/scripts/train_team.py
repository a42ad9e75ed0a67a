"""Trains what the browser tests look at: alice's and chen's runs, in seconds.

Run with a folder to work in; `JUPYTER_ARTIFACTS_HOME` says where the team is.
"""

import json
import math
import os
import struct
import sys
import zlib
from pathlib import Path

import pandas as pd

import jupyter_artifacts as ja
from jupyter_artifacts.tracking.active import ActiveRun

HOSTILE = "<img src=x onerror=window.pwned=1>"
LONG = "a-name-that-is-as-long-as-a-person-in-a-hurry-would-ever-make-it" * 2


def picture(cells: int = 8, size: int = 12) -> bytes:
    """A PNG of a confusion matrix."""
    side = cells * size
    rows = []
    for y in range(side):
        row = bytearray([0])
        for x in range(side):
            on = x // size == y // size
            row += bytes([25, 118, 210] if on else [227, 242, 253])
        rows.append(bytes(row))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )


def write_files(folder: Path) -> None:
    """Write what a training writes."""
    (folder / "figures").mkdir(parents=True)
    (folder / "figures" / "confusion.png").write_bytes(picture())
    numbers = {"accuracy": 0.97, "classes": {"cat": 0.98, "dog": 0.96}}
    (folder / "metrics.json").write_text(json.dumps(numbers))
    frame = pd.DataFrame({"truth": ["cat", "dog"] * 50, "score": [0.25, 0.75] * 50})
    frame.to_parquet(folder / "predictions.parquet")
    frame.to_csv(folder / "history.csv", index=False)
    (folder / "notes.txt").write_text("Trained on a rainy day.\n")


def log_models(run: ActiveRun, folder: Path) -> None:
    """Log a model twice, and a file with a hostile name with it."""
    folder.mkdir()
    frame = pd.DataFrame({"step": range(100), HOSTILE: [0.5] * 100})
    frame.to_parquet(folder / "history.parquet")
    (folder / f"{HOSTILE}.txt").write_text("hostile\n")
    for attempt, alias in (("first", "first"), ("second", "best")):
        (folder / "weights.bin").write_text(attempt)
        art = ja.Artifact("mnist-model", type="model", description=f"{attempt} try")
        art.add(folder)
        run.log_artifact(art, aliases=[alias], tags=["nightly"])


def main(work: Path) -> None:
    """Make four runs."""
    os.chdir(work)
    with ja.start_run(
        "mnist",
        {"lr": 0.001, "model": "resnet18"},
        user="alice",
        capture=work / "alice",
        quiet=True,
    ) as run:
        for step in range(200):
            loss = math.exp(-step / 60)
            run.log({"loss": loss, "accuracy": 1 - loss}, step=step)
            if step % 10 == 0:
                run.log({"accuracy": 0.95 - loss / 2}, step=step, group="validation")
        write_files(work / "alice")
        (work / "alice" / f"{HOSTILE}.csv").write_text(f"{HOSTILE},b\n1,{HOSTILE}\n")
        (work / "weights.bin").write_bytes(bytes(1000))
        run.save_checkpoint(work / "weights.bin", steps_completed=200)
        log_models(run, work / "model")
    with ja.start_run(
        "baseline",
        {"lr": 0.1, "model": "resnet50"},
        user="chen",
        tags=["<b>bold</b>"],
        capture=work / "chen",
        quiet=True,
    ) as run:
        for step in range(120):
            diverged = step > 40
            loss = math.nan if diverged else 0.7 * math.exp(-step / 30)
            run.log({"loss": loss}, step=step)
            run.log({"accuracy": 0.1 if diverged else 0.6}, group="validation")
        write_files(work / "chen")
        run.use_artifact("mnist-model@best", role="fine-tuning")
        art = ja.Artifact("tuned-model", type="model")
        art.add(b"tuned", "weights.bin")
        run.log_artifact(art)
    with ja.start_run(
        LONG[:120],
        {"lr": 0.01, "note": HOSTILE},
        user="chen",
        capture=work / "long",
        quiet=True,
    ) as run:
        for step in range(50):
            run.log({"loss": 1 - step / 60, HOSTILE: step}, step=step)
        (work / "long" / f"{LONG}.txt").write_text("long\n")


main(Path(sys.argv[1]).resolve())
