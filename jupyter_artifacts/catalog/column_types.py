"""Types of columns that SQLite and PostgreSQL have each in its own way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Document(TypeDecorator[str]):
    """JSON text on SQLite (3.40 has no JSONB), JSONB on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return JSONB for PostgreSQL, text for any other."""
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB())
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
Serial: Final = BigInteger().with_variant(Integer(), "sqlite")
# Order by code point, as SQLite and Python compare.
Name: Final = Text().with_variant(Text(collation="C"), "postgresql")
