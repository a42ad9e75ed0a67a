"""Run every benchmark: `make bench`, or `python -m benchmarks [CASE…]`.

Ours and the peer's processes alternate, so that a machine that slows down slows both;
the ratio is taken pair by pair and the median is quoted. The peer lives in an
environment of its own (`--peer PYTHON`), made by `make bench`. Files are written in
memory (/dev/shm) where there is one, so that no disk hides what the software costs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import cases

ROOT = Path(__file__).parent


def main() -> int:
    """Measure what was asked for; print a table and, with --json, keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("cases", nargs="*", help="which; all when none is named")
    parser.add_argument("--peer", default=sys.executable, help="Python with mlflow")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    given = parser.parse_args()
    chosen = [case for case in cases.ALL if not given.cases or case.name in given.cases]
    if not chosen:
        names = ", ".join(case.name for case in cases.ALL)
        parser.error(f"there is no such benchmark; there are {names}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}")
    kept = []
    for case in chosen:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=in_memory()) as folder:
            kept.append(measure(case, given.peer, given.rounds, Path(folder)))
    if given.json:
        given.json.write_text(json.dumps(kept, indent=2) + "\n")
    return 0


def in_memory() -> str | None:
    """Return a folder that lies in memory; None for the usual one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a fresh folder in it


def measure(case: cases.Case, peer: str, rounds: int, folder: Path) -> dict[str, Any]:
    """Set both sides up once, then measure them in turn; print and return figures."""
    sides = {"ours": sys.executable, "peer": peer}
    for side, python in sides.items():
        run(python, case, side, "prepare", folder)
    taken: dict[str, list[dict[str, Any]]] = {"ours": [], "peer": []}
    for number in range(rounds):
        for side, python in sides.items():
            taken[side].append(run(python, case, side, str(number), folder))
    print(f"\n{case.title}")
    figures = {}
    for name in case.figures:
        ours = [each["figures"][name] for each in taken["ours"]]
        theirs = [each["figures"][name] for each in taken["peer"]]
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        figures[name] = {"ours": ours, "peer": theirs, "ratio": ratio}
        print(
            f"  {name:34} {statistics.median(ours):12.6g} {case.unit}"
            f"   mlflow {statistics.median(theirs):12.6g} {case.unit}"
            f"   {ratio:8.1f} times"
        )
    versions = {side: runs[0]["versions"] for side, runs in taken.items()}
    print(f"  {versions}")
    return {"case": case.name, "figures": figures, "versions": versions}


def run(
    python: str, case: cases.Case, side: str, step: str, folder: Path
) -> dict[str, Any]:
    """Run one side's script in a process of its own; return what it printed."""
    place = folder / side
    place.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "JUPYTER_ARTIFACTS_HOME": str(place / "home"),
        "JUPYTER_ARTIFACTS_USER": "alice",
        "MLFLOW_TRACKING_URI": f"sqlite:///{place}/mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    told = subprocess.run(
        [python, str(ROOT / f"{case.name}_{side}.py"), step, str(place)],
        check=True,
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    last = told.stdout.strip().splitlines()[-1] if told.stdout.strip() else "{}"
    answer: dict[str, Any] = json.loads(last)
    return answer


if __name__ == "__main__":
    sys.exit(main())
