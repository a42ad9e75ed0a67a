"""Metrics and files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _metrics()
    _files()
    _rest()


def _metrics() -> None:
    op.create_table(
        "segments",
        sa.Column("id", NAME, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("user", NAME, nullable=False),
        sa.Column("ingested", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
    )
    op.create_table(
        "series",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("group_name", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.seq"],
            name=op.f("fk_series_experiment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint(
            "experiment",
            "group_name",
            "name",
            name=op.f("uq_series_experiment_group_name_name"),
        ),
    )
    op.create_table(
        "chunks",
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_chunks_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "number", name=op.f("pk_chunks")),
    )


def _files() -> None:
    op.create_table(
        "assets",
        sa.Column("manifest", NAME, nullable=False),
        sa.Column("path", NAME, nullable=False),
        sa.Column("parent", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("manifest", "path", name=op.f("pk_assets")),
    )
    op.create_index(
        op.f("ix_assets_manifest_parent_name"),
        "assets",
        ["manifest", "parent", "name"],
        unique=False,
    )
    op.create_table(
        "datastores",
        sa.Column("id", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datastores")),
        sa.UniqueConstraint("name_key", name=op.f("uq_datastores_name_key")),
    )
    op.create_table(
        "folders",
        sa.Column("manifest", NAME, nullable=False),
        sa.Column("path", NAME, nullable=False),
        sa.Column("parent", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("manifest", "path", name=op.f("pk_folders")),
    )
    op.create_index(
        op.f("ix_folders_manifest_parent_name"),
        "folders",
        ["manifest", "parent", "name"],
        unique=False,
    )
    op.create_table(
        "uncaptured",
        sa.Column("manifest", NAME, nullable=False),
        sa.Column("path", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("manifest", "path", name=op.f("pk_uncaptured")),
    )
    op.create_table(
        "datastore_versions",
        sa.Column("id", NAME, nullable=False),
        sa.Column("datastore_id", NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["datastore_id"],
            ["datastores.id"],
            name=op.f("fk_datastore_versions_datastore_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datastore_versions")),
        sa.UniqueConstraint(
            "datastore_id",
            "number",
            name=op.f("uq_datastore_versions_datastore_id_number"),
        ),
    )


def _rest() -> None:
    op.create_table(
        "events",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "transfers",
        sa.Column("id", NAME, nullable=False),
        sa.Column("moving", sa.Boolean(), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )


def downgrade() -> None:
    for table in (
        "events",
        "transfers",
        "datastore_versions",
        "datastores",
        "uncaptured",
        "folders",
        "assets",
        "segments",
        "chunks",
        "series",
    ):
        op.drop_table(table)
