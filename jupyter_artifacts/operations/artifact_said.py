"""What somebody says of the artifact that they log."""

from __future__ import annotations

from jupyter_artifacts.operations.artifact_places import (
    Aliases,
    AtArtifact,
    Readers,
    Seconds,
)
from jupyter_artifacts.operations.ranges import Tags  # noqa: TC001 - msgspec reads it
from jupyter_artifacts.records.artifacts import Visibility  # noqa: TC001 - as above
from jupyter_artifacts.records.base import JsonObject  # noqa: TC001 - as above


class LogVersion(AtArtifact, frozen=True, kw_only=True):
    """What is logged, and what is said of it.

    Attributes:
        source: the folder whose files it has; whoever logs from within this process
            gives files instead.
        type: what the artifact is, e.g. "model"; "" for what it was before.
        description: of the version.
        metadata: of the version.
        tags: of the version.
        aliases: that name the version from now on.
        ttl: seconds after which it may be deleted by itself; None for never.
        experiment: address of the experiment of mine that made it; "" for none.
        visibility: of an artifact that is new; None for the team.
        readers: of an artifact that is new and private.
        sha256: whether SHA-256 is recorded of every file beside BLAKE3; of content that
            an earlier version has, that version's record stays as it is.
    """

    source: str = ""
    type: str = ""
    description: str = ""
    metadata: JsonObject = {}
    tags: Tags = []
    aliases: Aliases = []
    ttl: Seconds | None = None
    experiment: str = ""
    visibility: Visibility | None = None
    readers: Readers = []
    sha256: bool = False
