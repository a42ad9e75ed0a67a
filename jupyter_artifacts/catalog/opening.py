"""Making a catalog, bringing one up to date, and refusing what is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from jupyter_artifacts.catalog.failures import corrupt, translated
from jupyter_artifacts.catalog.sqlite import WRITING
from jupyter_artifacts.errors import CatalogNewer, NotWritable, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_MAGIC: Final = b"SQLite format 3\x00"


def revisions() -> list[str]:
    """Return the revisions that this version of the package knows, oldest first."""
    files = (_MIGRATIONS / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def check_file(database: Path) -> None:
    """Raise unless there is a SQLite file, or could be, at `database`.

    Raises:
        CatalogCorrupt: when the file is no SQLite database.
        NotWritable: when it cannot be made or written.
    """
    try:
        # Made by us and not by SQLite, so that the group can write it too.
        descriptor = os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as error:
        msg = f"the catalog cannot be opened: {error.strerror}"
        hint = "give it to this user, or set JUPYTER_ARTIFACTS_HOME"
        raise NotWritable(msg, address=str(database), hint=hint) from error
    with os.fdopen(descriptor, "rb") as file:
        head = file.read(len(_MAGIC))
    if head not in {b"", _MAGIC}:
        raise corrupt(database, "it is no SQLite database")


def bring_up_to_date(engine: Engine, database: Path, *, migrate: bool) -> None:
    """Create the tables in a fresh database, or migrate an older one.

    Args:
        engine: of the database.
        database: its file, for messages.
        migrate: whether an older catalog may be changed.

    Raises:
        CatalogNewer: when a newer version of the package wrote it.
        CatalogCorrupt: when it is somebody else's database, or unsound.
        Unavailable: when it is older and `migrate` is False.
    """
    known = revisions()
    with translated(database):
        with engine.begin() as connection:
            if _revision(connection, database) == known[-1]:
                return
        # its import takes longer than others want to wait for the lock
        from alembic import command  # noqa: F401

        # Two processes may come here at once: the lock lets one decide first.
        writing = engine.execution_options(**{WRITING: True})
        with writing.begin() as connection:
            found = _revision(connection, database)
            if found == known[-1]:
                return
            if found is not None and found not in known:
                msg = f"the catalog is of a newer version ({found}, not {known[-1]})"
                hint = "upgrade jupyter_artifacts here"
                raise CatalogNewer(msg, address=str(database), hint=hint)
            if found is not None and not migrate:
                msg = f"the catalog is of an older version ({found}, not {known[-1]})"
                hint = "start the server, or run `jupyter artifacts doctor --migrate`"
                raise Unavailable(msg, address=str(database), hint=hint)
            upgrade(connection)


def _revision(connection: Connection, database: Path) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version"))
        revision = found.scalar_one_or_none()
        if isinstance(revision, str):
            return revision
    if tables:
        raise corrupt(database, "its tables are not a catalog's")
    return None


def upgrade(connection: Connection) -> None:
    """Run every migration that has not run, inside the connection's transaction."""
    # A catalog that is up to date never pays for Alembic's import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
