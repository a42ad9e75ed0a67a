"""MLflow: a run's 10,000 artifacts into a folder, straight from its local store.

No server stands between, which is MLflow at its best; it verifies nothing.
"""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the start-up is part of what is measured
import os  # noqa: E402
import shutil  # noqa: E402
import sys  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import mlflow  # noqa: E402

FILES = 10_000


def prepare(place: Path) -> None:
    """Make a run whose artifacts lie in a local folder."""
    made = place / "made"
    for number in range(FILES):
        path = made / f"d{number // 1000}/f{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(4096))
    mlflow.set_experiment("bench")
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(made))
    (place / "run").write_text(run.info.run_id)


def main() -> None:
    """Download once."""
    place = Path(sys.argv[2])
    if sys.argv[1] == "prepare":
        prepare(place)
        return
    target = place / "to"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    run = (place / "run").read_text()
    start = time.perf_counter()
    mlflow.artifacts.download_artifacts(run_id=run, dst_path=str(target))
    end = time.perf_counter()
    assert sum(len(names) for _, _, names in os.walk(target)) == FILES
    figures = {"whole process": end - BEGAN, "without start-up": end - start}
    print(json.dumps({"figures": figures, "versions": {"mlflow": version("mlflow")}}))


main()
