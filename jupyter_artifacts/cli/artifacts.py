"""Artifacts and their versions: listed, deleted, tagged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import confirm, pages
from jupyter_artifacts.cli.entries import show_entries
from jupyter_artifacts.cli.words import counted, size, when
from jupyter_artifacts.errors import InvalidRequest, NotFound
from jupyter_artifacts.records.artifacts import Visibility

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.records.artifacts import Artifact, ArtifactVersion
    from jupyter_artifacts.team import Team


def list_artifacts(team: Team, place: Address, *, as_json: bool) -> None:
    """Print what stands at a place below artifacts: names, versions or files."""
    if not place.name:
        _show_artifacts(team.artifacts(), as_json=as_json)
    elif not place.version:
        found = list(pages(team, "versions.list", name=place.name))
        _show_versions(found, as_json=as_json)
    else:
        version = team.artifact(replace(place, path=None))
        place = replace(place, name=version.name, version=version.version)
        show_entries(team, team.entries(place), place.short, as_json=as_json)


def _show_artifacts(found: Sequence[Artifact], *, as_json: bool) -> None:
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note("the team has no artifacts: run.log_artifact or `put` makes one")
        return
    rows = [
        (
            each.address,
            each.type,
            each.latest or "(deleted)",
            f"{each.versions:,}",
            size(each.bytes),
            each.owner,
            when(each.changed),
            ", ".join(f"{alias}={version}" for alias, version in each.aliases.items()),
            _readers(each),
        )
        for each in found
    ]
    heads = ("ARTIFACT", "TYPE", "LATEST", "VERSIONS", "SIZE", "OWNER", "MADE")
    output.table((*heads, "ALIASES", "SEEN BY"), rows, right=("VERSIONS", "SIZE"))


def _readers(artifact: Artifact) -> str:
    if artifact.visibility is Visibility.TEAM:
        return "team"
    return ", ".join((artifact.owner, *artifact.readers))


def _show_versions(found: Sequence[ArtifactVersion], *, as_json: bool) -> None:
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note("it has no versions any more")
        return
    rows = [
        (
            each.address,
            ", ".join(each.aliases),
            f"{each.files:,}",
            size(each.bytes),
            each.created_by,
            when(each.created),
            each.source,
            ", ".join(each.tags),
            when(each.expires),
        )
        for each in found
    ]
    heads = (
        "VERSION",
        "ALIASES",
        "FILES",
        "SIZE",
        "MADE BY",
        "MADE",
        "MADE IN",
        "TAGS",
        "ENDS",
    )
    output.table(heads, rows, right=("FILES", "SIZE"))


def delete_artifact(team: Team, place: Address, reason: str, *, yes: bool) -> None:
    """Delete a version, or an artifact with all its versions; ask before."""
    # the catalog's import takes longer than `--help` may
    from jupyter_artifacts.operations.all import TABLE
    from jupyter_artifacts.operations.table import authorize, convert_ask
    from jupyter_artifacts.team.versions import check_whole

    check_whole(place)
    ask = {"name": place.name, "reason": reason}
    operation = "versions.delete" if place.version else "artifacts.delete"
    if place.version:
        ask["version"] = place.version
    declared = TABLE[operation]
    # whoever may not is told so before the question, not after it
    address = authorize(
        declared.permission, team.carrier.context, convert_ask(declared, ask)
    )
    try:
        artifact = team.carrier.call("artifacts.get", name=place.name)
    except NotFound:
        # an admin may delete what is private to others, and not look into it
        address = place.short if place.version else address
        what = f"{address}, which is private to others"
    else:
        address, what = _whole(team, place, artifact)
    question = f"Delete {what}? There is no way back."
    confirm(question, address=address, yes=yes)
    team.carrier.call(operation, **ask)
    output.line(f"deleted {what}")


def _whole(team: Team, place: Address, artifact: Artifact) -> tuple[str, str]:
    """Return the address of a version or an artifact, and how much there is of it."""
    if place.version:
        version = team.artifact(place).record
        held = f"{counted(version.files, 'file')}, {size(version.bytes)}"
        return version.address, f"{version.address}: {held}"
    held = counted(artifact.versions, "version")
    return artifact.address, f"{artifact.address}: {held}"


def tag_version(
    team: Team, place: Address, tags: tuple[str, ...], *, remove: bool
) -> None:
    """Add tags to a version, or take them away; print those it has."""
    version = team.artifact(place)
    has = version.tags
    if remove and (unknown := sorted(set(tags) - set(has))):
        msg = f"it has no tag {unknown[0]!r}"
        hint = f"it has {', '.join(has)}" if has else "it has none"
        raise InvalidRequest(msg, address=version.address, hint=hint)
    if tags and remove:
        version.untag(*tags)
    elif tags:
        version.tag(*tags)
    output.line(f"{version.address}: {', '.join(version.tags) or 'no tags'}")
