"""`ls`: any place of the team's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jupyter_artifacts.addresses import Address
from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.artifacts import list_artifacts
from jupyter_artifacts.cli.asking import as_json_option, pages, team_here
from jupyter_artifacts.cli.datastores import show_datastores, show_versions
from jupyter_artifacts.cli.entries import show_entries
from jupyter_artifacts.cli.status import show_experiments
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from jupyter_artifacts.team import Team


@click.command()
@click.argument("address", default="")
@as_json_option
def ls(address: str, *, as_json: bool) -> None:
    """List a place in the team's tree.

    Without ADDRESS, my runs. Others: runs, runs/alice, alice:mnist, alice:mnist-exp0,
    alice:mnist-exp0/figures, runs/alice/mnist/exp0/checkpoints, datastores,
    datastores/cats, datastores/cats/v1, artifacts, artifacts/my-model, my-model@v3.
    """
    team = team_here()
    place = team.parse(address) if address else Address("runs", user=team.me)
    if place.root == "artifacts":
        list_artifacts(team, place, as_json=as_json)
    elif place.root == "datastores" and not place.version:
        _list_datastores(team, place, as_json=as_json)
    elif place.root == "runs" and place.experiment is None:
        _list_runs(team, place, as_json=as_json)
    else:
        show_entries(team, team.entries(place), address, as_json=as_json)
        if place.section in {"", "files"} and not place.path and place.root == "runs":
            _note_uncaptured(team, place)


def _list_datastores(team: Team, place: Address, *, as_json: bool) -> None:
    if place.name:
        found = team.carrier.call("datastores.get", name=place.name)
        show_versions(found.versions, as_json=as_json)
    else:
        none = "the team has no datastores"
        show_datastores(team.datastores(), as_json=as_json, none=none)


def _list_runs(team: Team, place: Address, *, as_json: bool) -> None:
    if place.run:
        found = team.run(place.short).experiments
        none = f"{place.short} has no experiments"
        show_experiments(found, as_json=as_json, none=none)
    elif place.user:
        _list_runs_of(team, place.user, as_json=as_json)
    else:
        _list_people(team, as_json=as_json)


def _list_people(team: Team, *, as_json: bool) -> None:
    people = team.carrier.call("teams.overview").people
    if as_json:
        output.as_json(people)
        return
    rows = [
        (f"runs/{person.handle}", f"{person.runs:,}", f"{person.running:,}")
        for person in people
    ]
    output.table(("PERSON", "RUNS", "RUNNING"), rows, right=("RUNS", "RUNNING"))


def _list_runs_of(team: Team, user: str, *, as_json: bool) -> None:
    found = list(pages(team, "runs.of_user", user=user))
    if as_json:
        output.as_json(found)
    elif found:
        rows = [
            (
                run.address,
                run.state.value,
                "—" if run.state is State.QUEUED else when(run.created),
                f"{run.experiments:,}",
                size(run.artifact_bytes),
                ", ".join(run.tags),
            )
            for run in found
        ]
        heads = ("RUN", "STATE", "STARTED", "EXPERIMENTS", "SIZE", "TAGS")
        output.table(heads, rows, right=("EXPERIMENTS", "SIZE"))
        output.note(counted(len(found), "run"))
    else:
        output.note(f"{user} has no runs")


def _note_uncaptured(team: Team, place: Address) -> None:
    """Name what was seen and not captured: nothing is left out in silence."""
    experiment = team.experiment(place)
    if not experiment.record.uncaptured:
        return
    at = {"user": place.user, "run": place.run, "number": place.experiment}
    for missed in team.carrier.call("files.manifest", **at).uncaptured:
        output.note(f"not captured: {missed.path}: {missed.reason}")
