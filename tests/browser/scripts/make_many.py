"""Fills a team with 10,000 experiments: as many as a year may bring.

`JUPYTER_ARTIFACTS_HOME` says where. One transaction, for the sake of speed.
"""

from jupyter_artifacts.carriers.catalogs import shared_catalog
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.runs import Experiment, Run
from jupyter_artifacts.records.states import State
from jupyter_artifacts.settings import Settings

RUNS, EACH = 1000, 10

with shared_catalog(Settings.from_environment()).write() as rows:
    for number in range(RUNS):
        begun = 1.7e9 + number * 1000
        run = rows.runs.create(
            Run(
                id=new_id(),
                address="",
                user="alice",
                name=f"sweep-{number:04}",
                created=begun,
            )
        )
        rows.experiments.create_all(
            run.id,
            [
                Experiment(
                    id=new_id(),
                    address="",
                    user="",
                    run="",
                    number=0,
                    state=State.COMPLETED,
                    params={"lr": place / 10},
                    started=begun + place,
                    ended=begun + place + 60,
                )
                for place in range(EACH)
            ],
        )
