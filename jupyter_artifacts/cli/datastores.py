"""`datastore`: list, create, update, attach, detach and delete datasets."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, confirm, team_here
from jupyter_artifacts.cli.lazy import DefaultGroup
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.errors import Conflict, InvalidAddress, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
    from jupyter_artifacts.team import Team


@click.group(cls=DefaultGroup)
def datastore() -> None:
    """Share versioned datasets.

    A version is a read-only copy of a folder; anyone of the team may attach it.
    Without a command: list.
    """


@datastore.command("list")
@click.option("--global", "everyones", is_flag=True, help="Everyone's, not only mine.")
@as_json_option
def list_datastores(*, everyones: bool, as_json: bool) -> None:
    """List datastores: mine, or with --global everyone's."""
    team = team_here()
    every = team.datastores()
    found = every if everyones else [each for each in every if each.owner == team.me]
    none = "the team has no datastores" if everyones else "you have no datastores"
    show_datastores(found, as_json=as_json, none=none)
    if not as_json and len(found) < len(every):
        others = counted(len(every) - len(found), "datastore")
        output.note(f"others have {others}: list them with --global")


_hidden_option = click.option(
    "--hidden", is_flag=True, help="Take files and folders that begin with a dot too."
)

_sha256_option = click.option(
    "--sha256", is_flag=True, help="Record SHA-256 of every file beside BLAKE3."
)


@datastore.command()
@click.argument("name")
@click.argument("source", type=click.Path(path_type=str))
@click.option("--description", default="", help="What it is, for people.")
@_hidden_option
@_sha256_option
def create(
    name: str, source: str, description: str, *, hidden: bool, sha256: bool
) -> None:
    """Make a datastore; its v1 is a copy of the folder SOURCE as it is now."""
    folder = os.path.abspath(source)  # noqa: PTH100 - links are kept as they are said
    team = team_here()
    ask: dict[str, Any] = {
        "name": name,
        "source": folder,
        "description": description,
    }
    ask |= {"hidden": hidden, "sha256": sha256}
    try:
        made = _copied(team, "datastores.create", source, **ask)
    except Conflict as error:
        if not any(_is_mine(team, each, name) for each in team.datastores()):
            raise
        ask_again = shlex.join(["datastore", "update", name, source])
        hint = f"add a version: jupyter artifacts {ask_again}"
        msg = "you have a datastore of this name"
        raise Conflict(msg, address=error.address, hint=hint) from error
    _say_version("created", made.versions[-1])


@datastore.command()
@click.argument("name")
@click.argument("source", default="", type=click.Path(path_type=str))
@_hidden_option
@_sha256_option
def update(name: str, source: str, *, hidden: bool, sha256: bool) -> None:
    """Add the next version, from SOURCE or from where the newest came from."""
    team = team_here()
    place = _datastore_at(team, name)
    folder = os.path.abspath(source) if source else ""  # noqa: PTH100 - as above
    ask = {"name": place.name, "source": folder, "hidden": hidden, "sha256": sha256}
    added = _copied(team, "datastores.update", source or place.name, **ask)
    _say_version("created", added)
    _note_same(team, place.name, added)


def _copied(team: Team, operation: str, what: str, **ask: Any) -> Any:
    """Perform an operation that copies a folder, and show how far it is."""
    # the catalog's import takes longer than `ls --help` may
    from jupyter_artifacts.team.showing import showing_progress

    with showing_progress(f"copying {what}", say=output.note, at_once=True) as tell:
        return team.carrier.telling(tell).call(operation, **ask)


@datastore.command()
@click.argument("name", metavar="NAME[/V]")
def attach(name: str) -> None:
    """Attach a version to this session; prints its read-only path.

    The newest version when none is given. Outside a session, prints where the
    version itself lies.
    """
    team = team_here()
    place = _datastore_at(team, name)
    path = team.attach(place.tree)
    if not team.carrier.settings.session:
        output.note("this is no session: the version is read where it lies")
    output.line(str(path))


@datastore.command()
@click.argument("name", metavar="NAME[/V]")
def detach(name: str) -> None:
    """Detach a version from this session; its bytes stay."""
    team = team_here()
    place = _datastore_at(team, name)
    session = team.carrier.settings.session
    if not session:
        msg = "this is no session, so nothing is attached"
        hint = "run it in a terminal of the JupyterLab that has it attached"
        raise Conflict(msg, address=place.tree, hint=hint)
    version = place.version or _attached_version(team, session, place)
    ask = {"session": session, "name": place.name, "version": version}
    output.line(team.carrier.call("sessions.detach", **ask).message)


@datastore.command()
@click.argument("name")
@click.option("--reason", default="", help="Why; needed for someone else's.")
@click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal.")
def delete(name: str, reason: str, *, yes: bool) -> None:
    """Delete a datastore of mine, with all its versions.

    Refused while a session has it attached. On a terminal it asks first.
    """
    team = team_here()
    place = _datastore_at(team, name)
    if place.version:
        msg = "a version is not deleted alone: it may be in use, and never changes"
        hint = f"delete them all: jupyter artifacts datastore delete {place.name}"
        raise InvalidAddress(msg, address=name, hint=hint)
    found: Datastore = team.carrier.call("datastores.get", name=place.name)
    what = f"{found.address}: {counted(len(found.versions), 'version')}"
    what += f", {size(sum(version.bytes for version in found.versions))}"
    question = f"Delete {what}? There is no way back."
    confirm(question, address=found.address, yes=yes)
    team.carrier.call("datastores.delete", name=place.name, reason=reason)
    output.line(f"deleted {what}")


def show_datastores(found: Sequence[Datastore], *, as_json: bool, none: str) -> None:
    """Print datastores, one row each; `none` when there are none."""
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note(f"{none}: `datastore create` makes one")
        return
    rows = []
    for each in found:
        newest = each.versions[-1]
        rows.append(
            (
                each.address,
                newest.version,
                f"{newest.files:,}",
                size(newest.bytes),
                each.owner,
                when(newest.created),
                each.description,
            )
        )
    heads = ("DATASTORE", "NEWEST", "FILES", "SIZE", "OWNER", "MADE", "DESCRIPTION")
    output.table(heads, rows, right=("FILES", "SIZE"))


def show_versions(found: Sequence[DatastoreVersion], *, as_json: bool) -> None:
    """Print versions of a datastore, one row each."""
    if as_json:
        output.as_json(found)
        return
    rows = [
        (
            version.address,
            f"{version.files:,}",
            size(version.bytes),
            version.created_by,
            when(version.created),
            version.source,
        )
        for version in found
    ]
    heads = ("VERSION", "FILES", "SIZE", "MADE BY", "MADE", "COPIED FROM")
    output.table(heads, rows, right=("FILES", "SIZE"))


def _datastore_at(team: Team, name: str) -> Address:
    """Return the address that NAME, NAME/V or the whole address names."""
    text = name if name.startswith("datastores/") else f"datastores/{name}"
    place = team.parse(text)
    if not place.name or place.path is not None:
        msg = "it names no datastore"
        hint = "write cats, cats/v1 or datastores/cats/v1"
        raise InvalidAddress(msg, address=name, hint=hint)
    return place


def _attached_version(team: Team, session: str, place: Address) -> str:
    found = team.carrier.call("sessions.get", session=session)
    attached = [team.parse(each.address) for each in found.attachments]
    versions = [
        each.version
        for each in attached
        if each.name.casefold() == place.name.casefold()
    ]
    if not versions:
        msg = "it is not attached to this session"
        names = ", ".join(each.tree for each in attached)
        raise NotFound(msg, address=place.tree, hint=f"attached: {names or 'nothing'}")
    if len(versions) > 1:
        msg = f"several versions are attached: {', '.join(versions)}"
        hint = f"name one: {place.name}/{versions[0]}"
        raise InvalidAddress(msg, address=place.tree, hint=hint)
    return versions[0]


def _is_mine(team: Team, datastore: Datastore, name: str) -> bool:
    return datastore.owner == team.me and datastore.name.casefold() == name.casefold()


def _note_same(team: Team, name: str, added: DatastoreVersion) -> None:
    """Say that a version has the same files as the one before, when it has."""
    found: Datastore = team.carrier.call("datastores.get", name=name)
    older = [each for each in found.versions if each.number < added.number]
    if not older or (older[-1].files, older[-1].bytes) != (added.files, added.bytes):
        return
    before = older[-1]
    if team.digests(added.address) == team.digests(before.address):
        same = f"{added.version} has the same files as {before.version}"
        output.note(f"{same}: nothing changed in {added.source}")


def _say_version(done: str, version: DatastoreVersion) -> None:
    files = counted(version.files, "file")
    output.line(f"{done} {version.address}: {files}, {size(version.bytes)}")
    if not version.files:
        output.note(f"it is empty: there is no file in {version.source}")
    if version.left_out:
        hidden = f"{version.left_out:,} hidden (files or folders)"
        output.note(f"left out {hidden}: --hidden takes them too")
