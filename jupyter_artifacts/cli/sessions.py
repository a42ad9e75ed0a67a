"""`session`: the running Jupyter servers of the team."""

from __future__ import annotations

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import (
    as_json_option,
    global_option,
    handle_of,
    team_here,
)
from jupyter_artifacts.cli.words import when


@click.command()
@global_option
@as_json_option
def session(whose: str, *, as_json: bool) -> None:
    """List the team's Jupyter servers.

    Those I started or am in, or with --global everyone's or USER's.
    """
    team = team_here()
    handle = handle_of(team, whose)
    found = [
        each
        for each in team.sessions()
        if not handle or handle in {each.owner, *each.people}
    ]
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note(f"no session of {handle or 'anyone'} is running")
        return
    rows = [
        (
            each.name,
            each.owner,
            ", ".join(each.people),
            each.url,
            when(each.started),
            ", ".join(attachment.address for attachment in each.attachments),
        )
        for each in found
    ]
    heads = ("SESSION", "OWNER", "PEOPLE", "URL", "STARTED", "ATTACHED")
    output.table(heads, rows)
