"""Bytes that are to be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "doomed",
        sa.Column("key", NAME, nullable=False),
        sa.Column("of", NAME, nullable=True),
        sa.Column("due", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_doomed")),
    )
    op.create_index(op.f("ix_doomed_due"), "doomed", ["due"], unique=False)
    op.create_index(op.f("ix_doomed_of"), "doomed", ["of"], unique=False)


def downgrade() -> None:
    op.drop_table("doomed")
