"""The tables of artifacts, their versions and immutable manifests."""

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
    Table,
    Text,
    UniqueConstraint,
)

from jupyter_artifacts.catalog.column_types import Document, Name, Serial
from jupyter_artifacts.catalog.schema import metadata

manifest_chunks: Final = Table(
    "manifest_chunks",
    metadata,
    Column("manifest", Name, primary_key=True),
    Column("number", Integer, primary_key=True),
    # places of its first and last line, see manifest_lines.place_key
    Column("first", Name, nullable=False),
    Column("last", Name, nullable=False),
    Column("files", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index(None, "manifest", "first"),
)

artifacts: Final = Table(
    "artifacts",
    metadata,
    Column("id", Name, primary_key=True),
    Column("name_key", Name, nullable=False, unique=True),
    # the number given last: a deleted version's is never given again
    Column("newest", Integer, nullable=False),
    Column("doc", Document, nullable=False),
)


def _of_artifact(*, key: bool = False) -> Column[str]:
    owner = ForeignKey("artifacts.id", ondelete="CASCADE")
    return Column("artifact_id", Name, owner, nullable=False, primary_key=key)


def _of_object(**options: Any) -> Column[int]:
    owner = ForeignKey("artifact_objects.id", ondelete="CASCADE")
    return Column("object_id", BigInteger, owner, nullable=False, **options)


artifact_versions: Final = Table(
    "artifact_versions",
    metadata,
    Column("id", Name, primary_key=True),
    _of_artifact(),
    Column("number", Integer, nullable=False),
    Column("digest", Name, nullable=False),
    Column("expires", Double, index=True),
    Column("doc", Document, nullable=False),
    UniqueConstraint("artifact_id", "number"),
    Index(None, "artifact_id", "digest"),
)

artifact_aliases: Final = Table(
    "artifact_aliases",
    metadata,
    _of_artifact(key=True),
    Column("alias_key", Name, primary_key=True),
    Column("alias", Name, nullable=False),
    Column(
        "version_id",
        Name,
        ForeignKey("artifact_versions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sqlite_with_rowid=False,
)

# What the storage holds for an artifact: an object is a large file, or a pack. The
# rows of these three tables are there before their version is published, and before
# the artifact is when it is its first; nobody finds them until then.
artifact_objects: Final = Table(
    "artifact_objects",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("artifact_id", Name, nullable=False),
    Column("key", Name, nullable=False),
    Column("published", Boolean, nullable=False),
    UniqueConstraint("artifact_id", "key"),
)

version_objects: Final = Table(
    "version_objects",
    metadata,
    Column("version_id", Name, primary_key=True),
    _of_object(primary_key=True),
    Index(None, "object_id"),
    sqlite_with_rowid=False,
)

# One narrow row for each content that an artifact holds.
digests: Final = Table(
    "digests",
    metadata,
    Column("artifact_id", Name, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    _of_object(index=True),
    Column("offset", BigInteger),
    Column("size", BigInteger, nullable=False),
    Index(None, "artifact_id", "size"),
    sqlite_with_rowid=False,
)

lineage: Final = Table(
    "lineage",
    metadata,
    Column("source", Name, primary_key=True),
    Column("target", Name, primary_key=True),
    Column("role", Name, primary_key=True),
    Column("source_address", Text, nullable=False),
    Column("target_address", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("by", Name, nullable=False),
    Index(None, "target"),
    sqlite_with_rowid=False,
)
