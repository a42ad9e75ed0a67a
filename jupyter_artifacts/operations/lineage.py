"""What versions came from, and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import InvalidAddress, NotFound
from jupyter_artifacts.operations.artifact_places import AtArtifactVersion, version_at
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.owners import asker_of
from jupyter_artifacts.operations.places import AtExperiment, experiment_at
from jupyter_artifacts.operations.table import CHANGE_RUN, SEE, operation
from jupyter_artifacts.policy import may_know
from jupyter_artifacts.records.artifacts import (
    ArtifactVersion,
    Lineage,
    LineageEdge,
    LineageNode,
    LineageRole,
    NotedEdge,
    node_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.runs import Experiment

_MOST: Final = 500


class UseArtifact(AtExperiment, frozen=True, kw_only=True):
    """What an experiment of mine uses, and how.

    Attributes:
        address: of a version, e.g. "my-model@v3".
        role: what it is to the experiment.
    """

    address: str
    role: LineageRole = LineageRole.INPUT


@operation(
    "artifacts.use",
    "POST runs/{user}/{run}/exp{number}/uses",
    needs=CHANGE_RUN,
    routine=True,
)
def use(ctx: Context, ask: UseArtifact) -> ArtifactVersion:
    """Note that an experiment of mine uses a version; return it."""
    place = parse_address(ask.address, me=ctx.actor.handle)
    if place.root != "artifacts" or not place.name:
        msg = "it names no artifact"
        hint = "write my-model@v3 or my-model@latest"
        raise InvalidAddress(msg, address=ask.address, hint=hint)
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        version, version_id = version_at(ctx, rows, place.name, place.version)
        edge = NotedEdge(
            source=node_of("artifact", version_id),
            target=node_of("experiment", experiment.id),
            role=ask.role,
            source_address=version.address,
            target_address=experiment.address,
            time=ctx.clock(),
            by=ctx.actor.handle,
        )
        rows.lineage.add(edge)
        return version


@operation("versions.lineage", "GET versions/{name}/{version}/lineage", needs=SEE)
def lineage(ctx: Context, ask: AtArtifactVersion) -> Lineage:
    """Return what a version came from, and what came of it."""
    with ctx.catalog.read() as rows:
        version, version_id = version_at(ctx, rows, ask.name, ask.version)
        return _around(ctx, rows, node_of("artifact", version_id), version.address)


@operation(
    "experiments.lineage", "GET runs/{user}/{run}/exp{number}/lineage", needs=SEE
)
def of_experiment(ctx: Context, ask: AtExperiment) -> Lineage:
    """Return what an experiment came from, and what came of it."""
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
        root = node_of("experiment", experiment.id)
        return _around(ctx, rows, root, experiment.address)


def _around(ctx: Context, rows: Rows, root: str, address: str) -> Lineage:
    """Return what is before and after a node, as far as it leads."""
    graph = _Graph(ctx, rows)
    graph.add(root, address)
    graph.follow(root, graph.before)
    graph.follow(root, graph.after)
    return graph.record(root)


class _Graph:
    """Nodes and edges found so far, seen by who asks."""

    def __init__(self, ctx: Context, rows: Rows) -> None:
        self._rows = rows
        self._asker = asker_of(ctx)
        self._nodes: dict[str, LineageNode | None] = {}
        self._edges: dict[tuple[str, str, str], LineageEdge] = {}
        self._cut = False

    def follow(
        self, root: str, step: Callable[[list[str]], Iterable[tuple[NotedEdge, bool]]]
    ) -> None:
        """Go on from a node as far as it leads, all of one distance at a time."""
        walked = {root}
        frontier = [root]
        while frontier:
            reached = []
            for edge, backwards in step(frontier):
                far = edge.source if backwards else edge.target
                address = edge.source_address if backwards else edge.target_address
                if not self.add(far, address):
                    continue
                key = (edge.source, edge.target, edge.role.value)
                self._edges.setdefault(
                    key,
                    LineageEdge(
                        source=edge.source,
                        target=edge.target,
                        role=edge.role,
                        time=edge.time,
                        by=edge.by,
                    ),
                )
                if far not in walked:
                    walked.add(far)
                    reached.append(far)
            frontier = reached

    def before(self, nodes: list[str]) -> Iterable[tuple[NotedEdge, bool]]:
        """Yield the edges that lead to these nodes, also those that are not noted."""
        found = self._rows.lineage.into(nodes, limit=_MOST + 1)
        self._cut = self._cut or len(found) > _MOST
        yield from ((edge, True) for edge in found[:_MOST])
        for node in nodes:
            kind, _, identity = node.partition(":")
            if kind == "experiment":
                yield from ((edge, True) for edge in self._started_with(identity))
            elif kind == "checkpoint":
                yield from ((edge, True) for edge in self._saved_by(identity))

    def after(self, nodes: list[str]) -> Iterable[tuple[NotedEdge, bool]]:
        """Yield the edges that lead away from these nodes."""
        found = self._rows.lineage.out_of(nodes, limit=_MOST + 1)
        self._cut = self._cut or len(found) > _MOST
        return ((edge, False) for edge in found[:_MOST])

    def add(self, node: str, address: str) -> bool:
        """Take a node in; return whether it is there to be seen."""
        if node not in self._nodes:
            if len(self._nodes) >= _MOST:
                self._cut = True
                return False
            self._nodes[node] = self._look(node, address)
        return self._nodes[node] is not None

    def record(self, root: str) -> Lineage:
        """Return what was found."""
        nodes = [node for node in self._nodes.values() if node is not None]
        return Lineage(
            root=root,
            nodes=nodes,
            edges=list(self._edges.values()),
            hidden=len(self._nodes) - len(nodes),
            cut=self._cut,
        )

    def _look(self, node: str, address: str) -> LineageNode | None:
        """Return a node as it is now; None when it is private to others."""
        kind, _, identity = node.partition(":")
        gone = False
        try:
            if kind == "experiment":
                address = self._rows.experiments.by_id(identity).address
            elif kind == "artifact":
                version = self._rows.versions.by_id(identity)
                address = version.address
                found = self._rows.artifacts.find(version.artifact)
                if found and not may_know(self._asker, found[0]):
                    return None
            elif kind == "checkpoint":
                address = self._rows.checkpoints.by_uuid(identity)[0].address
            else:
                place = parse_address(address)
                self._rows.datastores.version(place.name, place.version)
        except NotFound:
            gone = True
        return LineageNode(id=node, kind=kind, address=address, gone=gone)

    def _started_with(self, experiment_id: str) -> list[NotedEdge]:
        """Return what an experiment says that it was started with."""
        try:
            experiment = self._rows.experiments.by_id(experiment_id)
        except NotFound:
            return []
        run = self._rows.runs.get(experiment.user, experiment.run)
        found = [
            _said(node_of("datastore", address), address, experiment, LineageRole.INPUT)
            for address in run.datastores
        ]
        if uuid := experiment.warm_start_checkpoint:
            node, role = node_of("checkpoint", uuid), LineageRole.FINE_TUNING
            found.append(_said(node, uuid, experiment, role))
        return found

    def _saved_by(self, uuid: str) -> list[NotedEdge]:
        try:
            checkpoint, experiment_id = self._rows.checkpoints.by_uuid(uuid)
        except NotFound:
            return []
        owner = self._rows.experiments.by_id(experiment_id)
        return [
            NotedEdge(
                source=node_of("experiment", experiment_id),
                target=node_of("checkpoint", uuid),
                role=LineageRole.OUTPUT,
                source_address=owner.address,
                target_address=checkpoint.address,
                time=checkpoint.reported,
                by=owner.user,
            )
        ]


def _said(
    source: str, address: str, experiment: Experiment, role: LineageRole
) -> NotedEdge:
    return NotedEdge(
        source=source,
        target=node_of("experiment", experiment.id),
        role=role,
        source_address=address,
        target_address=experiment.address,
        time=0.0,
        by=experiment.user,
    )
