"""`bucket-path`: where experiments' files are, for a provider's own tools."""

from __future__ import annotations

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.status import experiments_of
from jupyter_artifacts.errors import InvalidAddress
from jupyter_artifacts.records.base import Record


class Bucket(Record, frozen=True, kw_only=True):
    """Where an experiment's files are."""

    address: str
    storage_uri: str


@click.command("bucket-path")
@click.argument("address", metavar="RUN|EXPERIMENT")
@as_json_option
def bucket_path(address: str, *, as_json: bool) -> None:
    """Show where the bytes are.

    One row an experiment: its address, and the URI of the folder or prefix that its
    files are in, each under its own name. Listed by the provider's own tool (`ls`,
    `aws s3 ls`, `gcloud storage ls`) it shows what `jupyter artifacts ls` does.
    """
    team = team_here()
    if team.parse(address).root == "artifacts":
        msg = "its small files lie together in packs, so no path in a bucket shows it"
        hint = f"list it: jupyter artifacts ls {address}, or download it"
        raise InvalidAddress(msg, address=address, hint=hint)
    found = [
        # ends in a slash: a tool lists what is below, and not what begins so
        Bucket(address=each.address, storage_uri=f"{each.storage_uri}/artifacts/")
        for each in experiments_of(team, address)
    ]
    if as_json:
        output.as_json(found)
        return
    rows = [(each.address, each.storage_uri) for each in found]
    output.table(("EXPERIMENT", "STORAGE URI"), rows)
