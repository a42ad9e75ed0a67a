"""Rows that may be there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection


def add_missing(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Add rows, but those that are there already."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        added = postgresql.insert(table).on_conflict_do_nothing()
        connection.execute(added, rows)
    else:
        from sqlalchemy.dialects import sqlite

        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
