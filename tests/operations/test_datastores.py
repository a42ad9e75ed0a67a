"""Datastores: versions are copies, immutable, and attached by a read-only path."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from jupyter_artifacts.errors import (
    Conflict,
    InvalidAddress,
    InvalidPath,
    InvalidRequest,
    NotFound,
    Refused,
    Unavailable,
)
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.records.sessions import Session
from jupyter_artifacts.storage.folder import FolderStorage

if TYPE_CHECKING:
    from jupyter_artifacts.transfer.progress import Progress


@pytest.fixture(name="folder")
def _folder(tmp_path):
    folder = tmp_path / "cats"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("x\n1\n")
    (folder / "sub/b.csv").write_text("y\n2\n")
    return folder


@pytest.fixture(name="cats")
def _cats(alice, folder):
    return alice.call("datastores.create", name="cats", source=str(folder))


@pytest.fixture(name="session")
def _session(alice, catalog, tmp_path):
    root = tmp_path / "lab"
    root.mkdir()
    session = Session(
        id="01SESSION",
        owner="alice",
        name="lab",
        url="http://127.0.0.1:1/",
        root=str(root),
        host="here",
        started=1.0,
        last_seen=alice.context.clock(),
    )
    with catalog.write() as rows:
        rows.sessions.announce(session)
    return session


def test_the_first_version_is_v1(cats):
    """It has the folder's files and bytes."""
    version = cats.versions[0]

    assert (version.version, version.files, version.bytes) == ("v1", 2, 8)


def test_a_version_does_not_follow_its_folder(alice, cats, folder):
    """Changing the folder afterwards changes nothing in v1."""
    with (folder / "a.csv").open("a") as file:
        file.write("999\n")

    at = {"name": "cats", "version": "v1", "path": "a.csv"}
    content = alice.content("datastores.read", **at)
    assert b"".join(content.read(0, content.size)) == b"x\n1\n"


def test_no_file_of_a_version_is_a_hard_link(alice, cats, folder):
    """Writing through the source's own inode could else change the version."""
    at = {"name": "cats", "version": "v1", "path": "a.csv"}
    stored = alice.content("datastores.read", **at).local_path

    assert not stored.samefile(folder / "a.csv")
    assert stored.stat().st_nlink == 1


def test_an_update_is_the_next_version(alice, cats, folder):
    """V2 has the folder as it is now; v1 is as it was."""
    (folder / "c.csv").write_text("z\n")

    added = alice.call("datastores.update", name="cats")

    versions = alice.call("datastores.get", name="cats").versions
    assert added.version == "v2"
    assert [version.files for version in versions] == [2, 3]


def test_only_the_owner_updates(bob, cats):
    """Bob is told whose it is."""
    with pytest.raises(Refused, match="only alice"):
        bob.call("datastores.update", name="cats")


def test_a_name_is_taken_ignoring_case(bob, cats, folder):
    """The error says by whom, and no bytes are left of the attempt."""
    with pytest.raises(Conflict, match="alice has a datastore of this name"):
        bob.call("datastores.create", name="CATS", source=str(folder))

    stored = bob.context.storage.folder("datastores")
    assert len(list(stored.iterdir())) == 1


def test_a_link_out_of_the_folder_is_refused(alice, folder):
    """The whole datastore is, before a byte is copied."""
    (folder / "secret").symlink_to("/etc/hostname")

    with pytest.raises(InvalidRequest, match="leaves the folder"):
        alice.call("datastores.create", name="cats", source=str(folder))

    assert alice.context.storage.folder("datastores") is None


def test_a_missing_folder_is_said(alice, tmp_path):
    """With its path."""
    with pytest.raises(NotFound, match="no such folder"):
        alice.call("datastores.create", name="x", source=str(tmp_path / "nowhere"))


def test_attaching_gives_a_path_below_the_sessions_root(alice, cats, session):
    """Code can open it there."""
    attached = alice.call(
        "sessions.attach", session=session.id, address="datastores/cats"
    )

    assert attached.relative == "datastores/cats/v1"
    opened = Path(session.root, attached.relative, "sub/b.csv")
    assert opened.read_text() == "y\n2\n"


def test_attaching_twice_is_the_same(alice, cats, session):
    """One attachment, no error."""
    for _ in range(2):
        alice.call("sessions.attach", session=session.id, address="datastores/cats/v1")

    assert len(alice.call("sessions.get", session=session.id).attachments) == 1


def test_attaching_never_replaces_what_stands_there(alice, cats, session, tmp_path):
    """A folder of the user's stays."""
    mine = tmp_path / "lab/datastores/cats/v1"
    mine.mkdir(parents=True)

    with pytest.raises(Conflict, match="something else stands"):
        alice.call("sessions.attach", session=session.id, address="datastores/cats/v1")

    assert mine.is_dir()
    assert not mine.is_symlink()


def test_who_is_not_there_cannot_attach(bob, cats, session):
    """Bob is not in alice's session."""
    with pytest.raises(Refused, match="not in alice's session"):
        bob.call("sessions.attach", session=session.id, address="datastores/cats/v1")


def test_only_datastores_are_attached(alice, run, session):
    """A run's address is refused with what to write."""
    with pytest.raises(InvalidAddress, match="only a datastore"):
        alice.call("sessions.attach", session=session.id, address="alice:mnist")


def test_detaching_leaves_the_bytes(alice, cats, session):
    """The path goes with its empty folders; the datastore stays."""
    alice.call("sessions.attach", session=session.id, address="datastores/cats/v1")
    at = {"session": session.id, "name": "cats", "version": "v1"}

    alice.call("sessions.detach", **at)

    assert not os.path.lexists(f"{session.root}/datastores")
    read = {"name": "cats", "version": "v1", "path": "a.csv"}
    assert alice.content("datastores.read", **read).size == 4


def test_an_attached_datastore_is_not_deleted(alice, cats, session):
    """The error says who has it."""
    alice.call("sessions.attach", session=session.id, address="datastores/cats/v1")

    with pytest.raises(Conflict, match="alice's session has datastores/cats/v1"):
        alice.call("datastores.delete", name="cats")


def test_a_dead_session_keeps_no_datastore(alice, cats, session, catalog):
    """Its machine may be gone for good, and nobody could ever detach it."""
    alice.call("sessions.attach", session=session.id, address="datastores/cats/v1")
    last_seen = alice.context.clock() - 3600
    with catalog.write() as rows:
        rows.sessions.announce(replace(session, host="gone", last_seen=last_seen))

    alice.call("datastores.delete", name="cats")

    assert alice.call("datastores.list") == []


def test_deleting_takes_every_version_along(alice, cats):
    """Nothing of it is left in the storage."""
    alice.call("datastores.delete", name="cats")

    assert alice.call("datastores.list") == []
    assert list(alice.context.storage.folder("datastores").iterdir()) == []


def test_bytes_that_a_store_does_not_let_go_are_tried_again(alice, cats, catalog):
    """It is deleted all the same, and nobody has to remember the rest."""

    class Stubborn(FolderStorage):
        def delete(self, prefix):
            raise Unavailable(prefix)

    storage = alice.context.storage
    stubborn = Stubborn(storage.root)
    alice.context = dataclasses.replace(alice.context, storage=stubborn)
    said = alice.call("datastores.delete", name="cats")
    assert "tried again" in said.message
    assert alice.call("datastores.list") == []
    assert empty(catalog, storage, alice.context.clock()) == []
    assert list(storage.folder("datastores").iterdir()) == []


def test_a_confined_asker_cannot_name_a_folder_outside(alice, folder, tmp_path):
    """What a browser names lies below the server's root, links resolved."""
    from dataclasses import replace

    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(folder)
    alice.context = replace(alice.context, confined=root)

    for source in (str(folder), "../cats", "out"):
        with pytest.raises(InvalidPath, match="outside this session"):
            alice.call("datastores.create", name="x", source=source)


def test_whoever_waits_is_told_how_far_the_copy_is(alice, tmp_path):
    folder = tmp_path / "told"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}").write_bytes(b"x" * 1000)
    told: list[Progress] = []
    alice.telling(told.append).call(
        "datastores.create", name="cats", source=str(folder)
    )

    newest = told[-1]
    assert (newest.done_bytes, newest.total_bytes) == (3000, 3000)
    assert (newest.done_files, newest.total_files) == (3, 3)
