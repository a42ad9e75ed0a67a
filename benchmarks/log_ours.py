"""Ours: the time of one `run.log` call."""

import json
import statistics
import sys
import time
from importlib.metadata import version

import jupyter_artifacts as ja

CALLS = 20_000


def main() -> None:
    """Log in a loop, timing each call."""
    if sys.argv[1] == "prepare":
        return
    taken = []
    with ja.start_run("bench") as run:
        for step in range(CALLS):
            values = {"loss": 1 / (step + 1), "accuracy": step / CALLS, "lr": 1e-3}
            start = time.perf_counter_ns()
            run.log(values, step=step)
            taken.append((time.perf_counter_ns() - start) / 1000)
    median = statistics.median(taken)
    figures = {
        "median of a call": median,
        "99th percentile": statistics.quantiles(taken, n=100)[98],
        "median against async": median,
    }
    versions = {"jupyter-artifacts": version("jupyter-artifacts")}
    print(json.dumps({"figures": figures, "versions": versions}))


main()
