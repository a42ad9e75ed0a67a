"""Artifacts that an experiment logs and uses."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import artifact_address
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.queries.times import DURATION_HINT, resolve_duration
from jupyter_artifacts.records.artifacts import LineageRole
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.base import several

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.versions import TeamVersion
    from jupyter_artifacts.transfer.progress import Progress

_SHOWN = 60


def log_artifact(  # noqa: PLR0913 - what is said of it, by keyword
    carrier: LocalCarrier,
    experiment: str,
    artifact: object,
    *,
    aliases: Iterable[str],
    tags: Iterable[str],
    ttl: float | str | timedelta | None,
    sha256: bool,
    progress: Callable[[Progress], None] | None,
) -> TeamVersion:
    """Make an artifact the next version of its name, made by an experiment.

    Args:
        carrier: of the experiment's owner.
        experiment: its address; "" for none.
        artifact: what is logged.
        aliases: that name the version from now on.
        tags: of the version.
        ttl: after which it may be deleted by itself: seconds, "30d" or a timedelta.
        sha256: whether SHA-256 is recorded of every file, too; a version that has the
            same content already stays as it is, and a warning says so.
        progress: told how far it is; None to show it here.
    """
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.showing import showing_progress
    from jupyter_artifacts.team.team import Team
    from jupyter_artifacts.team.versions import TeamVersion

    if not isinstance(artifact, Artifact):
        msg = f"{str(artifact)[:_SHOWN]!r} is no ja.Artifact"
        hint = 'make one: art = ja.Artifact("my-model"); art.add("a/file/or/folder")'
        raise InvalidRequest(msg, hint=hint)
    said = said_of(
        artifact, experiment, aliases=aliases, tags=tags, ttl=ttl, sha256=sha256
    )
    with ExitStack() as stack:
        if progress is None:
            what, total = f"logging {artifact.name}", artifact.totals
            progress = stack.enter_context(showing_progress(what, total=total))
        logged = carrier.log_artifact(artifact.files(), progress=progress, **said)
    place = artifact_address(logged.version.artifact, logged.version.version)
    came_of_it = {"is_new": logged.is_new, "kept_longer": logged.kept_longer}
    version = TeamVersion(Team(carrier), place, **came_of_it)
    if sha256 and not logged.is_new:
        _warn_without_sha256(version)
    return version


def said_of(
    artifact: Artifact,
    experiment: str,
    *,
    aliases: Iterable[str],
    tags: Iterable[str],
    ttl: float | str | timedelta | None,
    sha256: bool,
) -> dict[str, Any]:
    """Return what logging an artifact says of it, as the operation is asked."""
    return {
        **artifact.said(),
        "experiment": experiment,
        "aliases": several(aliases),
        "tags": several(tags),
        "ttl": seconds_of(ttl),
        "sha256": sha256,
    }


def _warn_without_sha256(version: TeamVersion) -> None:
    """Say so when a version that was there is recorded without what was asked for."""
    held = (asset for asset in version.files() if asset.kind is AssetKind.FILE)
    first = next(held, None)
    if first is not None and not first.sha256:
        warnings.warn(
            f"{version.address} has the same content already, recorded without SHA-256,"
            " and versions never change; download(..., sha256=True) computes it for the"
            " receipt",
            stacklevel=4,
        )


def use_artifact(
    carrier: LocalCarrier, at: dict[str, Any], address: str, role: str
) -> TeamVersion:
    """Note that an experiment uses a version; return it.

    Args:
        carrier: of the experiment's owner.
        at: which experiment, as operations are asked.
        address: of the version.
        role: what it is to the experiment.
    """
    from jupyter_artifacts.team.team import Team
    from jupyter_artifacts.team.versions import TeamVersion, named_version

    known = [each.value for each in LineageRole if each is not LineageRole.OUTPUT]
    if role not in known:
        msg = f"nothing is used as {role!r}"
        hint = f"write one of {', '.join(known)}"
        raise InvalidRequest(msg, address=str(address), hint=hint)
    team = Team(carrier)
    place = named_version(team, address)
    used = carrier.call("artifacts.use", **at, address=place.tree, role=role)
    return TeamVersion(team, artifact_address(used.artifact, used.version))


def seconds_of(ttl: float | str | timedelta | None) -> float | None:
    """Return a length of time in seconds; None for none."""
    if isinstance(ttl, timedelta):
        return ttl.total_seconds()
    if isinstance(ttl, str):
        found = resolve_duration(ttl)
        if found is None:
            msg = f"{ttl!r} is no length of time"
            raise InvalidRequest(msg, hint=DURATION_HINT)
        return found
    return ttl
