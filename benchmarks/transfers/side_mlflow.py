"""MLflow: a run's artifacts, through the tracking server that the environment names."""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the start-up is part of what is measured
import sys  # noqa: E402
from importlib.metadata import version  # noqa: E402

import mlflow  # noqa: E402


def save(folder: str, location: str) -> dict[str, str]:
    """Log the files of a folder as artifacts of a new run."""
    experiment = mlflow.create_experiment(location, artifact_location=location)
    with mlflow.start_run(experiment_id=experiment) as run:
        if folder:
            mlflow.log_artifacts(folder)
    return {"run": run.info.run_id, "uri": str(run.info.artifact_uri)}


def main() -> None:
    """Do what the arguments say, and print how long it took."""
    start = time.perf_counter()
    told = {}
    match sys.argv[1:]:
        case ["save", folder, location]:
            told = save(folder, location)
        case ["get", run, to]:
            mlflow.artifacts.download_artifacts(run_id=run, dst_path=to)
        case words:
            sys.exit(f"what is {words}?")
    seconds = time.perf_counter() - start
    more = {"started": start - BEGAN, "version": version("mlflow")}
    print(json.dumps({"seconds": seconds, **more, **told}))


main()
