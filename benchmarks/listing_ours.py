"""Ours: list and sort 10,000 runs."""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from listing_data import QUERY_BELOW, runs

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team import Team

BATCH = 500


def prepare(carrier: LocalCarrier) -> None:
    """Start the runs and report their metrics, through the operations."""
    frames: list[bytes] = []
    offset = 0
    for number, (params, metrics) in enumerate(runs(), 1):
        run = carrier.call("runs.start", name=f"r{number}", params=params)
        identity = run.experiments[0].id
        frames.append(encode_report(identity, "training", 1, 1e9, metrics))
        if number % BATCH == 0:
            body = b"".join(frames)
            answer = carrier.call(
                "metrics.report", segment="bench", offset=offset, body=body
            )
            offset, frames = answer.offset, []


def main() -> None:
    """List three ways, timing each."""
    carrier = LocalCarrier(Settings.from_environment())
    if sys.argv[1] == "prepare":
        prepare(carrier)
        return
    team = Team(carrier)
    sort = "-metrics.training.m7"
    query = f'metrics.training.m1 < {QUERY_BELOW} and params.model == "vit-b16"'
    figures = {}
    team.runs(sort=sort).page(limit=1)
    start = time.perf_counter()
    page = team.runs(sort=sort).page(limit=50)
    figures["first 50, sorted by a metric"] = time.perf_counter() - start
    assert len(page.items) == 50  # noqa: PLR2004
    start = time.perf_counter()
    page = team.runs(query, sort=sort).page(limit=50)
    figures["first 50, filtered and sorted"] = time.perf_counter() - start
    assert len(page.items) == 50  # noqa: PLR2004
    start = time.perf_counter()
    page = team.runs(sort=sort).page(limit=1000)
    figures["first 1,000, sorted by a metric"] = time.perf_counter() - start
    assert len(page.items) == 1000  # noqa: PLR2004
    versions = {"jupyter-artifacts": version("jupyter-artifacts")}
    print(json.dumps({"figures": figures, "versions": versions}))


main()
