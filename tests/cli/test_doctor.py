from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing

import msgspec
import pytest

from jupyter_artifacts.cli.checkup import Check
from tests.servers.moto import moto


def verdicts(ended):
    return {check["name"]: check["verdict"] for check in ended.json}


def check_of(ended, name):
    (found,) = [check for check in ended.json if check["name"] == name]
    return found


def test_a_sound_installation_is_well(alice, ja):
    """Every part is good, and the status says so."""
    ended = ja("doctor", "--json")
    assert set(ended.json[0]) == {field.name for field in msgspec.structs.fields(Check)}
    assert verdicts(ended)["catalog"] == "good"
    assert ended.status == int("broken" in verdicts(ended).values())


def test_a_fresh_machine_is_left_as_it_is(ja, home):
    """Checking makes no folder and no catalog."""
    ended = ja("doctor", "--json")
    assert "made when first used" in check_of(ended, "catalog")["detail"]
    assert not home.exists()


@pytest.fixture
def database(alice, home):
    alice.context.catalog.close()
    return home / "catalog.sqlite"


def write_revision(database, revision):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()


def test_a_corrupt_catalog_is_found_and_left_alone(database, ja):
    """No database at all: broken, with a cure, and not one byte changed."""
    database.write_bytes(b"no database" * 1000)
    before = database.read_bytes()
    ended = ja("doctor", "--json")
    assert ended.status == 1
    catalog = check_of(ended, "catalog")
    assert catalog["verdict"] == "broken"
    assert "backup" in catalog["cure"]
    assert database.read_bytes() == before


def test_damage_deep_in_a_catalog_is_found(database, ja):
    """A page overwritten in the middle is found by reading all of them."""
    content = bytearray(database.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    database.write_bytes(content)
    ended = ja("doctor", "--json")
    assert ended.status == 1
    assert check_of(ended, "catalog")["verdict"] == "broken"
    assert database.read_bytes() == content


def test_what_a_crash_left_is_not_touched(alice, home, ja, tmp_path, monkeypatch):
    """A write-ahead log of a killed process stays for those who open the catalog."""
    another = tmp_path / "another"
    shutil.copytree(home, another)
    files = [another / "catalog.sqlite", another / "catalog.sqlite-wal"]
    before = [file.read_bytes() for file in files]
    assert before[1]
    monkeypatch.setenv("JUPYTER_ARTIFACTS_HOME", str(another))
    assert check_of(ja("doctor", "--json"), "catalog")["verdict"] == "good"
    assert [file.read_bytes() for file in files] == before


def test_a_newer_catalog_is_found(database, ja):
    """The cure is to upgrade here, not there."""
    write_revision(database, "9999")
    catalog = check_of(ja("doctor", "--json"), "catalog")
    assert "newer version (9999" in catalog["detail"]
    assert "upgrade" in catalog["cure"]


SINCE_THE_FIRST = (
    *("events", "transfers", "datastore_versions", "datastores", "uncaptured"),
    *("folders", "assets", "segments", "chunks", "series", "doomed"),
    *("lineage", "digests", "version_objects", "artifact_objects"),
    *("artifact_aliases", "artifact_versions", "artifacts", "manifest_chunks"),
    *("shares", "audit", "output_packs", "unpacked_outputs"),
)


def test_an_older_catalog_is_migrated_when_asked(database, ja):
    """Found with the cure; --migrate is the cure; afterwards all is well again."""
    with closing(sqlite3.connect(database)) as connection:
        for table in SINCE_THE_FIRST:
            connection.execute(f"DROP TABLE {table}")
        connection.commit()
    write_revision(database, "0001")
    catalog = check_of(ja("doctor", "--json"), "catalog")
    assert "older version (0001" in catalog["detail"]
    assert "doctor --migrate" in catalog["cure"]
    ended = ja("doctor", "--migrate", "--json")
    assert verdicts(ended)["migration"] == verdicts(ended)["catalog"] == "good"
    assert ja("ls").status == 0


def test_a_catalog_that_cannot_be_migrated_says_why(database, ja):
    """--migrate of a newer catalog is refused, and the checks go on."""
    write_revision(database, "9999")
    ended = ja("doctor", "--migrate", "--json")
    assert ended.status == 1
    assert check_of(ended, "migration")["verdict"] == "broken"
    assert check_of(ended, "python")["verdict"] == "good"


def test_somebody_elses_database_is_found(home, ja):
    """A sound database with other tables is no catalog."""
    home.mkdir()
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        connection.execute("CREATE TABLE pets (name)")
    detail = check_of(ja("doctor", "--json"), "catalog")["detail"]
    assert "not a catalog's" in detail


def test_a_home_that_is_no_folder_is_found(home, ja):
    """A file in its place is broken, and the variable to set is named."""
    home.write_text("")
    ended = ja("doctor", "--json")
    assert ended.status == 1
    assert check_of(ended, "home")["verdict"] == "broken"
    assert "JUPYTER_ARTIFACTS_HOME" in check_of(ended, "home")["cure"]


def test_a_disabled_server_extension_is_found(alice, ja, tmp_path, monkeypatch):
    """Disabled by whoever has the last word: broken, and how to enable it."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"jpserver_extensions": {"jupyter_artifacts": false}}}'
    )
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(config))
    found = check_of(ja("doctor", "--json"), "server extension")
    assert found["verdict"] == "broken"
    assert str(config) in found["detail"]
    assert "extension enable jupyter_artifacts" in found["cure"]


def test_a_disabled_front_end_is_found(alice, ja, tmp_path, monkeypatch):
    """JupyterLab's own list of what is disabled is read."""
    config = tmp_path / "config" / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text(
        '{"disabledExtensions": {"jupyter-artifacts": true}}'
    )
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(config.parent))
    assert check_of(ja("doctor", "--json"), "front end")["verdict"] == "broken"


def test_a_missing_git_is_a_warning(alice, ja, monkeypatch):
    """Without git runs go without their commit, which breaks nothing."""
    monkeypatch.setenv("PATH", os.devnull)
    ended = ja("doctor", "--json")
    assert check_of(ended, "git")["verdict"] == "warning"


def test_the_table_says_what_to_do(database, ja):
    """People see what is broken, and what to do about it."""
    write_revision(database, "9999")
    ended = ja("doctor")
    assert ended.status == 1
    assert any(line.startswith("✗  catalog") for line in ended.lines)
    assert "1 thing is broken" in ended.err or "things are broken" in ended.err


@pytest.fixture
def server(monkeypatch):
    with moto() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.mark.parametrize(
    ("versioned", "said"),
    [(True, "keeps old versions"), (False, "keeps no old versions")],
)
def test_a_bucket_is_tried_and_says_what_it_keeps(
    ja, server, monkeypatch, versioned, said
):
    bucket = f"doctor-{os.urandom(8).hex()}"
    server.make_bucket(bucket, versioned=versioned)
    monkeypatch.setenv("JUPYTER_ARTIFACTS_STORAGE", f"s3://{bucket}/team")
    check = check_of(ja("doctor", "--json"), "storage")
    assert check["verdict"] == "good"
    assert check["detail"] == f"s3://{bucket}/team can be written and read, and {said}"


def test_a_bucket_that_is_not_there_is_broken_with_a_cure(ja, server, monkeypatch):
    monkeypatch.setenv("JUPYTER_ARTIFACTS_STORAGE", "s3://nobody-made-this-one")
    check = check_of(ja("doctor", "--json"), "storage")
    assert check["verdict"] == "broken"
    assert "no such bucket" in check["detail"]
    assert check["cure"]
