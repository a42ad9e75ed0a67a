"""What came from what: edges between experiments, versions, checkpoints, datastores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, insert, select

from jupyter_artifacts.catalog.growth import batched
from jupyter_artifacts.catalog.schema_versions import lineage
from jupyter_artifacts.records.artifacts import LineageRole, NotedEdge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

_l: Final = lineage.c


class LineageRows:
    """Edges of the lineage, within one transaction.

    Nodes are named by what they are and their id, e.g. "experiment:<ulid>".
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, edge: NotedEdge) -> None:
        """Note an edge; noted again it is as it was noted last."""
        same = (
            _l.source == edge.source,
            _l.target == edge.target,
            _l.role == edge.role.value,
        )
        self._connection.execute(delete(lineage).where(*same))
        values = msgspec.structs.asdict(edge) | {"role": edge.role.value}
        self._connection.execute(insert(lineage).values(values))

    def into(self, targets: Sequence[str], *, limit: int) -> list[NotedEdge]:
        """Return edges to these nodes, oldest first."""
        return self._edges(_l.target, targets, limit)

    def out_of(self, sources: Sequence[str], *, limit: int) -> list[NotedEdge]:
        """Return edges from these nodes, oldest first."""
        return self._edges(_l.source, sources, limit)

    def forget(self, nodes: Sequence[str]) -> None:
        """Forget that these nodes used anything; that others came from them stays."""
        for some in batched(nodes):
            self._connection.execute(delete(lineage).where(_l.target.in_(some)))

    def _edges(
        self, column: ColumnElement[str], nodes: Sequence[str], limit: int
    ) -> list[NotedEdge]:
        found: list[NotedEdge] = []
        for some in batched(nodes):
            rows = self._connection.execute(
                select(lineage)
                .where(column.in_(some))
                .order_by(_l.time, _l.source, _l.target, _l.role)
                .limit(limit)
            )
            found += map(_edge, rows)
        return found[:limit]


def _edge(row: Row[Any]) -> NotedEdge:
    return NotedEdge(
        source=row.source,
        target=row.target,
        role=LineageRole(row.role),
        source_address=row.source_address,
        target_address=row.target_address,
        time=row.time,
        by=row.by,
    )
