"""MLflow: the time of one `log_metrics` call, sync and async."""

import json
import statistics
import sys
import time
from importlib.metadata import version

import mlflow

CALLS = 300


def timed(*, synchronous: bool) -> list[float]:
    """Return the microseconds of each call."""
    taken = []
    with mlflow.start_run():
        for step in range(CALLS):
            values = {"loss": 1 / (step + 1), "accuracy": step / CALLS, "lr": 1e-3}
            start = time.perf_counter_ns()
            mlflow.log_metrics(values, step=step, synchronous=synchronous)
            taken.append((time.perf_counter_ns() - start) / 1000)
        if not synchronous:
            mlflow.flush_async_logging()
    return taken


def main() -> None:
    """Log in a loop, timing each call."""
    mlflow.set_experiment("bench")
    if sys.argv[1] == "prepare":
        return
    sync, later = timed(synchronous=True), timed(synchronous=False)
    figures = {
        "median of a call": statistics.median(sync),
        "99th percentile": statistics.quantiles(sync, n=100)[98],
        "median against async": statistics.median(later),
    }
    print(json.dumps({"figures": figures, "versions": {"mlflow": version("mlflow")}}))


main()
