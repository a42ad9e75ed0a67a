"""Packs of experiments' outputs, and the experiments whose outputs wait for theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _of_experiment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["experiment"],
        ["experiments.seq"],
        name=op.f(f"fk_{table}_experiment"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "output_packs",
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pack", NAME, nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        _of_experiment("output_packs"),
        sa.PrimaryKeyConstraint("experiment", "digest", name=op.f("pk_output_packs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unpacked_outputs",
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        _of_experiment("unpacked_outputs"),
        sa.PrimaryKeyConstraint("experiment", name=op.f("pk_unpacked_outputs")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_unpacked_outputs_due"), "unpacked_outputs", ["due"])


def downgrade() -> None:
    op.drop_table("unpacked_outputs")
    op.drop_table("output_packs")
