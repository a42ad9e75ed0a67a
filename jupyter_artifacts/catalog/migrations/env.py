"""How Alembic reaches the catalog: by the connection that it is handed."""

from __future__ import annotations

from alembic import context

from jupyter_artifacts.catalog import schema_packs, schema_shares, schema_versions

tables = (schema_shares.audit, schema_versions.lineage, schema_packs.output_packs)

context.configure(
    connection=context.config.attributes["connection"],
    # the one of every table, those of the other modules too
    target_metadata=tables[0].metadata,
    # SQLite cannot change a column in place: Alembic copies the table.
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
