"""Where artifacts are: in the tree as asks, in the storage as keys, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from jupyter_artifacts import policy
from jupyter_artifacts.addresses import VERSION, check_name
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.owners import asker_of
from jupyter_artifacts.records.artifacts import LATEST, Visibility
from jupyter_artifacts.records.base import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.policy import Action
    from jupyter_artifacts.records.artifacts import Artifact, ArtifactVersion

Aliases = Annotated[list[Annotated[str, Meta(max_length=128)]], Meta(max_length=100)]
"""Aliases given at once."""

AliasVersions = Annotated[
    dict[str, Annotated[str, Meta(max_length=128)]], Meta(max_length=100)
]
"""Alias → the version it names, "v3" or another alias; "" for none."""

Readers = Annotated[list[Annotated[str, Meta(max_length=128)]], Meta(max_length=1000)]
"""Handles of who may see what is private."""

Seconds = Annotated[float, Meta(gt=0, le=1e10)]
"""A length of time."""


class AtArtifact(Record, frozen=True, kw_only=True):
    """An artifact."""

    name: str


class AtArtifactVersion(AtArtifact, frozen=True, kw_only=True):
    """A version of an artifact: "v3", or an alias."""

    version: str


def artifact_at(
    ctx: Context, rows: Rows, name: str, action: Action = policy.Action.SEE
) -> tuple[Artifact, str]:
    """Return an artifact and its id.

    Raises:
        NotFound: when there is none, or it is private to others.
    """
    asker = asker_of(ctx)
    return rows.artifacts.get(name, lambda each: policy.may_know(asker, each, action))


def version_at(
    ctx: Context, rows: Rows, name: str, version: str
) -> tuple[ArtifactVersion, str]:
    """Return a version ("" the newest) and its id, which names its manifest."""
    return rows.versions.get(*artifact_at(ctx, rows, name), version)


def artifact_prefix(artifact_id: str) -> str:
    """Return the key below which everything stored of an artifact is."""
    return f"artifacts/{artifact_id}"


def tell(
    ctx: Context,
    rows: Rows,
    artifact: Artifact,
    change: str,
    address: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Tell everyone what happened; of what is private only that something did."""
    if artifact.visibility is Visibility.PRIVATE:
        rows.events.add("artifact", "changed", "artifacts", ctx.clock())
    else:
        rows.events.add("artifact", change, address, ctx.clock(), data or {})


def check_alias(alias: str, address: str) -> str:
    """Return `alias` if a version may be called so.

    Raises:
        InvalidRequest: for what looks like a version, and for `latest`.
    """
    check_name(alias, "alias")
    if alias.lower() == LATEST:
        msg = "latest names the newest version by itself"
        hint = "choose another alias"
        raise InvalidRequest(msg, address=address, hint=hint)
    if VERSION.fullmatch(alias.lower()) or (
        alias[:1] in "vV" and alias[1:].isdecimal()
    ):
        msg = f"{alias!r} looks like a version, so it cannot be an alias"
        raise InvalidRequest(msg, address=address, hint='say e.g. "best"')
    return alias


def check_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: each once, sorted."""
    return sorted({check_name(text, "tag") for text in tags})


def kept_longer(expires: float | None, ttl: float | None, now: float) -> float | None:
    """Return until when a version is kept that is logged once more; None: always.

    Whoever logs it counts on it, so nobody's wish makes it end sooner.

    Args:
        expires: when it ends so far.
        ttl: for how many seconds it is wanted from now on; None for always.
        now: seconds since 1970.
    """
    if expires is None or ttl is None:
        return None
    return max(expires, now + ttl)
