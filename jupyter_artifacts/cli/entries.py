"""Folders and files, as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.words import counted, size, when

if TYPE_CHECKING:
    from jupyter_artifacts.records.assets import Entry
    from jupyter_artifacts.team import Team


def show_entries(
    team: Team, found: list[Entry], address: str, *, as_json: bool
) -> None:
    """Print entries, by what is typed after the address that was asked for.

    Where nothing typed after it leads there, by their whole address.
    """
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note(f"{address} is empty")
        return
    rows = []
    for entry in found:
        folder = entry.kind == "folder"
        name = _name_below(team, address.removesuffix("/"), entry)
        rows.append(
            (
                f"{name}/" if folder else name,
                size(entry.size),
                counted(entry.count, "file") if folder else "",
                when(entry.modified),
            )
        )
    output.table(("NAME", "SIZE", "FILES", "MODIFIED"), rows, right=("SIZE", "FILES"))


def _name_below(team: Team, above: str, entry: Entry) -> str:
    place = team.parse(above)
    if entry.address in {place.tree, place.short}:
        return above
    if not entry.address.startswith(f"{place.tree}/"):
        return entry.address
    below = entry.address.removeprefix(f"{place.tree}/")
    for name in (below, below.removeprefix("files/")):
        if team.parse(f"{above}/{name}").tree == entry.address:
            return name
    return entry.address
