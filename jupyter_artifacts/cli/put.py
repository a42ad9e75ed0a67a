"""`put`: files, folders and URIs become the next version of an artifact."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click

from jupyter_artifacts.addresses import VERSION
from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.records.artifacts import LATEST
from jupyter_artifacts.records.assets import AssetKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_artifacts.team import Team
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.versions import TeamVersion
    from jupyter_artifacts.transfer.saving import ToSave

_BELOW = "artifacts/"


@click.command()
@click.argument("name")
@click.argument("sources", metavar="PATH|URI...", nargs=-1, required=True)
@click.option("-t", "--type", "kind", default="", help='What it is, e.g. "model".')
@click.option("-d", "--description", default="", help="Of the version, for people.")
@click.option("-a", "--alias", "aliases", multiple=True, help="Names it from now on.")
@click.option("--tag", "tags", multiple=True, help="Of the version.")
@click.option("--ttl", default=None, metavar="30d", help="May be deleted after it.")
@click.option(
    "--experiment",
    default=None,
    help="Which of mine made it.  [default: the one this is run in, if any]",
)
@click.option("--private", is_flag=True, help="New ones: only I see it.")
@click.option("--reader", "readers", multiple=True, help="Of the private one.")
@click.option("--hidden", is_flag=True, help="Take what begins with a dot, too.")
@click.option("--sha256", is_flag=True, help="Record SHA-256 beside BLAKE3.")
@click.option("--dry-run", is_flag=True, help="List what would be logged; log nothing.")
@as_json_option
def put(  # noqa: PLR0913 - one per option
    name: str,
    sources: tuple[str, ...],
    *,
    kind: str,
    description: str,
    aliases: tuple[str, ...],
    tags: tuple[str, ...],
    ttl: str | None,
    experiment: str | None,
    readers: tuple[str, ...],
    private: bool,
    hidden: bool,
    sha256: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Log files as the next version of an artifact.

    The files of one folder lie at its top; of several, each keeps its name. An
    s3:// or gs:// URI is listed, not copied; any other is kept as a link. What is
    the same as an earlier version makes no new one. It needs no run.
    """
    # numpy and the storages take longer than `--help` may
    from jupyter_artifacts.team.drafts import Artifact

    if readers and not private:
        msg = "--reader goes with --private: the whole team sees it else."
        raise click.UsageError(msg)
    team = team_here()
    with _warnings_as_notes():
        artifact = Artifact(
            _name_of(name),
            kind,
            description=description,
            visibility="private" if private else "team",
            readers=readers,
        )
        _add(artifact, sources, hidden=hidden)
        joined = team.carrier.settings.experiment if experiment is None else experiment
        said = {"aliases": aliases, "tags": tags, "ttl": ttl, "sha256": sha256}
        act = _show_files if dry_run else _log
        act(team, artifact, joined, said, as_json=as_json)


def _name_of(text: str) -> str:
    """Return the name that NAME or artifacts/NAME says.

    Raises:
        InvalidRequest: when it names a version: which one it is follows.
    """
    name = text.removeprefix(_BELOW)
    bare, mark, version = name.partition("@")
    if mark:
        msg = "it names a version, and what is logged becomes the next one by itself"
        is_alias = version and not VERSION.fullmatch(version) and version != LATEST
        also = f" --alias {version}" if is_alias else ""
        raise InvalidRequest(msg, address=text, hint=f"write {bare}{also}")
    return name


def _add(artifact: Artifact, sources: Sequence[str], *, hidden: bool) -> None:
    alone = len(sources) == 1
    for source in sources:
        if "://" in source:
            artifact.add_remote(source, "" if alone else _last_of(source))
        elif alone or not Path(source).is_dir():
            artifact.add(source, hidden=hidden)
        else:
            artifact.add(source, Path(source).resolve().name, hidden=hidden)


def _last_of(uri: str) -> str:
    bare = uri.rstrip("/")
    if not uri.startswith(("http://", "https://")):
        return bare.rpartition("/")[2]  # a bucket's keys stand as they are
    bare = uri.partition("?")[0].partition("#")[0].rstrip("/")
    return unquote(bare.rpartition("/")[2])


def _show_files(
    team: Team,
    artifact: Artifact,
    experiment: str,
    said: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    from jupyter_artifacts.tracking.artifacts import said_of

    files: list[ToSave] = []
    asked = said_of(artifact, experiment, **said)
    passed = _noted(artifact.files(), files)
    count, total = team.carrier.check_artifact(passed, **asked)
    files.sort(key=lambda file: file.path)
    if as_json:
        rows = [
            {"path": each.path, "size": _size(each), "kind": _kind(each)}
            for each in files
        ]
        output.as_json({"name": artifact.name, "files": rows})
        return
    table = [(_shown(each), size(_size(each)), _from(each)) for each in files]
    output.table(("FILE", "SIZE", "FROM"), table, right=("SIZE",))
    held = f"{counted(count, 'file')}, {size(total)}"
    output.line(f"{held} would become {artifact.name}")
    output.note("no file was read: an earlier version may have the same content")


def _noted(files: Iterator[ToSave], into: list[ToSave]) -> Iterator[ToSave]:
    for file in files:
        into.append(file)
        yield file


def _kind(file: ToSave) -> AssetKind:
    return AssetKind.FILE if file.asset is None else file.asset.kind


def _shown(file: ToSave) -> str:
    return f"{file.path}/" if _kind(file) is AssetKind.FOLDER else file.path


def _size(file: ToSave) -> int:
    return file.size if file.asset is None else file.asset.size


def _from(file: ToSave) -> str:
    if file.asset is None:
        return str(file.source)
    return file.asset.uri or file.asset.link


def _log(
    team: Team,
    artifact: Artifact,
    experiment: str,
    said: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    from jupyter_artifacts.team.showing import showing_progress
    from jupyter_artifacts.tracking.artifacts import log_artifact

    what, total = f"logging {artifact.name}", artifact.totals
    with showing_progress(what, say=output.note, total=total) as tell:
        version = log_artifact(
            team.carrier, experiment, artifact, progress=tell, **said
        )
    record = version.record
    if as_json:
        output.as_json({"is_new": version.is_new, "version": record})
        return
    held = f"{counted(record.files, 'file')}, {size(record.bytes)}"
    if version.is_new:
        output.line(f"logged {record.address}: {held}")
    else:
        stays = _stays(version, asked=said["ttl"] is not None)
        output.line(f"{record.address} has the same content: no new version{stays}")
    if record.source and version.is_new:
        output.note(f"made by {record.source}")


def _stays(version: TeamVersion, *, asked: bool) -> str:
    """Return until when it stays that was there, where that may be a surprise."""
    if not (asked or version.kept_longer):
        return ""
    now = "now " if version.kept_longer else ""
    end = when(version.record.expires)
    return f"; it {now}stays {f'until {end}' if end else 'for good'}"


@contextmanager
def _warnings_as_notes() -> Iterator[None]:
    """Say a warning as what it is to whoever reads a terminal: a line."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _note
        yield


def _note(message: Warning | str, *_: object, **__: object) -> None:
    from jupyter_artifacts.team.drafts import HOW_TO_HIDDEN

    output.note(str(message).replace(HOW_TO_HIDDEN, "--hidden"))
