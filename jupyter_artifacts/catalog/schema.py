"""The tables. Written for PostgreSQL as well as for SQLite.

A record is kept whole as one JSON document, so that one read gives it back; columns
beside it are what a statement filters, sorts or counts by.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

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
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Document(TypeDecorator[str]):
    """JSON text on SQLite (3.40 has no JSONB), JSONB on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return JSONB for PostgreSQL, text for any other."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Give PostgreSQL's driver the object that it serializes itself."""
        if value is not None and dialect.name == "postgresql":
            return json.loads(value)
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text, whatever the driver gave."""
        if value is not None and dialect.name == "postgresql":
            return json.dumps(value)
        return value if value is None else str(value)


# Only INTEGER is an alias of SQLite's rowid.
_Serial: Final = BigInteger().with_variant(Integer(), "sqlite")
# Order by code point, as SQLite and Python compare.
_Name: Final = Text().with_variant(Text(collation="C"), "postgresql")

members: Final = Table(
    "members",
    metadata,
    Column("handle", _Name, primary_key=True),
    Column("handle_key", _Name, nullable=False, unique=True),
    Column("login", _Name, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("joined", Double, nullable=False),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("handle", _Name, ForeignKey("members.handle"), nullable=False, index=True),
    Column("sha256", _Name, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("user", _Name, nullable=False),
    Column("user_key", _Name, nullable=False),
    Column("name_key", _Name, nullable=False),
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
    Column("seq", _Serial, primary_key=True),
    Column("id", _Name, nullable=False, unique=True),
    Column("run_id", _Name, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("user", _Name, nullable=False),
    Column("name", _Name, nullable=False),
    Column("state", _Name, nullable=False, index=True),
    Column("source", _Name, nullable=False),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("artifact_bytes", BigInteger, nullable=False),
    Column("running_since", Double),
    Column("doc", Document, nullable=False),
    UniqueConstraint("run_id", "number"),
    Index(None, "started", "seq"),
    Index(None, "user", "started", "seq"),
    sqlite_autoincrement=True,
)


def _of_experiment(**options: Any) -> Column[int]:
    owner = ForeignKey("experiments.seq", ondelete="CASCADE")
    return Column("experiment", BigInteger, owner, nullable=False, **options)


keys: Final = Table(
    "keys",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("name", _Name, nullable=False, unique=True),
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
    Column("value", _Name, primary_key=True),
    _of_experiment(primary_key=True),
    Index(None, "experiment", "key_id"),
    sqlite_with_rowid=False,
)

series: Final = Table(
    "series",
    metadata,
    Column("id", _Serial, primary_key=True),
    _of_experiment(),
    Column("group_name", _Name, nullable=False),
    Column("name", _Name, nullable=False),
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
    Column("count", Integer, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

segments: Final = Table(
    "segments",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("path", Text, nullable=False),
    Column("user", _Name, nullable=False),
    Column("ingested", BigInteger, nullable=False),
)

assets: Final = Table(
    "assets",
    metadata,
    Column("manifest", _Name, primary_key=True),
    Column("path", _Name, primary_key=True),
    Column("parent", _Name, nullable=False),
    Column("name", _Name, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("doc", Document, nullable=False),
    Index(None, "manifest", "parent", "name"),
)

folders: Final = Table(
    "folders",
    metadata,
    Column("manifest", _Name, primary_key=True),
    Column("path", _Name, primary_key=True),
    Column("parent", _Name, nullable=False),
    Column("name", _Name, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "manifest", "parent", "name"),
)

uncaptured: Final = Table(
    "uncaptured",
    metadata,
    Column("manifest", _Name, primary_key=True),
    Column("path", _Name, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("seen", Double, nullable=False),
)

checkpoints: Final = Table(
    "checkpoints",
    metadata,
    Column("uuid", _Name, primary_key=True),
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
    Column("id", _Name, primary_key=True),
    Column("name_key", _Name, nullable=False, unique=True),
    Column("doc", Document, nullable=False),
)

datastore_versions: Final = Table(
    "datastore_versions",
    metadata,
    Column("id", _Name, primary_key=True),
    Column(
        "datastore_id",
        _Name,
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
    Column("id", _Name, primary_key=True),
    Column("last_seen", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

attachments: Final = Table(
    "attachments",
    metadata,
    Column(
        "session_id",
        _Name,
        ForeignKey("sessions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("address", _Name, primary_key=True),
    Column("attached", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

transfers: Final = Table(
    "transfers",
    metadata,
    Column("id", _Name, primary_key=True),
    Column("moving", Boolean, nullable=False),
    Column("started", Double, nullable=False),
    Column("doc", Document, nullable=False),
)

events: Final = Table(
    "events",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("data", Document, nullable=False),
    sqlite_autoincrement=True,
)
