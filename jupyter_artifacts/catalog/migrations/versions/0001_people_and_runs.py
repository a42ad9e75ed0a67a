"""People and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _people()
    _runs()


def _people() -> None:
    op.create_table(
        "members",
        sa.Column("handle", NAME, nullable=False),
        sa.Column("handle_key", NAME, nullable=False),
        sa.Column("login", NAME, nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_members")),
        sa.UniqueConstraint("handle_key", name=op.f("uq_members_handle_key")),
        sa.UniqueConstraint("login", name=op.f("uq_members_login")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", NAME, nullable=False),
        sa.Column("last_seen", sa.Double(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_table(
        "attachments",
        sa.Column("session_id", NAME, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("attached", sa.Double(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_attachments_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "address", name=op.f("pk_attachments")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", NAME, nullable=False),
        sa.Column("handle", NAME, nullable=False),
        sa.Column("sha256", NAME, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handle"], ["members.handle"], name=op.f("fk_tokens_handle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_tokens_sha256")),
    )
    op.create_index(op.f("ix_tokens_handle"), "tokens", ["handle"], unique=False)


def _runs() -> None:
    op.create_table(
        "keys",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_keys_name")),
    )
    op.create_table(
        "runs",
        sa.Column("id", NAME, nullable=False),
        sa.Column("user", NAME, nullable=False),
        sa.Column("user_key", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("experiments", sa.Integer(), nullable=False),
        sa.Column("artifact_bytes", sa.BigInteger(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint(
            "user_key", "name_key", name=op.f("uq_runs_user_key_name_key")
        ),
    )
    op.create_index(
        op.f("ix_runs_user_key_created_id"),
        "runs",
        ["user_key", "created", "id"],
        unique=False,
    )
    op.create_table(
        "experiments",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("run_id", NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("artifact_bytes", sa.BigInteger(), nullable=False),
        sa.Column("running_since", sa.Double(), nullable=True),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_experiments_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_experiments")),
        sa.UniqueConstraint("id", name=op.f("uq_experiments_id")),
        sa.UniqueConstraint(
            "run_id", "number", name=op.f("uq_experiments_run_id_number")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_experiments_run_id_state_ended"),
        "experiments",
        ["run_id", "state", "ended"],
        unique=False,
    )
    op.create_index(
        op.f("ix_experiments_started_seq"),
        "experiments",
        ["started", "seq"],
        unique=False,
    )
    op.create_index(
        op.f("ix_experiments_state"), "experiments", ["state"], unique=False
    )
    op.create_index(
        op.f("ix_experiments_user_started_seq"),
        "experiments",
        ["user", "started", "seq"],
        unique=False,
    )
    op.create_table(
        "checkpoints",
        sa.Column("uuid", NAME, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("steps_completed", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.Double(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("doc", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.seq"],
            name=op.f("fk_checkpoints_experiment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_checkpoints")),
    )
    op.create_index(
        op.f("ix_checkpoints_experiment"), "checkpoints", ["experiment"], unique=False
    )
    op.create_table(
        "index_number",
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.seq"],
            name=op.f("fk_index_number_experiment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["keys.id"], name=op.f("fk_index_number_key_id")
        ),
        sa.PrimaryKeyConstraint(
            "key_id", "rank", "value", "experiment", name=op.f("pk_index_number")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_index_number_experiment_key_id_rank_value"),
        "index_number",
        ["experiment", "key_id", "rank", "value"],
        unique=False,
    )
    op.create_table(
        "index_text",
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("value", NAME, nullable=False),
        sa.Column("experiment", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.seq"],
            name=op.f("fk_index_text_experiment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["keys.id"], name=op.f("fk_index_text_key_id")
        ),
        sa.PrimaryKeyConstraint(
            "key_id", "value", "experiment", name=op.f("pk_index_text")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_index_text_experiment_key_id"),
        "index_text",
        ["experiment", "key_id"],
        unique=False,
    )


def downgrade() -> None:
    for table in (
        "attachments",
        "sessions",
        "checkpoints",
        "index_text",
        "index_number",
        "keys",
        "experiments",
        "runs",
        "tokens",
        "members",
    ):
        op.drop_table(table)
