"""Artifacts, their versions, immutable manifests, lineage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _manifests()
    _artifacts()
    _bytes()
    _lineage()


def _manifests() -> None:
    op.create_table(
        "manifest_chunks",
        sa.Column("manifest", NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", NAME, nullable=False),
        sa.Column("last", NAME, nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("manifest", "number", name=op.f("pk_manifest_chunks")),
    )
    op.create_index(
        op.f("ix_manifest_chunks_manifest_first"),
        "manifest_chunks",
        ["manifest", "first"],
        unique=False,
    )


def _owned(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{owner}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete="CASCADE",
    )


def _artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("id", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifacts")),
        sa.UniqueConstraint("name_key", name=op.f("uq_artifacts_name_key")),
    )
    op.create_table(
        "artifact_versions",
        sa.Column("id", NAME, nullable=False),
        sa.Column("artifact_id", NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("expires", sa.Double(), nullable=True),
        sa.Column("doc", DOCUMENT, nullable=False),
        _owned("artifact_versions", "artifact_id", "artifacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact_versions")),
        sa.UniqueConstraint(
            "artifact_id",
            "number",
            name=op.f("uq_artifact_versions_artifact_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_artifact_versions_expires"),
        "artifact_versions",
        ["expires"],
        unique=False,
    )
    op.create_index(
        op.f("ix_artifact_versions_artifact_id_digest"),
        "artifact_versions",
        ["artifact_id", "digest"],
        unique=False,
    )
    op.create_table(
        "artifact_aliases",
        sa.Column("artifact_id", NAME, nullable=False),
        sa.Column("alias_key", NAME, nullable=False),
        sa.Column("alias", NAME, nullable=False),
        sa.Column("version_id", NAME, nullable=False),
        _owned("artifact_aliases", "artifact_id", "artifacts"),
        _owned("artifact_aliases", "version_id", "artifact_versions"),
        sa.PrimaryKeyConstraint(
            "artifact_id", "alias_key", name=op.f("pk_artifact_aliases")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_artifact_aliases_version_id"),
        "artifact_aliases",
        ["version_id"],
        unique=False,
    )


def _bytes() -> None:
    op.create_table(
        "artifact_objects",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("artifact_id", NAME, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artifact_objects")),
        sa.UniqueConstraint(
            "artifact_id", "key", name=op.f("uq_artifact_objects_artifact_id_key")
        ),
    )
    op.create_table(
        "version_objects",
        sa.Column("version_id", NAME, nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        _owned("version_objects", "object_id", "artifact_objects"),
        sa.PrimaryKeyConstraint(
            "version_id", "object_id", name=op.f("pk_version_objects")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_version_objects_object_id"),
        "version_objects",
        ["object_id"],
        unique=False,
    )
    op.create_table(
        "digests",
        sa.Column("artifact_id", NAME, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _owned("digests", "object_id", "artifact_objects"),
        sa.PrimaryKeyConstraint("artifact_id", "digest", name=op.f("pk_digests")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_digests_object_id"), "digests", ["object_id"], unique=False
    )
    op.create_index(
        op.f("ix_digests_artifact_id_size"),
        "digests",
        ["artifact_id", "size"],
        unique=False,
    )


def _lineage() -> None:
    op.create_table(
        "lineage",
        sa.Column("source", NAME, nullable=False),
        sa.Column("target", NAME, nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.Column("source_address", sa.Text(), nullable=False),
        sa.Column("target_address", sa.Text(), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.Column("by", NAME, nullable=False),
        sa.PrimaryKeyConstraint("source", "target", "role", name=op.f("pk_lineage")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_lineage_target"), "lineage", ["target"], unique=False)


def downgrade() -> None:
    for table in (
        "lineage",
        "digests",
        "version_objects",
        "artifact_objects",
        "artifact_aliases",
        "artifact_versions",
        "artifacts",
        "manifest_chunks",
    ):
        op.drop_table(table)
