"""MLflow on SQLite: list and sort 10,000 runs, filled through its own tables."""

import json
import os
import sys
import time
import uuid
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import mlflow
from listing_data import QUERY_BELOW, runs
from mlflow.store.tracking.dbmodels import models
from mlflow.tracking import MlflowClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


def prepare() -> None:
    """Write the runs as MLflow's own store does, in bulk: its API takes minutes."""
    experiment = int(mlflow.set_experiment("bench").experiment_id)
    with Session(create_engine(os.environ["MLFLOW_TRACKING_URI"])) as session:
        for number, (params, metrics) in enumerate(runs()):
            key = uuid.uuid4().hex
            session.add(
                models.SqlRun(
                    run_uuid=key,
                    name=f"r{number}",
                    experiment_id=experiment,
                    user_id="alice",
                    status="FINISHED",
                    start_time=number,
                    end_time=number,
                    lifecycle_stage="active",
                    artifact_uri="",
                )
            )
            session.add_all(
                models.SqlParam(run_uuid=key, key=name, value=str(value))
                for name, value in params.items()
            )
            for name, value in metrics.items():
                kept = {"run_uuid": key, "key": name, "value": value, "step": 1}
                session.add(models.SqlMetric(timestamp=1, is_nan=False, **kept))
                session.add(models.SqlLatestMetric(timestamp=1, is_nan=False, **kept))
        session.commit()


def main() -> None:
    """List three ways, timing each."""
    if sys.argv[1] == "prepare":
        prepare()
        return
    client = MlflowClient()
    at = [mlflow.set_experiment("bench").experiment_id]
    order = ["metrics.m7 DESC"]
    query = f"metrics.m1 < {QUERY_BELOW} and params.model = 'vit-b16'"
    figures = {}
    client.search_runs(at, order_by=order, max_results=1)
    start = time.perf_counter()
    page = client.search_runs(at, order_by=order, max_results=50)
    figures["first 50, sorted by a metric"] = time.perf_counter() - start
    assert len(page) == 50  # noqa: PLR2004
    start = time.perf_counter()
    page = client.search_runs(at, query, order_by=order, max_results=50)
    figures["first 50, filtered and sorted"] = time.perf_counter() - start
    assert len(page) == 50  # noqa: PLR2004
    start = time.perf_counter()
    page = client.search_runs(at, order_by=order, max_results=1000)
    figures["first 1,000, sorted by a metric"] = time.perf_counter() - start
    assert len(page) == 1000  # noqa: PLR2004
    print(json.dumps({"figures": figures, "versions": {"mlflow": version("mlflow")}}))


main()
