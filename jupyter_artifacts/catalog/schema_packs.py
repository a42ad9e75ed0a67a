"""The tables of the packs of experiments' outputs, which are only a faster copy."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Double, ForeignKey, LargeBinary, Table

from jupyter_artifacts.catalog.column_types import Name
from jupyter_artifacts.catalog.schema import metadata


def _of_experiment(**options: Any) -> Column[int]:
    owner = ForeignKey("experiments.seq", ondelete="CASCADE")
    return Column("experiment", BigInteger, owner, nullable=False, **options)


# One narrow row for each content that a pack has once more.
output_packs: Final = Table(
    "output_packs",
    metadata,
    _of_experiment(primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("pack", Name, nullable=False),
    Column("offset", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Those that have ended and were not looked at: few, however many experiments there are.
unpacked_outputs: Final = Table(
    "unpacked_outputs",
    metadata,
    _of_experiment(primary_key=True, autoincrement=False),
    Column("due", Double, nullable=False, index=True),
    sqlite_with_rowid=False,
)
