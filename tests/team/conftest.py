"""Alice's and bob's teams on one real catalog, with a run of alice's."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team import connect


@pytest.fixture(name="settings")
def _settings(tmp_path):
    return Settings.from_environment(
        {
            "JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home"),
            "JUPYTER_ARTIFACTS_CACHE": str(tmp_path / "the-cache"),
            "JUPYTER_ARTIFACTS_USER": "alice",
        }
    )


@pytest.fixture(name="alice")
def _alice(settings):
    return connect(settings)


@pytest.fixture(name="bob")
def _bob(alice, settings):
    return connect(settings, user="bob")


@pytest.fixture(name="run")
def _run(alice, tmp_path):
    params = {"lr": 0.1, "model": {"depth": 2}, "patience": float("inf")}
    run = alice.carrier.call("runs.start", name="mnist", params=_wire(params))
    identity = run.experiments[0].id
    frames = b"".join(
        encode_report(identity, "training", step, 1e9 + step, {"loss": 1 / (step + 1)})
        for step in range(10)
    )
    alice.carrier.call("metrics.report", segment="s", offset=0, body=frames)
    _capture(alice, tmp_path, "metrics.json", json.dumps({"f1": 0.5}).encode())
    table = tmp_path / "p.parquet"
    pd.DataFrame({"x": [1, 2]}).to_parquet(table)
    _capture(alice, tmp_path, "predictions.parquet", table.read_bytes())
    array = tmp_path / "a.npy"
    np.save(array, np.arange(3))
    _capture(alice, tmp_path, "weights.npy", array.read_bytes())
    return run


def _wire(params):
    from jupyter_artifacts.records.base import value_to_wire

    return value_to_wire(params)


def _capture(team, tmp_path, path, content):
    source = tmp_path / "made"
    source.write_bytes(content)
    at = {"user": "alice", "run": "mnist", "number": 0}
    team.carrier.call("files.capture", **at, path=path, source=source)
