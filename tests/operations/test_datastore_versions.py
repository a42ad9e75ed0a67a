"""Versions of datastores: made side by side, never half, and of what was meant."""

import gc
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
import uuid
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from jupyter_artifacts.catalog import sorted_assets
from jupyter_artifacts.errors import ChangedAtSource, InvalidRequest, NotFound
from jupyter_artifacts.operations import datastore_files, datastores
from jupyter_artifacts.operations.datastore_files import held, list_files, reached
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer import spool

KILLED = """
import os, sys
from pathlib import Path
from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.storage.folder import FolderStorage
home = Path(sys.argv[1])
FolderStorage.freeze = lambda *_: os.kill(os.getpid(), 9)
carrier = LocalCarrier(Settings(home=home, storage=home / "storage", user="alice"))
carrier.call("datastores.update", name="cats")
"""


@pytest.fixture(name="folder")
def _folder(tmp_path):
    folder = tmp_path / "cats"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/b.csv").write_text("y\n2\n")
    for number in range(40):
        (folder / f"{number}.csv").write_text(f"x\n{number}\n" * 500)
    return folder


@pytest.fixture(name="cats")
def _cats(alice, folder):
    return alice.call("datastores.create", name="cats", source=str(folder))


def contents(carrier, version):
    tree = carrier.call("datastores.tree", name="cats", version=version)
    at = {"name": "cats", "version": version}
    return {
        entry.name: b"".join(content.read(0, content.size))
        for entry in tree.items
        if entry.kind == "file"
        for content in [carrier.content("datastores.read", **at, path=entry.name)]
    }


def rows_kept(catalog):
    with closing(sqlite3.connect(catalog.database)) as connection:
        statement = """
            SELECT coalesce(sum(files), 0), count(DISTINCT manifest)
            FROM manifest_chunks
        """
        return connection.execute(statement).fetchone()


def stored(carrier):
    """Return the folders of versions there are in the storage."""
    return sorted(carrier.context.storage.folder("datastores").glob("*/*"))


def test_updates_at_once_are_two_versions(alice, cats, folder):
    """Both get a number, and every byte of both can be read."""
    added = []

    def update():
        version = alice.call("datastores.update", name="cats")
        added.append(version.version)

    threads = [threading.Thread(target=update) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(added) == ["v2", "v3", "v4"]
    wanted = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    for version in ("v1", "v2", "v3", "v4"):
        assert contents(alice, version) == wanted


def test_an_update_that_fails_takes_only_its_own_away(alice, cats, folder, catalog):
    """Neither files nor rows of it are left, and what was there is untouched."""
    before = (rows_kept(catalog), contents(alice, "v1"), stored(alice))

    class Full(FolderStorage):
        def freeze(self, prefix):
            raise NotFound(prefix)

    full = Full(alice.context.storage.root)
    carrier = alice.acting_as("alice")
    carrier.context = replace(alice.context, storage=full)
    with pytest.raises(NotFound):
        carrier.call("datastores.update", name="cats")

    assert (rows_kept(catalog), contents(alice, "v1"), stored(alice)) == before


def test_what_a_killed_update_left_goes_with_the_next(alice, cats, catalog, settings):
    """The next version is v2, of exactly the folder's files."""
    killed = subprocess.run([sys.executable, "-c", KILLED, settings.home], check=False)
    assert killed.returncode == -9
    assert len(stored(alice)) == 2

    added = alice.call("datastores.update", name="cats")

    assert (added.version, added.files) == ("v2", 41)
    assert len(stored(alice)) == 2
    assert rows_kept(catalog) == (82, 2)
    assert list((settings.spool / "drafts").iterdir()) == []


def test_rows_go_in_some_at_a_time(alice, folder, catalog, monkeypatch):
    """Nobody waits for the lock until a whole datastore is noted."""
    for name, size in (("CHUNK", 5), ("_PART", 2)):
        monkeypatch.setattr(sorted_assets, name, size)
    counts = [0]
    write = catalog.write

    @contextmanager
    def write_and_count():
        with write() as rows:
            yield rows
        counts.append(rows_kept(catalog)[0])

    monkeypatch.setattr(catalog, "write", write_and_count)
    made = alice.call("datastores.create", name="cats", source=str(folder))

    assert made.versions[0].files == counts[-1] == 41
    assert max(now - before for before, now in pairwise(counts)) == 10


def test_a_version_cannot_be_seen_before_it_is_whole(alice, cats, folder, monkeypatch):
    """While it is copied, the newest is the one before."""
    seen = []
    freeze = type(alice.context.storage).freeze

    def look_first(storage, prefix):
        seen.append(alice.call("datastores.get", name="cats").versions[-1].version)
        freeze(storage, prefix)

    monkeypatch.setattr(type(alice.context.storage), "freeze", look_first)
    alice.call("datastores.update", name="cats")

    assert seen == ["v1"]


def test_a_datastore_made_anew_meanwhile_is_left_alone(alice, cats, folder):
    """An update of the one that was deleted does not become a version of the other."""
    carrier = alice.acting_as("alice")

    class Slow(FolderStorage):
        def freeze(self, _):
            alice.call("datastores.delete", name="cats")
            alice.call("datastores.create", name="cats", source=str(folder / "sub"))

    slow = Slow(alice.context.storage.root)
    carrier.context = replace(alice.context, storage=slow)
    with pytest.raises(Exception, match="meanwhile"):
        carrier.call("datastores.update", name="cats")

    assert alice.call("datastores.get", name="cats").versions[-1].files == 1
    assert len(stored(alice)) == 1


def test_hidden_files_and_folders_are_left_out(alice, folder):
    """They hold passwords; the version says how many there were."""
    (folder / ".env").write_text("SECRET=1")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("token")
    (folder / "sub/.cache").write_text("x")

    version = alice.call("datastores.create", name="cats", source=str(folder))

    assert (version.versions[0].files, version.versions[0].left_out) == (41, 3)
    assert not any(name.startswith(".") for name in contents(alice, "v1"))


def test_hidden_files_go_with_it_when_asked(alice, folder):
    """Then nothing is left out."""
    (folder / ".zattrs").write_text("{}")

    made = alice.call("datastores.create", name="cats", source=str(folder), hidden=True)

    assert (made.versions[0].files, made.versions[0].left_out) == (42, 0)
    assert contents(alice, "v1")[".zattrs"] == b"{}"


def test_a_link_within_the_folder_is_its_file(alice, folder):
    """The version has its bytes, as a regular file."""
    (folder / "newest.csv").symlink_to("sub/b.csv")

    alice.call("datastores.create", name="cats", source=str(folder))

    assert contents(alice, "v1")["newest.csv"] == b"y\n2\n"


@pytest.mark.parametrize("place", ["sub", "linked"])
def test_a_link_to_a_folder_or_to_nothing_is_refused(alice, folder, place):
    """The error says what it is."""
    (folder / "linked.csv").symlink_to(place)

    with pytest.raises(InvalidRequest, match=r"link to (a folder|nothing)"):
        alice.call("datastores.create", name="cats", source=str(folder))


def test_a_folder_that_becomes_a_link_is_not_followed(folder, tmp_path):
    """What stood there when it was looked at is what is copied, or nothing is."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "b.csv").write_text("password")
    listing = list_files(folder, hidden=False)
    (folder / "sub").rename(tmp_path / "aside")
    (folder / "sub").symlink_to(secret)

    with (
        held(listing.root) as top,
        pytest.raises(ChangedAtSource, match="changed while it was copied"),
        reached(top, listing.root, ("sub", "b.csv")),
    ):
        pass


def test_a_listing_of_many_files_takes_little_memory(tmp_path, monkeypatch):
    """Beyond the first they lie in a file without a name."""
    monkeypatch.setattr(spool, "IN_MEMORY", 100)
    monkeypatch.setattr(spool, "_BLOCK", 50)
    for number in range(3000):
        (tmp_path / f"picture-{number:06}.png").touch()

    list_files(tmp_path, hidden=False)
    tracemalloc.start()
    try:
        listing = list_files(tmp_path, hidden=False)
        gc.collect()
        taken = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()

    assert len(listing.files) == 3000
    files = [datastore_files.__file__, spool.__file__]
    ours = [tracemalloc.Filter(inclusive=True, filename_pattern=each) for each in files]
    kept = taken.filter_traces(ours).statistics("filename")
    assert sum(each.size for each in kept) < 20_000


def test_a_folder_above_that_becomes_a_link_is_not_followed(tmp_path):
    """The folder is held only when it is still where it was listed."""
    (tmp_path / "one/cats").mkdir(parents=True)
    (tmp_path / "two/cats").mkdir(parents=True)
    listing = list_files(tmp_path / "one/cats", hidden=False)
    (tmp_path / "one").rename(tmp_path / "aside")
    (tmp_path / "one").symlink_to("two")

    with pytest.raises(ChangedAtSource), held(listing.root):
        pass


def test_a_file_that_changes_is_named_by_its_own_path(alice, folder, monkeypatch):
    """Not by how it was reached."""
    put = type(alice.context.storage).put

    def write_first(storage, key, source):
        if key.endswith("/b.csv"):
            Path(source).unlink()
        return put(storage, key, source)

    monkeypatch.setattr(type(alice.context.storage), "put", write_first)
    with pytest.raises(Exception, match=r"cats/sub/b\.csv"):
        alice.call("datastores.create", name="cats", source=str(folder))


@pytest.fixture(name="bucket")
def _bucket(alice, moto_server, tmp_path, monkeypatch):
    """Alice's storage is a bucket; return what lies in it, by key."""
    for name, value in moto_server.environment().items():
        monkeypatch.setenv(name, value)
    bucket = moto_server.make_bucket(f"t-{uuid.uuid4().hex[:20]}")
    storage = open_storage(f"s3://{bucket}/team", tmp_path / "live")
    alice.context = replace(alice.context, storage=storage)

    def objects():
        found = moto_server.client().list_objects_v2(Bucket=bucket)
        return {each["Key"]: each["Size"] for each in found.get("Contents", [])}

    return objects


def test_in_a_bucket_small_files_lie_in_packs(alice, folder, bucket):
    (folder / "large.bin").write_bytes(b"l" * 300_000)
    made = alice.call("datastores.create", name="cats", source=str(folder))
    assert made.versions[0].files == 42
    kinds = sorted(key.split("/")[-2] for key in bucket())
    assert kinds == ["objects", "packs"]
    found = contents(alice, "v1")
    assert found.pop("large.bin") == b"l" * 300_000
    assert found == {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    ask = {"name": "cats", "version": "v1", "path": "sub/b.csv"}
    content = alice.content("datastores.read", **ask)
    assert b"".join(content.read(2, 2)) == b"2\n"
    alice.call("datastores.delete", name="cats")
    assert bucket() == {}


def test_in_a_bucket_a_file_that_is_gone_is_named_by_its_own_path(
    alice, folder, bucket, monkeypatch
):
    listed = list_files

    def list_then_remove(*given, **said):
        listing = listed(*given, **said)
        (folder / "sub/b.csv").unlink()
        return listing

    monkeypatch.setattr(f"{datastores.__name__}.list_files", list_then_remove)
    with pytest.raises(ChangedAtSource, match=r"cats/sub/b\.csv"):
        alice.call("datastores.create", name="cats", source=str(folder))
    assert bucket() == {}


def test_many_large_files_stay_reachable_until_they_are_stored(
    alice, folder, bucket, monkeypatch
):
    """Those of more folders than are held open at once."""
    monkeypatch.setattr("jupyter_artifacts.transfer.saving._WAITING", 4)
    monkeypatch.setattr("jupyter_artifacts.operations.datastore_files._WAITING", 8)
    for number in range(30):
        (folder / f"sub{number}").mkdir()
        (folder / f"sub{number}/l").write_bytes(b"%d" % number * 150_000)
    before = len(list(Path("/proc/self/fd").iterdir()))
    made = alice.call("datastores.create", name="cats", source=str(folder))
    assert made.versions[0].files == 71
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 10


def test_a_folder_that_cannot_be_read_is_said(alice, folder):
    """Its files would else be missing in silence."""
    (folder / "sub").chmod(0)
    try:
        try:
            list((folder / "sub").iterdir())
        except PermissionError:
            with pytest.raises(InvalidRequest, match="cannot be read"):
                alice.call("datastores.create", name="cats", source=str(folder))
        else:
            pytest.skip("whoever runs this reads every folder")
    finally:
        (folder / "sub").chmod(0o700)
