"""The one tree, level by level, exactly as its addresses have it.

""                     runs, artifacts, datastores
runs/alice/mnist/exp0  files, checkpoints, logs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.addresses import Address, parse_address
from jupyter_artifacts.errors import ArtifactsError, InvalidAddress, NotFound
from jupyter_artifacts.operations.addressed import of_experiment, to_list
from jupyter_artifacts.records.assets import Asset, Entry
from jupyter_artifacts.team.entries import entries_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.team.team import Team

ROOTS: Final = ("runs", "artifacts", "datastores")
SECTIONS: Final = ("files", "checkpoints", "logs")


def place_at(path: str) -> Address:
    """Return the place of a path in the tree; a short address is none.

    Raises:
        InvalidAddress: when no such place can be.
    """
    if path.partition("/")[0] not in ROOTS:
        msg = "it is no path of the team's tree"
        hint = "write runs/…, artifacts/… or datastores/…"
        raise InvalidAddress(msg, address=path, hint=hint)
    return parse_address(path)


def level(team: Team, path: str) -> list[Entry]:
    """Return what is directly below a path; of a file the entry of it.

    Raises:
        NotFound: when nothing is there.
    """
    if not path:
        return [_folder(root) for root in ROOTS]
    place = place_at(path)
    if place.root != "runs":
        return _of_version(team, place)
    if place.experiment is None:
        return _of_runs(team, place)
    if not place.section:
        team.carrier.call("experiments.get", **of_experiment(place))
        return [_folder(f"{path}/{section}") for section in SECTIONS]
    return entries_at(team, place)


def _of_runs(team: Team, place: Address) -> list[Entry]:
    """Return people, their runs, or a run's experiments."""
    carrier, path = team.carrier, place.tree
    if place.run:
        found = carrier.call("runs.get", user=place.user, run=place.run).experiments
        return [
            _folder(f"{path}/exp{each.number}", each.artifact_bytes, each.file_count)
            for each in found
        ]
    if place.user:
        runs: Iterable[Any] = carrier.pages("runs.of_user", user=place.user)
        return [_folder(f"{path}/{run.name}", run.artifact_bytes) for run in runs]
    people = carrier.call("teams.overview").people
    return [_folder(f"{path}/{person.handle}") for person in people]


def _of_version(team: Team, place: Address) -> list[Entry]:
    """Return names, versions, or what is in a version of an artifact or datastore."""
    carrier, path = team.carrier, place.tree
    if place.version:
        return entries_at(team, place)
    if place.root == "datastores":
        if not place.name:
            stores = team.datastores()
            return [_folder(f"{path}/{store.name}") for store in stores]
        versions = carrier.call("datastores.get", name=place.name).versions
    elif place.name:
        versions = carrier.pages("versions.list", name=place.name)
    else:
        names = carrier.pages("artifacts.list")
        return [_folder(f"{path}/{artifact.name}") for artifact in names]
    return [
        _folder(f"{path}/{each.version}", each.bytes, each.files) for each in versions
    ]


def entry(team: Team, path: str) -> Entry:
    """Return the folder or the file that a path names.

    Raises:
        NotFound: when nothing is there.
    """
    if not path:
        return _folder("")
    place = place_at(path)
    if place.path is not None:
        return _file_or_folder(team, path, place)
    if place.version or place.section == "files":
        # one line of it tells that it is there
        operation, asked = to_list(place, "")
        team.carrier.call(operation, **asked, limit=1)
        return _folder(path)
    found = level(team, path)
    return found[0] if place.section == "logs" and place.item else _folder(path)


def _file_or_folder(team: Team, path: str, place: Address) -> Entry:
    try:
        content = team.content(place)
    except NotFound:
        raise
    except InvalidAddress:  # which a path becomes only by being a folder's
        return _folder(path)
    except ArtifactsError:  # bytes that we do not hold, or no longer: it is listed
        return entries_at(team, place)[0]
    asset = Asset(
        path=str(place.path),
        size=content.size,
        digest=content.etag,
        modified=content.modified,
        media_type=content.media_type,
    )
    return Entry(
        name=asset.path.rpartition("/")[2],
        address=path,
        kind="file",
        size=asset.size,
        modified=asset.modified,
        asset=asset,
    )


def _folder(path: str, size: int = 0, count: int = 0) -> Entry:
    name = path.rpartition("/")[2]
    return Entry(name=name, address=path, kind="folder", size=size, count=count)
