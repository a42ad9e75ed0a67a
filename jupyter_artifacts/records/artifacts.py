"""Artifacts, their versions, what differs between two, and where they come from."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.base import JsonObject, Record
from jupyter_artifacts.records.texts import diff_text

LATEST: Final = "latest"
"""The alias that names the newest version, and no other, by itself."""


class Visibility(StrEnum):
    """Who may know of a thing."""

    TEAM = "team"
    PRIVATE = "private"
    """Its owner, and the readers that the owner names."""


class LineageRole(StrEnum):
    """What a thing is to an experiment."""

    OUTPUT = "output"
    """The experiment made it."""
    INPUT = "input"
    FINE_TUNING = "fine-tuning"
    INFERENCE = "inference"


class Artifact(Record, frozen=True, kw_only=True):
    """A name, and the versions that were logged under it.

    Attributes:
        name: unique in the team, ignoring case.
        address: "artifacts/my-model".
        type: what it is, in the team's own words, e.g. "model".
        owner: handle of who logged its first version.
        description: for people.
        created: when.
        visibility: who may know of it.
        readers: handles of who may see it while it is private, beside its owner.
        versions: how many there are.
        latest: the newest version, e.g. "v3"; "" when that one was deleted.
        aliases: alias → version; `latest` is not among them.
        bytes: of the newest version there is.
        changed: when the newest version there is was made.
    """

    name: str
    address: str
    type: str
    owner: str
    description: str = ""
    created: float = 0.0
    visibility: Visibility = Visibility.TEAM
    readers: list[str] = []
    versions: int = 0
    latest: str = ""
    aliases: dict[str, str] = {}
    bytes: int = 0
    changed: float = 0.0


class ArtifactVersion(Record, frozen=True, kw_only=True):
    """One version of an artifact; its files never change.

    Attributes:
        address: "my-model@v3".
        artifact: the artifact's name.
        version: "v3".
        number: 3.
        digest: of what it says of its files: the same for the same content.
        bytes: sum of sizes, those of remote objects too.
        files: how many lines it has, without empty folders.
        remote: how many of them are links, or objects that we do not hold.
        created: when.
        created_by: handle.
        source: address of the experiment that logged it; "" for none.
        aliases: those that name it now, `latest` first.
        tags: sorted.
        description: for people.
        metadata: anything that was noted.
        expires: when it may be deleted by itself; None for never.
    """

    address: str
    artifact: str
    version: str
    number: int
    digest: str
    bytes: int
    files: int
    remote: int = 0
    created: float = 0.0
    created_by: str = ""
    source: str = ""
    aliases: list[str] = []
    tags: list[str] = []
    description: str = ""
    metadata: JsonObject = {}
    expires: float | None = None


class Logged(Record, frozen=True, kw_only=True):
    """What became of an artifact that was logged.

    Attributes:
        version: its version.
        is_new: False when an earlier version has the same content: then it is that.
        new_bytes: sizes of its files that no version before had.
        kept_longer: whether it was there and would have ended sooner, or at all.
    """

    version: ArtifactVersion
    is_new: bool
    new_bytes: int = 0
    kept_longer: bool = False


class DiffLine(Record, frozen=True, kw_only=True):
    """A file that two versions do not have in common.

    Attributes:
        path: of the file.
        change: "added", "removed" or "changed".
        kind: what it is now, or was when it was removed.
        size: bytes now; 0 when it was removed.
        size_before: bytes before; 0 when it was added.
    """

    path: str
    change: str
    kind: AssetKind
    size: int = 0
    size_before: int = 0


class ArtifactDiff(Record, frozen=True, kw_only=True):
    """What differs between two versions.

    Attributes:
        before: address of one.
        after: address of the other.
        lines: what differs, folder by folder.
        left_out: how many more lines there are.
        added: how many files.
        removed: how many files.
        changed: how many files.
        same: how many files.
        bytes_added: sizes of what is added or changed, as it is now.
        bytes_removed: sizes of what is removed or changed, as it was.
    """

    before: str
    after: str
    lines: list[DiffLine]
    left_out: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    same: int = 0
    bytes_added: int = 0
    bytes_removed: int = 0

    def __str__(self) -> str:
        """Return what differs, a line each, and a summary."""
        return diff_text(self)


class LineageNode(Record, frozen=True, kw_only=True):
    """A thing in a lineage.

    Attributes:
        id: names it within the lineage.
        kind: "experiment", "artifact", "checkpoint" or "datastore".
        address: as people type it.
        gone: whether it was deleted since.
    """

    id: str
    kind: str
    address: str
    gone: bool = False


class LineageEdge(Record, frozen=True, kw_only=True):
    """That one thing went into another, or came out of it.

    Attributes:
        source: id of the node that was there before.
        target: id of the node that was made from it, or with it.
        role: what the one was to the other.
        time: when it was noted; 0 when it follows from what an experiment says.
        by: handle of who noted it.
    """

    source: str
    target: str
    role: LineageRole
    time: float = 0.0
    by: str = ""


def node_of(kind: str, identity: str) -> str:
    """Return what names a thing in the lineage."""
    return f"{kind}:{identity}"


class NotedEdge(Record, frozen=True, kw_only=True):
    """An edge as it was noted, with what its ends were called then.

    Attributes:
        source: what a node is and its id, e.g. "experiment:<ulid>".
        target: as `source`.
        role: what the one was to the other.
        source_address: as people type it.
        target_address: as people type it.
        time: when.
        by: handle of who noted it.
    """

    source: str
    target: str
    role: LineageRole
    source_address: str
    target_address: str
    time: float
    by: str


class Lineage(Record, frozen=True, kw_only=True):
    """What a version came from, and what came of it, however far.

    Attributes:
        root: id of the node that was asked about.
        nodes: each once, the root first.
        edges: from what was there before to what was made.
        hidden: how many nodes are private to others.
        cut: whether there is more than is shown.
    """

    root: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    hidden: int = 0
    cut: bool = False

    def __str__(self) -> str:
        """Return it drawn in text: what it came from, then what came of it."""
        by_id = {node.id: node for node in self.nodes}
        lines = [_named(by_id[self.root])]
        for arrow in _ARROWS:
            _draw(self, by_id, self.root, arrow, ({self.root}, lines), 1)
        if self.hidden:
            lines.append(f"({self.hidden} more that are private to others)")
        if self.cut:
            lines.append("(there is more, further away)")
        return "\n".join(lines)


_ARROWS = ("←", "→")


def _named(node: LineageNode) -> str:
    return f"{node.address} (deleted)" if node.gone else node.address


def _draw(
    lineage: Lineage,
    by_id: dict[str, LineageNode],
    here: str,
    arrow: str,
    drawn: tuple[set[str], list[str]],
    depth: int,
) -> None:
    """Draw all that is on one side of a node; what was drawn before, by name only."""
    seen, lines = drawn
    for edge in lineage.edges:
        near, far = edge.source, edge.target
        if arrow == "←":
            near, far = far, near
        if near != here:
            continue
        again = far in seen
        ending = " …" if again else ""
        lines.append(
            f"{'  ' * depth}{arrow} {_named(by_id[far])} ({edge.role}){ending}"
        )
        if not again:
            seen.add(far)
            _draw(lineage, by_id, far, arrow, drawn, depth + 1)
