import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.catalog.opening import revisions
from jupyter_artifacts.catalog.schema import metadata
from jupyter_artifacts.catalog.sqlite import sqlite_engine
from jupyter_artifacts.errors import (
    CatalogCorrupt,
    CatalogNewer,
    NotWritable,
    Unavailable,
)
from jupyter_artifacts.records.people import Role


def change(database, statement, *values):
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, values)


def test_migrations_lead_to_the_tables_of_the_code(catalog):
    """A catalog made by the migrations differs in nothing from the metadata."""
    engine = sqlite_engine(catalog.database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_catalog_is_there_again_when_opened_again(settings, catalog):
    """What one catalog committed, another one on the same file reads."""
    with catalog.write() as rows:
        rows.members.ensure("alice", "Alice", 1.0)
    again = Catalog.open(settings)
    with again.read() as rows:
        assert rows.members.get("ALICE").display_name == "Alice"
    again.close()


def test_a_newer_catalog_is_refused(settings, catalog):
    """A catalog of a revision that nobody here knows is left alone."""
    change(settings.database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CatalogNewer, match=r"9999.*upgrade jupyter_artifacts"):
        Catalog.open(settings)


def test_an_older_catalog_is_migrated_only_when_asked(settings, catalog):
    """Everyone refuses an older catalog with the cure; the server migrates it."""
    for table in ("output_packs", "unpacked_outputs", "shares", "audit"):
        change(settings.database, f"DROP TABLE {table}")
    for table in ("lineage", "digests", "version_objects", "artifact_objects"):
        change(settings.database, f"DROP TABLE {table}")
    for table in ("artifact_aliases", "artifact_versions", "artifacts"):
        change(settings.database, f"DROP TABLE {table}")
    change(settings.database, "DROP TABLE manifest_chunks")
    for table in ("doomed", "events", "transfers", "datastore_versions", "datastores"):
        change(settings.database, f"DROP TABLE {table}")
    for table in ("uncaptured", "folders", "assets", "segments", "chunks", "series"):
        change(settings.database, f"DROP TABLE {table}")
    change(settings.database, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Unavailable, match=r"older.*doctor --migrate"):
        Catalog.open(settings)
    migrated = Catalog.open(settings, migrate=True)
    with migrated.write() as rows:
        rows.events.add("run", "created", "alice:mnist", 1.0)
    migrated.close()
    assert revisions()[0] == "0001"


@pytest.mark.parametrize("content", [b"not a database at all", b"\0" * 4096])
def test_a_file_that_is_no_database_is_left_as_it_is(settings, content):
    """A corrupt file is an error that says so, and its bytes stay."""
    settings.prepare()
    settings.database.write_bytes(content)
    with pytest.raises(CatalogCorrupt, match="left as it is"):
        Catalog.open(settings)
    assert settings.database.read_bytes() == content


def test_a_database_of_something_else_is_refused(settings):
    """A sound SQLite file without a catalog in it is nobody's to fill."""
    settings.prepare()
    change(settings.database, "CREATE TABLE theirs (x)")
    with pytest.raises(CatalogCorrupt, match="not a catalog"):
        Catalog.open(settings)


def test_a_page_of_garbage_is_reported_as_corrupt(settings, catalog):
    """Damage inside the file becomes CatalogCorrupt, wherever it is met."""
    with catalog.write() as rows:
        for number in range(300):
            rows.events.add("run", "created", "x" * 200, float(number))
    catalog.close()
    size = settings.database.stat().st_size
    with settings.database.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size - size // 2))
    with pytest.raises(CatalogCorrupt):
        read_everything(Catalog(settings.database))


def read_everything(catalog):
    try:
        with catalog.read() as rows:
            rows.events.since(0)
            rows.members.all()
            rows.transfers.recent(limit=10)
            rows.experiments.fields()
    finally:
        catalog.close()


def test_a_database_that_is_a_folder_is_not_writable(settings):
    """What cannot be opened as a file says so, with the setting to change."""
    settings.prepare()
    settings.database.mkdir()
    with pytest.raises(NotWritable, match="JUPYTER_ARTIFACTS_HOME"):
        Catalog.open(settings)


OPEN_AND_JOIN = """
import sys
from pathlib import Path
from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.settings import Settings
home = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
catalog = Catalog.open(Settings(home=home, storage=home / "storage", user="x"))
with catalog.write() as rows:
    rows.members.ensure(sys.argv[2], "", 1.0)
"""


def test_processes_may_make_the_catalog_at_the_same_moment(settings):
    """Six processes that start together end with one catalog and one owner."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AND_JOIN, str(settings.home), f"user{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * 6
    catalog = Catalog.open(settings)
    with catalog.read() as rows:
        roles = [member.role for member in rows.members.all()]
    catalog.close()
    assert len(roles) == 6
    assert roles.count(Role.OWNER) == 1


def test_nobody_is_refused_while_another_changes_the_journal(tmp_path):
    """Six that open a fresh file at one moment all get a connection, each time."""
    together = Barrier(6, timeout=60)

    def connect(database):
        engine = sqlite_engine(database)
        together.wait()
        with closing(engine.raw_connection()) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()
        engine.dispose()
        return mode

    with ThreadPoolExecutor(6) as threads:
        for number in range(40):
            database = tmp_path / f"{number}.sqlite"
            database.touch()
            modes = list(threads.map(connect, [database] * 6))
            assert modes == [("wal",)] * 6
