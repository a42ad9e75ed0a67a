"""How Alembic reaches the catalog: by the connection that it is handed."""

from __future__ import annotations

from alembic import context

from jupyter_artifacts.catalog.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a column in place: Alembic copies the table.
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
