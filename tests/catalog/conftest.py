"""A catalog in a real SQLite file, and what the tests put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.records.base import value_to_wire
from jupyter_artifacts.records.runs import Experiment, Run
from jupyter_artifacts.records.states import State
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from jupyter_artifacts.catalog.rows import Rows


# The first example pays for imports and caches, more so on a busy machine.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(name="settings")
def _settings(tmp_path):
    return Settings(home=tmp_path, storage=tmp_path / "storage", user="alice")


@pytest.fixture(name="catalog")
def _catalog(settings):
    catalog = Catalog.open(settings)
    yield catalog
    catalog.close()


@pytest.fixture(name="rows")
def _rows(catalog):
    """One writing transaction that lasts for the test."""
    with catalog.write() as rows:
        yield rows


@pytest.fixture(name="add_run")
def _add_run():
    """Add a run; its id is the user's and the name's."""

    def add(rows: Rows, user: str = "alice", name: str = "mnist", **fields: Any) -> Run:
        known = {"id": f"{user}/{name}", "created": 1.0, **fields}
        return rows.runs.create(Run(address="", user=user, name=name, **known))

    return add


@pytest.fixture(name="add_experiment")
def _add_experiment():
    """Add an experiment to a run."""

    def add(rows: Rows, run: Run, **fields: Any) -> Experiment:
        known = {"state": State.RUNNING, "started": 10.0, **fields}
        for name in known.keys() & {"params", "metadata"}:
            known[name] = value_to_wire(known[name])
        known.setdefault("id", f"{run.id}/{rows.runs.by_id(run.id).experiments}")
        new = Experiment(address="", user="", run="", number=0, **known)
        return rows.experiments.create(run.id, new)

    return add


@pytest.fixture(name="experiment")
def _experiment(rows, add_run, add_experiment):
    """alice:mnist-exp0, which runs."""
    return add_experiment(rows, add_run(rows), id="E0", params={"lr": 0.1})
