"""Folders and files of an experiment, a checkpoint or a version."""

from __future__ import annotations

import difflib
import operator
from itertools import groupby
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.operations.addressed import of_experiment, to_list
from jupyter_artifacts.records.assets import Asset, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.records.runs import Checkpoint
    from jupyter_artifacts.team.team import Team


def entries_at(team: Team, place: Address) -> list[Entry]:
    """Return one level of what is at a place, or the one file that it names.

    An experiment shows its files, and that it has checkpoints and logs.

    Raises:
        NotFound: when nothing is there.
    """
    if place.section == "checkpoints":
        return _checkpoints(team, place)
    if place.section == "logs":
        return _logs(team, place)
    found = _files(team, place)
    if place.root == "runs" and not place.section:
        checkpoints, logs = _checkpoints(team, place), _logs(team, place)
        found += _folder(f"{place.tree}/checkpoints", checkpoints)
        found += _folder(f"{place.tree}/logs", logs)
    return found


def _files(team: Team, place: Address) -> list[Entry]:
    prefix = str(place.path) if place.path else ""
    try:
        return list(files_below(team, place, prefix))
    except NotFound as error:
        if not prefix:
            raise
        above, _, name = prefix.rpartition("/")
        try:
            level = list(files_below(team, place, above))
        except NotFound:
            level = []
        if file := [e for e in level if e.name == name and e.kind == "file"]:
            return file
        msg = "there is no such file or folder"
        near = difflib.get_close_matches(name, [e.name for e in level], n=1)
        hint = place.hint_at_section()
        hint = hint or (f"did you mean {near[0]}?" if near else error.hint)
        raise NotFound(msg, address=place.short, hint=hint) from error


def files_below(team: Team, place: Address, prefix: str) -> Iterator[Entry]:
    """Yield one level of the files of an experiment or a version.

    Raises:
        NotFound: when there is no such folder.
    """
    operation, asked = to_list(place, prefix)
    return team.carrier.pages(operation, **asked)


def _checkpoints(team: Team, place: Address) -> list[Entry]:
    if place.item:
        at = {**of_experiment(place), "uuid": place.item}
        found: Checkpoint = team.carrier.call("checkpoints.get", **at)
        entries = _checkpoint_level(found, str(place.path) if place.path else "")
        if place.path and not entries:
            msg = "there is no such file or folder"
            hint = f"list what there is: jupyter artifacts ls {found.address}"
            raise NotFound(msg, address=place.short, hint=hint)
        return entries
    return [
        Entry(
            name=checkpoint.uuid,
            address=checkpoint.address,
            kind="folder",
            size=sum(checkpoint.resources.values()),
            count=len(checkpoint.resources),
            modified=checkpoint.reported,
        )
        for checkpoint in team.experiment(place).checkpoints()
    ]


def _checkpoint_level(checkpoint: Checkpoint, prefix: str) -> list[Entry]:
    if prefix in checkpoint.resources:
        above, _, name = prefix.rpartition("/")
        return [e for e in _checkpoint_level(checkpoint, above) if e.name == name]
    start = f"{prefix}/" if prefix else ""
    below = sorted(
        (path.removeprefix(start), count)
        for path, count in checkpoint.resources.items()
        if path.startswith(start)
    )
    entries = []
    for name, group in groupby(below, key=lambda pair: pair[0].partition("/")[0]):
        members = list(group)
        sizes = [count for _, count in members]
        is_file = members[0][0] == name
        path = f"{start}{name}"
        entries.append(
            Entry(
                name=name,
                address=f"{checkpoint.address}/{path}",
                kind="file" if is_file else "folder",
                size=sum(sizes),
                count=len(sizes),
                modified=checkpoint.reported,
                asset=Asset(path=path, size=sizes[0]) if is_file else None,
            )
        )
    return sorted(entries, key=operator.attrgetter("kind"), reverse=True)


def _logs(team: Team, place: Address) -> list[Entry]:
    found = team.carrier.call("logs.list", **of_experiment(place))
    entries = [
        Entry(name=log.stream, address=log.address, kind="file", size=log.size)
        for log in found
    ]
    if not place.item:
        return entries
    chosen = [entry for entry in entries if entry.name == place.item]
    if not chosen:
        msg = "nothing was written to it"
        hint = f"it has {', '.join(e.name for e in entries) or 'no logs'}"
        raise NotFound(msg, address=place.short, hint=hint)
    return chosen


def _folder(address: str, below: Iterable[Entry]) -> list[Entry]:
    """Return one entry that stands for all below it; nothing for nothing."""
    entries = list(below)
    if not entries:
        return []
    return [
        Entry(
            name=address.rpartition("/")[2],
            address=address,
            kind="folder",
            size=sum(entry.size for entry in entries),
            count=sum(entry.count for entry in entries),
            modified=max(entry.modified for entry in entries),
        )
    ]
