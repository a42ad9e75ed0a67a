"""The tables. Written for PostgreSQL as well as for SQLite.

A record is kept whole as one JSON document, so that one read gives it back; columns
beside it are what a statement filters, sorts or counts by.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from jupyter_artifacts.catalog.column_types import Document, Name, Serial

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


members: Final = Table(
    "members",
    metadata,
    Column("handle", Name, primary_key=True),
    Column("handle_key", Name, nullable=False, unique=True),
    Column("login", Name, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("joined", Double, nullable=False),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", Name, primary_key=True),
    Column("handle", Name, ForeignKey("members.handle"), nullable=False, index=True),
    Column("sha256", Name, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", Name, primary_key=True),
    Column("user", Name, nullable=False),
    Column("user_key", Name, nullable=False),
    Column("name_key", Name, nullable=False),
    Column("state", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("ended", Double),
    Column("experiments", Integer, nullable=False),
    Column("artifact_bytes", BigInteger, nullable=False),
    Column("doc", Document, nullable=False),
    UniqueConstraint("user_key", "name_key"),
    Index(None, "user_key", "created", "id"),
)

experiments: Final = Table(
    "experiments",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Name, nullable=False, unique=True),
    Column("run_id", Name, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("user", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("state", Name, nullable=False, index=True),
    Column("source", Name, nullable=False),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("artifact_bytes", BigInteger, nullable=False),
    Column("running_since", Double),
    Column("doc", Document, nullable=False),
    UniqueConstraint("run_id", "number"),
    Index(None, "started", "seq"),
    Index(None, "run_id", "state", "ended"),
    Index(None, "user", "started", "seq"),
    sqlite_autoincrement=True,
)


def _of_experiment(**options: Any) -> Column[int]:
    owner = ForeignKey("experiments.seq", ondelete="CASCADE")
    return Column("experiment", BigInteger, owner, nullable=False, **options)


keys: Final = Table(
    "keys",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", Name, nullable=False, unique=True),
    Column("root", Text, nullable=False),
)

index_number: Final = Table(
    "index_number",
    metadata,
    Column("key_id", BigInteger, ForeignKey("keys.id"), primary_key=True),
    # SQLite turns NaN into NULL: 1 stands for NaN (its value is 0), 0 for a number.
    Column("rank", SmallInteger, primary_key=True),
    Column("value", Double, primary_key=True),
    _of_experiment(primary_key=True),
    Index(None, "experiment", "key_id", "rank", "value"),
    sqlite_with_rowid=False,
)

index_text: Final = Table(
    "index_text",
    metadata,
    Column("key_id", BigInteger, ForeignKey("keys.id"), primary_key=True),
    Column("value", Name, primary_key=True),
    _of_experiment(primary_key=True),
    Index(None, "experiment", "key_id"),
    sqlite_with_rowid=False,
)

series: Final = Table(
    "series",
    metadata,
    Column("id", Serial, primary_key=True),
    _of_experiment(),
    Column("group_name", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("experiment", "group_name", "name"),
)

chunks: Final = Table(
    "chunks",
    metadata,
    Column(
        "series_id",
        BigInteger,
        ForeignKey("series.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

segments: Final = Table(
    "segments",
    metadata,
    Column("id", Name, primary_key=True),
    Column("path", Text, nullable=False),
    Column("user", Name, nullable=False),
    Column("ingested", BigInteger, nullable=False),
)

assets: Final = Table(
    "assets",
    metadata,
    Column("manifest", Name, primary_key=True),
    Column("path", Name, primary_key=True),
    Column("parent", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("doc", Document, nullable=False),
    Index(None, "manifest", "parent", "name"),
)

folders: Final = Table(
    "folders",
    metadata,
    Column("manifest", Name, primary_key=True),
    Column("path", Name, primary_key=True),
    Column("parent", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("files", Integer, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "manifest", "parent", "name"),
)

uncaptured: Final = Table(
    "uncaptured",
    metadata,
    Column("manifest", Name, primary_key=True),
    Column("path", Name, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("seen", Double, nullable=False),
)

checkpoints: Final = Table(
    "checkpoints",
    metadata,
    Column("uuid", Name, primary_key=True),
    _of_experiment(index=True),
    Column("state", Text, nullable=False),
    Column("steps_completed", BigInteger, nullable=False),
    Column("reported", Double, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("doc", Document, nullable=False),
)

datastores: Final = Table(
    "datastores",
    metadata,
    Column("id", Name, primary_key=True),
    Column("name_key", Name, nullable=False, unique=True),
    Column("doc", Document, nullable=False),
)

datastore_versions: Final = Table(
    "datastore_versions",
    metadata,
    Column("id", Name, primary_key=True),
    Column(
        "datastore_id",
        Name,
        ForeignKey("datastores.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("number", Integer, nullable=False),
    Column("doc", Document, nullable=False),
    UniqueConstraint("datastore_id", "number"),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("id", Name, primary_key=True),
    Column("last_seen", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

attachments: Final = Table(
    "attachments",
    metadata,
    Column(
        "session_id",
        Name,
        ForeignKey("sessions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("address", Name, primary_key=True),
    Column("attached", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

transfers: Final = Table(
    "transfers",
    metadata,
    Column("id", Name, primary_key=True),
    Column("moving", Boolean, nullable=False),
    Column("started", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

doomed: Final = Table(
    "doomed",
    metadata,
    Column("key", Name, primary_key=True),
    Column("of", Name, index=True),
    Column("due", Double, nullable=False, index=True),
)

events: Final = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("data", Document, nullable=False),
    sqlite_autoincrement=True,
)
