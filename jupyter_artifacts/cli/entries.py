"""Folders and files, as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.records.assets import AssetKind

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
                _points_at(entry),
            )
        )
    heads = ["NAME", "SIZE", "FILES", "MODIFIED", "POINTS AT"]
    columns = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    shown = [row[:columns] for row in rows]
    output.table(heads[:columns], shown, right=("SIZE", "FILES"))


def _points_at(entry: Entry) -> str:
    """Return where the bytes of a line are that we do not hold."""
    if entry.asset is None or entry.asset.kind is AssetKind.FILE:
        return ""
    return entry.asset.link or entry.asset.uri


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
