"""The tables of share links and of the audit log.

The audit log takes rows and gives them back: triggers refuse to change or delete one.
A grant is closed by a row of its own, which names it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    Table,
    Text,
)

from jupyter_artifacts.catalog.column_types import Document, Name, Serial
from jupyter_artifacts.catalog.schema import metadata

shares: Final = Table(
    "shares",
    metadata,
    Column("id", Name, primary_key=True),
    Column("owner", Name, nullable=False),
    Column("secret_sha256", Name, nullable=False),
    Column("manifest", Name, nullable=False),
    Column("expires", Double, nullable=False),
    Column("revoked", Double),
    Column("opens", Integer, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("doc", Document, nullable=False),
    Index(None, "owner", "id"),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("time", Double, nullable=False),
    Column("user", Name, nullable=False),
    Column("action", Name, nullable=False),
    Column("address", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("grants", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("about", Name, nullable=False),
    Column("closes", BigInteger, unique=True),
    Column("bytes", BigInteger),
    Column("outcome", Text, nullable=False),
    Index(None, "user", "seq"),
    Index(None, "time"),
    Index(None, "about"),
)
