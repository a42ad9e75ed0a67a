"""`jupyter artifacts run`: any script as a run, unchanged."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--name", default="", help="The run's name; by default the script's.")
@click.option(
    "--sweep",
    "sweeps",
    multiple=True,
    metavar="NAME=V1,V2",
    help="One experiment for each value; several span a grid.",
)
@click.option(
    "--datastore",
    "datastores",
    multiple=True,
    metavar="NAME[/V]",
    help="Readable below datastores/ while it runs.",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag of the run.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many experiments of a sweep at once.",
)
@click.option(
    "--into", default="", metavar="RUN", help="A queued run of mine to start."
)
@click.argument("script")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(  # noqa: PLR0913, PLR0917 - one for each option, as click passes them
    name: str,
    sweeps: tuple[str, ...],
    datastores: tuple[str, ...],
    tags: tuple[str, ...],
    jobs: int,
    into: str,
    script: str,
    arguments: tuple[str, ...],
) -> int:
    """Run a script as a run of mine: its logs, files, metrics and exit are kept.

    What follows SCRIPT is the script's own. Python scripts run with this Python;
    others are started as they are.
    """
    from jupyter_artifacts.tracking.begin import Wanted, begin

    wanted = Wanted(
        script=script,
        arguments=list(arguments),
        name=name,
        sweeps=list(sweeps),
        datastores=list(datastores),
        tags=list(tags),
        jobs=jobs,
        into=into,
    )
    return begin(wanted)
