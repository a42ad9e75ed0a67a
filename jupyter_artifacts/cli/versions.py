"""`diff`, `alias` and `lineage`: versions of artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.words import counted, size

if TYPE_CHECKING:
    from jupyter_artifacts.records.artifacts import ArtifactDiff, DiffLine

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@click.argument("before")
@click.argument("after")
@as_json_option
def diff(before: str, after: str, *, as_json: bool) -> None:
    """Show what differs between two versions of artifacts.

    By path and content: `diff my-model@v2 my-model@v3`. AFTER may be a version or an
    alias alone, of the same artifact.
    """
    found = team_here().artifact(before).diff(after)
    if as_json:
        output.as_json(found)
        return
    rows = [(_MARKS[line.change], line.path, _sizes(line)) for line in found.lines]
    if rows:
        output.table(("", "FILE", "SIZE"), rows, right=("SIZE",))
    if found.left_out:
        output.note(
            f"and {counted(found.left_out, 'line')} more: --json has the counts"
        )
    output.line(_summary(found))


def _sizes(line: DiffLine) -> str:
    if line.change != "changed":
        return size(line.size or line.size_before)
    return f"{size(line.size_before)} → {size(line.size)}"


def _summary(found: ArtifactDiff) -> str:
    if not found.added + found.removed + found.changed:
        return f"{found.before} and {found.after} have the same files"
    return (
        f"{found.before} → {found.after}: {found.added:,} added, "
        f"{found.removed:,} removed, {found.changed:,} changed, {found.same:,} the same"
    )


@click.command()
@click.argument("version")
@click.argument("aliases", metavar="ALIAS...", nargs=-1)
@click.option("--remove", is_flag=True, help="Take the aliases away.")
def alias(version: str, aliases: tuple[str, ...], *, remove: bool) -> None:
    """Let aliases name a version of an artifact of mine.

    An alias names one version at a time; `latest` moves by itself. Without any,
    prints those it has.
    """
    found = team_here().artifact(version)
    if remove:
        found.unalias(*aliases)
    else:
        found.alias(*aliases)
    output.line(f"{found.address}: {', '.join(found.aliases) or 'no aliases'}")


@click.command()
@click.argument("address", metavar="VERSION|EXPERIMENT")
@as_json_option
def lineage(address: str, *, as_json: bool) -> None:
    """Show what a version or experiment came from, and what came of it."""
    found = team_here().lineage(address)
    if as_json:
        output.as_json(found)
        return
    for text in str(found).splitlines():
        output.line(text)
