"""Versions of artifacts: immutable, nothing twice, and of whose they are."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from typing import ClassVar

import pytest

from jupyter_artifacts.errors import (
    ArtifactsError,
    Conflict,
    InvalidPath,
    InvalidRequest,
    NotFound,
    Refused,
    Unavailable,
)
from jupyter_artifacts.operations.artifact_deleting import delete_expired
from jupyter_artifacts.operations.emptying import LATER, empty
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.records.people import Role
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer.saving import ToSave


def saved(files):
    for path, content in files.items():
        if isinstance(content, Asset):
            yield ToSave(path=path, asset=content)
        else:
            yield ToSave(path=path, content=content, size=len(content))


@pytest.fixture(name="log")
def _log(alice):
    def log(files, carrier=alice, name="my-model", **said):
        return carrier.log_artifact(saved(files), name=name, **said)

    return log


@pytest.fixture(name="version")
def _version(log, run):
    made = {"w.bin": b"w" * 300_000, "sub/a.txt": b"a", "sub/b.txt": b"b"}
    return log(made, type="model", experiment="mnist-exp0").version


def read(carrier, version, path, name="my-model"):
    content = carrier.content("artifacts.read", name=name, version=version, path=path)
    return b"".join(content.read(0, content.size))


def paths(carrier, version, name="my-model"):
    page = carrier.call("versions.files", name=name, version=version)
    return [asset.path for asset in page.items]


def stored(carrier):
    """Return every object in the storage."""
    root = carrier.context.storage.root / "artifacts"
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_versions_are_numbered_from_zero(log, version, alice):
    added = log({"w.bin": b"v" * 300_000}).version
    assert (version.address, added.address) == ("my-model@v0", "my-model@v1")
    assert read(alice, "v0", "w.bin") == b"w" * 300_000
    assert read(alice, "latest", "w.bin") == b"v" * 300_000
    assert read(alice, "v0", "sub/b.txt") == b"b"


def test_a_version_says_what_it_is(version, alice):
    assert (version.files, version.bytes) == (3, 300_002)
    assert (version.created_by, version.source) == ("alice", "alice:mnist-exp0")
    found = alice.call("artifacts.get", name="MY-model")
    assert (found.name, found.type, found.owner) == ("my-model", "model", "alice")
    assert (found.versions, found.latest, found.bytes) == (1, "v0", 300_002)


def test_the_same_content_makes_no_new_version(log, version, alice):
    before = stored(alice)
    made = {"sub/b.txt": b"b", "sub/a.txt": b"a", "w.bin": b"w" * 300_000}
    again = log(made, tags=["good"])
    assert (again.is_new, again.version.version) == (False, "v0")
    assert again.version.tags == ["good"]
    assert stored(alice) == before
    log({"w.bin": b"v"})
    assert log(made).version.version == "v0"
    assert alice.call("artifacts.get", name="my-model").latest == "v1"


def test_unchanged_files_are_not_stored_twice(log, version, alice):
    before = {path: path.stat().st_ino for path in stored(alice)}
    added = log({"w.bin": b"w" * 300_000, "moved/a.txt": b"a", "new.txt": b"new"})
    assert added.new_bytes == 3
    assert {p: p.stat().st_ino for p in stored(alice) if p in before} == before
    (pack,) = set(stored(alice)) - set(before)
    assert pack.read_bytes() == b"new"
    assert read(alice, "v1", "moved/a.txt") == b"a"


def test_another_artifact_stores_its_own_copy(log, version, alice):
    before = stored(alice)
    added = log({"w.bin": b"w" * 300_000}, name="other")
    assert added.new_bytes == 300_000
    assert len(stored(alice)) == len(before) + 1


def test_a_large_file_is_hashed_before_it_is_stored_again(alice, tmp_path):
    source = tmp_path / "large"
    source.write_bytes(b"l" * 400_000)
    for name in ("one", "two"):
        file = ToSave(path=name, source=source, size=400_000)
        alice.log_artifact([file], name="large")
    assert len(stored(alice)) == 1


def test_every_line_of_a_manifest_is_given_page_by_page(log, alice):
    log({f"{number:02}": b"x" for number in range(25)})
    at = {"name": "my-model", "version": "v0"}
    found, cursor = [], None
    while True:
        page = alice.call("versions.files", **at, limit=10, cursor=cursor)
        found += [asset.path for asset in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [f"{number:02}" for number in range(25)]


def test_the_tree_is_addressed_by_the_version_itself(version, alice):
    ask = {"name": "my-model", "version": "latest"}
    top = alice.call("artifacts.tree", **ask).items
    assert [(entry.address, entry.kind) for entry in top] == [
        ("artifacts/my-model/v0/sub", "folder"),
        ("artifacts/my-model/v0/w.bin", "file"),
    ]
    below = alice.call("artifacts.tree", **ask, prefix="sub").items
    assert [entry.name for entry in below] == ["a.txt", "b.txt"]


def test_links_and_remote_objects_are_lines_without_bytes(log, alice):
    link = Asset(path="l", size=0, kind=AssetKind.LINK, link="https://example.org")
    far = Asset(path="r", size=7, kind=AssetKind.REMOTE, uri="s3://b/r")
    empty = Asset(path="e", size=0, kind=AssetKind.FOLDER)
    version = log({"l": link, "r": far, "e": empty}).version
    assert (version.files, version.remote, version.bytes) == (2, 2, 7)
    assert stored(alice) == []
    with pytest.raises(Unavailable, match=r"a link to https://example\.org"):
        read(alice, "v0", "l")


def test_a_server_fetches_nothing_from_other_peoples_buckets(log, alice, tmp_path):
    log({"r": Asset(path="r", size=7, kind=AssetKind.REMOTE, uri="s3://b/r")})
    alice.context = replace(alice.context, confined=tmp_path)
    with pytest.raises(Unavailable, match="credentials of your own"):
        read(alice, "v0", "r")


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({}, InvalidRequest, "nothing in it"),
        ({"../x": b"x"}, InvalidPath, "segment"),
        ({"a": b"x", "a/b": b"x"}, InvalidPath, "file and a folder"),
    ],
)
def test_what_cannot_be_a_version_leaves_nothing(log, alice, files, error, said):
    with pytest.raises(error, match=said):
        log({"fine.bin": b"f" * 300_000, **files} if files else {})
    assert stored(alice) == []
    assert alice.call("artifacts.list").items == []


def test_a_version_that_fails_late_leaves_nothing(log, version, alice, catalog):
    before = stored(alice)

    class Full(FolderStorage):
        def store_bytes(self, key, parts):
            super().store_bytes(key, parts)
            raise NotFound(key)

    carrier = alice.acting_as("alice")
    carrier.context = replace(alice.context, storage=Full(alice.context.storage.root))
    with pytest.raises(NotFound):
        log({"new.txt": b"new", "new.bin": b"n" * 300_000}, carrier)
    assert stored(alice) == before
    assert log({"new.txt": b"new"}).version.version == "v1"
    assert read(alice, "v1", "new.txt") == b"new"


def test_versions_logged_at_once_each_get_a_number(log, version, alice):
    errors = []

    def add(number):
        try:
            log({"w.bin": b"w" * 300_000, "n": b"%d" % number})
        except ArtifactsError as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = alice.call("versions.list", name="my-model").items
    assert [each.version for each in found] == ["v4", "v3", "v2", "v1", "v0"]
    read_back = {read(alice, each.version, "n") for each in found[:4]}
    assert read_back == {b"0", b"1", b"2", b"3"}


def test_the_same_logged_at_once_is_one_version(log, version, alice):
    logged = []
    threads = [
        threading.Thread(target=lambda: logged.append(log({"n": b"n" * 300_000})))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.version.version for each in logged} == {"v1"}
    assert sum(each.is_new for each in logged) == 1
    assert len(stored(alice)) == 3


@pytest.fixture(name="log_while")
def _log_while(alice, log):
    """Log a first version of alice's, while bob logs one of the same name."""

    def log_while(files, theirs, said=None, **more):
        def both():
            yield from saved(files)
            log(theirs, alice.acting_as("bob"), **(said or {}))

        return alice.log_artifact(both(), name="my-model", **more)

    return log_while


def test_the_second_of_two_first_versions_is_the_next_one(log_while, alice, bob):
    both = {"big": b"b" * 300_000, "small": b"s"}
    logged = log_while({**both, "mine": b"m"}, {**both, "theirs": b"t"})
    assert (logged.version.version, logged.is_new) == ("v1", True)
    assert alice.call("artifacts.get", name="my-model").owner == "bob"
    assert read(bob, "v0", "theirs") == b"t"
    assert read(bob, "v1", "big") == b"b" * 300_000
    assert read(bob, "v1", "mine") == b"m"
    bob.call("versions.delete", name="my-model", version="v0")
    assert read(bob, "v1", "small") == b"s"
    bob.call("artifacts.delete", name="my-model")
    assert stored(alice) == []


def test_two_first_versions_of_the_same_are_one(log_while, alice):
    logged = log_while({"n": b"n" * 300_000}, {"n": b"n" * 300_000})
    assert (logged.version.version, logged.is_new) == ("v0", False)
    assert len(stored(alice)) == 1


@pytest.mark.parametrize(
    ("theirs", "mine", "error", "said"),
    [
        ({"visibility": "private"}, {}, Conflict, "not available"),
        ({}, {"visibility": "private"}, Conflict, "whole team sees it"),
        ({}, {"aliases": ["best"]}, Refused, "only bob"),
        ({"type": "model"}, {"type": "data"}, Conflict, "of type 'model'"),
    ],
)
def test_the_second_of_two_first_versions_needs_what_a_next_one_needs(
    log_while, alice, theirs, mine, error, said
):
    with pytest.raises(error, match=said):
        log_while({"a": b"a"}, {"b": b"b"}, theirs, **mine)
    assert len(stored(alice)) == 1


def test_first_versions_logged_at_once_each_get_a_number(log, alice):
    logged: list[str] = []
    begin = threading.Barrier(4)

    def add(number):
        begin.wait()
        made = log({f"{name:03}": b"%d" % number for name in range(300)})
        logged.append(made.version.version)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(logged) == ["v0", "v1", "v2", "v3"]
    found = {read(alice, version, "007") for version in logged}
    assert found == {b"0", b"1", b"2", b"3"}
    alice.call("artifacts.delete", name="my-model")
    assert stored(alice) == []


def test_an_artifact_made_while_a_first_version_is_written_down_gets_it(log, alice):
    """The bytes are all there by then, and are not stored again."""
    before = [lambda: log({"theirs": b"t"}, alice.acting_as("bob"))]

    class Interrupted:
        read = alice.context.catalog.read

        def write(self):
            if before:
                before.pop()()
            return alice.context.catalog.write()

    carrier = alice.acting_as("alice")
    carrier.context = replace(alice.context, catalog=Interrupted())
    assert log({"mine": b"m"}, carrier).version.version == "v1"
    assert read(alice, "v1", "mine") == b"m"
    assert log({"mine": b"m", "more": b"x"}).new_bytes == 1
    assert len(stored(alice)) == 3


def test_what_was_to_be_private_is_never_logged_for_all(log, version):
    with pytest.raises(Conflict, match="whole team sees it"):
        log({"secret": b"s"}, visibility="private")


def test_another_type_is_refused(log, version):
    with pytest.raises(Conflict, match="of type 'model', not 'data'"):
        log({"x": b"x"}, type="data")


def test_aliases_move_and_never_look_like_a_version(log, version, alice):
    log({"x": b"x"}, aliases=["best"])
    assert alice.call("artifacts.get", name="my-model").aliases == {"best": "v1"}
    moved = alice.call("artifacts.alias", name="my-model", alias="Best", version="v0")
    assert moved.aliases == ["Best"]
    assert read(alice, "BEST", "sub/a.txt") == b"a"
    for alias in ("v3", "V12", "v007", "latest", "LATEST", "a/b", ".x"):
        with pytest.raises(InvalidRequest):
            alice.call("artifacts.alias", name="my-model", alias=alias, version="v0")
        with pytest.raises(InvalidRequest):
            log({"y": b"y"}, aliases=[alias])
    alice.call("artifacts.unalias", name="my-model", alias="best")
    with pytest.raises(NotFound, match="no version best"):
        read(alice, "best", "sub/a.txt")
    with pytest.raises(InvalidRequest, match="no alias 'best'"):
        alice.call("artifacts.unalias", name="my-model", alias="best")


def test_an_artifact_is_not_described_when_its_aliases_cannot_be_moved(
    log, version, alice
):
    aliases = {"best": "v0", "next": "v7"}
    with pytest.raises(NotFound, match="no version v7"):
        alice.call(
            "artifacts.edit", name="my-model", description="new", aliases=aliases
        )
    found = alice.call("artifacts.get", name="my-model")
    assert (found.description, found.aliases) == ("", {})


def test_aliases_are_moved_and_taken_away_at_once(log, version, alice):
    log({"x": b"x"}, aliases=["best", "old"])
    moved = {"best": "v0", "old": "", "new": "latest"}
    changed = alice.call("artifacts.edit", name="my-model", aliases=moved)
    assert changed.aliases == {"best": "v0", "new": "v1"}


def test_an_alias_that_is_none_leaves_the_others_where_they_are(log, version, alice):
    with pytest.raises(InvalidRequest, match="by itself"):
        log({"x": b"x"}, aliases=["best", "latest"])
    assert alice.call("artifacts.get", name="my-model").aliases == {}


def test_latest_never_moves_back(log, version, alice):
    log({"x": b"x"})
    alice.call("versions.delete", name="my-model", version="v1")
    with pytest.raises(NotFound, match=r"never moves back.*my-model@v0"):
        alice.call("versions.get", name="my-model", version="latest")
    assert alice.call("artifacts.get", name="my-model").latest == ""
    assert log({"x": b"x"}).version.version == "v2"
    assert alice.call("versions.get", name="my-model", version="latest").number == 2


def test_an_unknown_version_is_told_which_there_are(version, alice):
    with pytest.raises(NotFound, match="did you mean v0"):
        alice.call("versions.get", name="my-model", version="v9")
    with pytest.raises(NotFound, match=r"did you mean my-model"):
        alice.call("versions.get", name="my-modl", version="v0")


def test_a_version_is_described_by_whoever_logged_it_or_owns_it(
    log, version, alice, bob
):
    log({"x": b"x"}, bob, metadata={"a": 1})
    at = {"name": "my-model", "version": "v1"}
    changed = bob.call("versions.edit", **at, metadata={"b": 2}, tags=["x", "a", "x"])
    assert (changed.metadata, changed.tags) == ({"a": 1, "b": 2}, ["a", "x"])
    assert alice.call("versions.edit", **at, description="good").description == "good"
    assert alice.call("versions.get", **at).tags == ["a", "x"]
    with pytest.raises(Refused, match="only alice"):
        bob.call("versions.edit", name="my-model", version="v0", tags=[])


def test_members_add_versions_and_the_owner_moves_aliases(log, version, bob):
    with pytest.raises(Refused, match="only alice"):
        log({"x": b"x"}, bob, aliases=["best"])
    assert log({"x": b"x"}, bob).version.created_by == "bob"
    with pytest.raises(Refused, match="only alice"):
        bob.call("artifacts.alias", name="my-model", alias="best", version="v1")
    with pytest.raises(Refused, match="only alice"):
        log({"x": b"x"}, bob, experiment="alice:mnist-exp0")
    with pytest.raises(Refused, match="only alice"):
        bob.call("versions.delete", name="my-model", version="v1")


def test_an_admin_deletes_with_a_reason(log, version, alice, bob, catalog):
    log({"x": b"x"}, bob, name="bobs")
    with pytest.raises(Refused, match="needs a reason"):
        alice.call("artifacts.delete", name="bobs")
    alice.call("artifacts.delete", name="bobs", reason="space")
    assert len(stored(alice)) == 2


def test_what_is_private_is_not_available_to_others(log, version, alice, bob):
    carol = alice.acting_as("carol")
    log({"s": b"s"}, bob, name="secret", visibility="private", readers=["CAROL"])
    dave = alice.acting_as("dave")
    assert read(carol, "v0", "s", "secret") == b"s"
    assert [each.name for each in dave.call("artifacts.list").items] == ["my-model"]
    at = {"name": "secret", "version": "v0"}
    asked = [
        ("artifacts.get", {"name": "secret"}),
        ("artifacts.tree", at),
        ("artifacts.read", {**at, "path": "s"}),
        ("versions.list", {"name": "secret"}),
        ("versions.get", at),
        ("versions.files", at),
        ("versions.lineage", at),
        ("versions.diff", {**at, "other": "v0"}),
        ("versions.edit", at),
        ("artifacts.alias", {**at, "alias": "x"}),
        ("artifacts.edit", {"name": "secret", "visibility": "team"}),
        ("artifacts.delete", {"name": "secret", "reason": "x"}),
        ("transfers.plan", {"address": "secret@v0"}),
    ]
    for operation, ask in asked:
        with pytest.raises(NotFound, match="not available"):
            dave.call(operation, **ask)
    with pytest.raises(Conflict, match="not available"):
        log({"s": b"s"}, dave, name="Secret")
    with pytest.raises(Refused, match="bob's alone"):
        log({"t": b"t"}, carol, name="secret")
    with pytest.raises(NotFound) as caught:
        dave.call("artifacts.get", name="secre")
    assert "secret" not in caught.value.hint


def test_a_transfer_of_what_is_private_is_shown_to_nobody_else(
    log, alice, bob, tmp_path
):
    log({"hidden": b"s"}, name="secret", visibility="private")
    to = str(tmp_path / "to")
    made = alice.call("transfers.start", address="secret@v0", to=to)
    for again in (False, True):
        if again:  # nor by another of its name, later
            alice.call("artifacts.delete", name="secret")
            log({"shown": b"x"}, bob, name="secret")
        assert bob.call("transfers.list") == []
        with pytest.raises(NotFound):
            bob.call("transfers.get", transfer=made.id)
        assert [each.id for each in alice.call("transfers.list")] == [made.id]


def test_a_server_looks_into_nobodys_bucket(log, alice, tmp_path):
    uri = "s3://bucket/x"
    remote = Asset(path="x", size=3, uri=uri, kind=AssetKind.REMOTE, etag="e")
    log({"x": remote})
    alice.context = replace(alice.context, confined=tmp_path)
    for operation in ("transfers.plan", "transfers.start"):
        with pytest.raises(Unavailable, match="somebody's bucket"):
            alice.call(operation, address="my-model@v0", to="to")


def test_events_tell_nothing_of_what_is_private(log, catalog, alice):
    log({"s": b"s"}, name="secret", visibility="private")
    log({"s": b"s"}, name="open")
    with catalog.read() as rows:
        told = [event.address for event in rows.events.since(0, limit=99)]
    assert "open@v0" in told
    assert not [address for address in told if "secret" in address]


def test_a_version_that_is_needed_is_not_deleted(log, version, alice, bob):
    bob.call("runs.start", name="eval")
    at = {"user": "bob", "run": "eval", "number": 0}
    bob.call("artifacts.use", **at, address="my-model@v0", role="inference")
    for operation in ("versions.delete", "artifacts.delete"):
        with pytest.raises(Conflict, match=r"bob:eval-exp0 \(my-model@v0 as inference"):
            alice.call(operation, name="my-model", version="v0") if (
                operation == "versions.delete"
            ) else alice.call(operation, name="my-model")
    bob.call("experiments.move", **at, state="COMPLETED")
    bob.call("runs.delete", user="bob", run="eval")
    alice.call("artifacts.alias", name="my-model", alias="best", version="v0")
    with pytest.raises(Conflict, match="alias 'best'"):
        alice.call("versions.delete", name="my-model", version="v0")
    alice.call("artifacts.unalias", name="my-model", alias="best")
    alice.call("versions.delete", name="my-model", version="v0")
    assert stored(alice) == []


def test_bytes_that_another_version_needs_stay(log, version, alice):
    log({"w.bin": b"w" * 300_000, "only.bin": b"o" * 300_000})
    alice.call("versions.delete", name="my-model", version="v0")
    assert read(alice, "v1", "w.bin") == b"w" * 300_000
    assert len(stored(alice)) == 2
    alice.call("versions.delete", name="my-model", version="v1")
    assert stored(alice) == []
    assert log({"w.bin": b"w" * 300_000}).new_bytes == 300_000
    assert read(alice, "v2", "w.bin") == b"w" * 300_000


def test_what_is_deleted_while_it_is_logged_again_is_not_lost(log, version, alice):
    """Either the deletion waits for the new version, or that one is told to retry."""

    def files():
        yield ToSave(path="new", content=b"new", size=3)
        yield ToSave(path="w.bin", content=b"w" * 300_000, size=300_000)
        alice.call("versions.delete", name="my-model", version="v0")

    try:
        again = alice.log_artifact(files(), name="my-model")
    except Conflict:  # the file had been found there before it was deleted
        again = log({"new": b"new", "w.bin": b"w" * 300_000})
    assert read(alice, again.version.version, "w.bin") == b"w" * 300_000


def test_who_logs_what_is_deleted_meanwhile_is_told_to_log_it_again(log, alice):
    log({"small": b"s" * 300})

    class Deleting(FolderStorage):
        def store_bytes(self, key, parts):
            alice.call("versions.delete", name="my-model", version="v0")
            super().store_bytes(key, parts)

    carrier = alice.acting_as("alice")
    storage = Deleting(alice.context.storage.root)
    carrier.context = replace(alice.context, storage=storage)
    files = [
        ToSave(path="new", content=b"new", size=3),
        ToSave(path="small", content=b"s" * 300, size=300),
    ]
    with pytest.raises(Conflict, match="log it again"):
        carrier.log_artifact(files, name="my-model")


def test_the_catalog_is_free_while_a_store_deletes(log, version, alice):
    """A bucket takes its time, and everyone writes to one catalog."""
    log({"other": b"o"})
    wrote = []

    class Slow(FolderStorage):
        def remove(self, key):
            started = threading.Thread(
                target=lambda: wrote.append(alice.call("runs.start", name="meanwhile"))
            )
            started.start()
            started.join(5)
            super().remove(key)

    carrier = alice.acting_as("alice")
    carrier.context = replace(alice.context, storage=Slow(alice.context.storage.root))
    carrier.call("versions.delete", name="my-model", version="v0")
    assert len(wrote) == 2
    assert len(stored(alice)) == 1


def test_a_deleted_artifact_leaves_no_row_and_no_byte(log, version, alice, catalog):
    log({"x": b"x"}, aliases=["best"])
    alice.call("artifacts.delete", name="my-model")
    assert stored(alice) == []
    with pytest.raises(NotFound):
        alice.call("artifacts.get", name="my-model")
    assert log({"x": b"x"}).version.version == "v0"


def test_a_version_is_not_published_into_an_artifact_that_was_deleted(
    log, version, alice
):
    """Its bytes went with the artifact's, so it would be a version of nothing."""

    def files():
        yield ToSave(path="new", content=b"n" * 300_000, size=300_000)
        alice.call("artifacts.delete", name="my-model")
        yield ToSave(path="more", content=b"m", size=1)

    with pytest.raises(Conflict, match="deleted meanwhile"):
        alice.log_artifact(files(), name="my-model")
    assert stored(alice) == []
    with pytest.raises(NotFound):
        alice.call("artifacts.get", name="my-model")
    log({"new": b"n" * 300_000})
    assert read(alice, "v0", "new") == b"n" * 300_000


def test_what_is_logged_again_is_kept_as_long_as_was_asked_last(log, alice, catalog):
    log({"a": b"a"}, ttl=60)
    log({"b": b"b"}, ttl=60)
    log({"c": b"c"}, ttl=60)
    log({"a": b"a"})
    log({"b": b"b"}, ttl=6000)
    log({"c": b"c"}, ttl=1)
    now = alice.context.clock()
    assert delete_expired(catalog, now + 30) == []
    assert delete_expired(catalog, now + 61) == ["my-model@v2"]
    assert delete_expired(catalog, now + 6001) == ["my-model@v1"]
    assert read(alice, "v0", "a") == b"a"


def test_what_only_a_failed_version_still_needed_is_deleted(
    log, version, alice, catalog
):
    """What it shared with a version that was deleted while it was on its way."""
    with catalog.write() as rows:
        artifact, identity = rows.artifacts.find("my-model")
        _, manifest = rows.versions.get(artifact, identity, "v0")
        (needed,) = rows.assets.all(manifest, "w.bin")
        rows.held.keep(identity, "on-its-way", [needed], "artifacts/x/on-its-way")
    alice.call("versions.delete", name="my-model", version="v0")
    assert [path.name for path in stored(alice)] == [needed.key.rpartition("/")[2]]
    with catalog.write() as rows:
        assert not rows.versions.discard("on-its-way", 1.0)
    assert empty(catalog, alice.context.storage, 2.0) == []
    assert stored(alice) == []


def test_what_the_dead_left_keeps_nobody_from_logging(log, alice, catalog, settings):
    """A storage that does not let go of it now is asked again later."""
    drafts = settings.spool / "drafts"
    drafts.mkdir(parents=True)
    (drafts / "dead").write_text("artifacts/gone/dead")

    class Stubborn(FolderStorage):
        def delete(self, prefix):
            raise Unavailable(prefix)

    stubborn = Stubborn(alice.context.storage.root)
    carrier = alice.acting_as("alice")
    carrier.context = replace(alice.context, storage=stubborn)
    assert log({"a": b"a"}, carrier).version.version == "v0"
    with catalog.read() as rows:
        assert rows.doomed.due(alice.context.clock(), limit=9)[0] == [
            "artifacts/gone/dead"
        ]


def test_what_never_deletes_keeps_nothing_else_from_being_deleted(alice, catalog):
    stuck = [f"experiments/stuck-{number:03}" for number in range(150)]

    class Stubborn(FolderStorage):
        asked: ClassVar[list[str]] = []

        def delete(self, prefix):
            self.asked.append(prefix)
            if prefix in stuck:
                raise Unavailable(prefix)

    storage = Stubborn(alice.context.storage.root)
    with catalog.write() as rows:
        rows.doomed.add(stuck, 1.0)
        rows.doomed.add(["experiments/other"], 2.0)
    for now in (10.0, 40.0, 70.0):
        empty(catalog, storage, now)
    assert storage.asked == [*stuck, "experiments/other"]
    empty(catalog, storage, 40.0 + LATER)
    assert sorted(storage.asked[151:]) == stuck[:100]
    with catalog.write() as rows:
        rows.doomed.try_again(100.0)
        assert len(rows.doomed.due(100.0, limit=999)[0]) == 150


def test_only_what_was_asked_to_expires(log, version, alice, catalog, bob):
    log({"a": b"a"}, ttl=60)
    log({"b": b"b"}, ttl=60, aliases=["keep"])
    log({"c": b"c"}, ttl=60)
    log({"d": b"d"}, ttl=6000)
    bob.call("runs.start", name="eval")
    used = {"user": "bob", "run": "eval", "number": 0}
    bob.call("artifacts.use", **used, address="my-model@v3")
    now = alice.context.clock()
    assert delete_expired(catalog, now) == []
    assert delete_expired(catalog, now + 61) == ["my-model@v1"]
    found = alice.call("versions.list", name="my-model").items
    assert [each.version for each in found] == ["v4", "v3", "v2", "v0"]


def test_a_diff_names_what_differs(log, version, alice):
    log({"w.bin": b"v" * 300_001, "sub/a.txt": b"a", "new.txt": b"new"})
    ask = {"name": "my-model", "version": "v0", "other": "latest"}
    found = alice.call("versions.diff", **ask)
    assert [(line.path, line.change) for line in found.lines] == [
        ("new.txt", "added"),
        ("w.bin", "changed"),
        ("sub/b.txt", "removed"),
    ]
    assert (found.added, found.changed, found.removed, found.same) == (1, 1, 1, 1)
    assert (found.bytes_added, found.bytes_removed) == (300_004, 300_001)
    assert found.left_out == 0


def test_lineage_goes_both_ways_as_far_as_it_leads(log, version, alice, bob, tmp_path):
    source = tmp_path / "cats"
    source.mkdir()
    (source / "a").write_text("cat")
    alice.call("datastores.create", name="cats", source=str(source))
    bob.call("runs.start", name="tune", datastores=["datastores/cats/v1"])
    at = {"user": "bob", "run": "tune", "number": 0}
    bob.call("artifacts.use", **at, address="my-model@v0", role="fine-tuning")
    log({"t": b"t"}, bob, name="tuned", experiment="tune-exp0")
    bob.call("runs.start", name="eval")
    later = {"user": "bob", "run": "eval", "number": 0}
    bob.call("artifacts.use", **later, address="tuned@latest", role="inference")

    found = alice.call("versions.lineage", name="tuned", version="v0")

    assert str(found).splitlines() == [
        "tuned@v0",
        "  ← bob:tune-exp0 (output)",
        "    ← my-model@v0 (fine-tuning)",
        "      ← alice:mnist-exp0 (output)",
        "    ← datastores/cats/v1 (input)",
        "  → bob:eval-exp0 (inference)",
    ]
    root = alice.call("versions.lineage", name="my-model", version="v0")
    addresses = [node.address for node in root.nodes]
    assert addresses == [
        "my-model@v0",
        "alice:mnist-exp0",
        "bob:tune-exp0",
        "tuned@v0",
        "bob:eval-exp0",
    ]


def test_a_run_has_a_lineage_of_what_it_used_and_made(log, version, alice, bob):
    bob.call("runs.start", name="tune")
    at = {"user": "bob", "run": "tune", "number": 0}
    bob.call("artifacts.use", **at, address="my-model@v0")
    log({"t": b"t"}, bob, name="tuned", experiment="tune-exp0")

    found = alice.call("experiments.lineage", **at)

    assert str(found).splitlines() == [
        "bob:tune-exp0",
        "  ← my-model@v0 (input)",
        "    ← alice:mnist-exp0 (output)",
        "  → tuned@v0 (output)",
    ]


def test_lineage_hides_what_is_private_to_others(log, version, alice, bob):
    bob.call("runs.start", name="tune")
    at = {"user": "bob", "run": "tune", "number": 0}
    bob.call("artifacts.use", **at, address="my-model@v0")
    log({"t": b"t"}, bob, name="t", experiment="tune-exp0", visibility="private")
    found = alice.call("versions.lineage", name="my-model", version="v0")
    assert found.hidden == 1
    assert "t@v0" not in str(found)


def test_a_deleted_run_stays_in_the_lineage_of_what_it_made(version, alice):
    at = {"user": "alice", "run": "mnist"}
    alice.call("experiments.move", **at, number=0, state="COMPLETED")
    alice.call("runs.delete", **at)
    found = alice.call("versions.lineage", name="my-model", version="v0")
    assert "← alice:mnist-exp0 (deleted) (output)" in str(found)


def test_a_checkpoint_that_was_started_from_is_in_the_lineage(
    log, alice, run, tmp_path
):
    at = {"user": "alice", "run": "mnist", "number": 0}
    checkpoint = alice.call("checkpoints.begin", **at, steps_completed=1)
    alice.call("runs.start", name="next")
    later = {"user": "alice", "run": "next", "number": 0}
    alice.call("experiments.note", **later, warm_start_checkpoint=checkpoint.uuid)
    log({"x": b"x"}, experiment="next-exp0")
    found = alice.call("versions.lineage", name="my-model", version="v0")
    assert str(found).splitlines()[2:] == [
        f"    ← {checkpoint.address} (fine-tuning)",
        "      ← alice:mnist-exp0 (output)",
    ]


def test_a_viewer_logs_nothing(log, version, bob, catalog):
    with catalog.write() as rows:
        rows.members.set_role("bob", Role.VIEWER)
    viewer = bob.acting_as("bob")
    with pytest.raises(Refused, match="viewer"):
        log({"x": b"x"}, viewer)


def test_a_folder_of_the_machine_is_logged_by_its_name(alice, tmp_path):
    folder = tmp_path / "model"
    (folder / "empty").mkdir(parents=True)
    (folder / "a").write_bytes(b"a")
    alice.call("artifacts.log", name="my-model", source=str(folder))
    assert paths(alice, "v0") == ["a", "empty"]


def test_hidden_files_of_a_folder_are_not_logged_by_a_server(alice, tmp_path):
    (tmp_path / "model/.ssh").mkdir(parents=True)
    for name in ("w.bin", ".env", ".ssh/id"):
        (tmp_path / "model" / name).write_text("x")
    alice.context = replace(alice.context, confined=tmp_path)
    alice.call("artifacts.log", name="my-model", source="model")
    assert paths(alice, "v0") == ["w.bin"]
    with pytest.raises(InvalidRequest, match="no folder"):
        alice.call("artifacts.log", name="my-model")
    with pytest.raises(InvalidPath, match="hidden"):
        alice.call("artifacts.log", name="my-model", source="model/.ssh")
    with pytest.raises(InvalidPath, match="hidden"):
        alice.call("transfers.plan", address="my-model@v0", to=".ipython/startup")


def test_a_share_of_what_is_private_names_it_to_nobody_else(log, alice, bob):
    log({"s": b"s"}, name="secret", visibility="private")
    made = alice.call("shares.make", address="secret@v0")
    asked = {"share": made.share.id}
    carol = alice.acting_as("carol")
    for operation in ("shares.get", "shares.renew", "shares.revoke", "shares.open"):
        with pytest.raises((NotFound, Refused)) as caught:
            carol.call(operation, **asked)
        assert "secret@" not in str(caught.value)
    with pytest.raises(NotFound) as caught:
        carol.call("shares.open", **asked, secret=made.path.partition("#")[2])
    assert "secret@" not in str(caught.value)


def test_the_catalogs_journal_is_emptied_while_a_version_is_verified(log, alice):
    log({f"{number:03}": b"x" for number in range(3)})
    verified = alice.verify("my-model@v0")
    assert next(verified).verdict == "ok"
    alice.call("runs.start", name="meanwhile")
    with closing(sqlite3.connect(alice.settings.database)) as connection:
        busy, left, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, left) == (0, 0)
    assert len(list(verified)) == 2


def test_a_version_is_shared_by_a_link(version, alice):
    made = alice.call("shares.make", address="my-model@latest/sub")
    secret = made.path.partition("#")[2]
    at = {"share": made.share.id, "secret": secret}
    opened = alice.call("shares.open", **at)
    assert [entry.name for entry in opened.page.items] == ["a.txt", "b.txt"]
    content = alice.content("shares.read", **at, path="sub/a.txt")
    assert b"".join(content.read(0, content.size)) == b"a"
    assert content.elsewhere is None or content.elsewhere() is None


def test_a_refused_log_is_in_the_audit_log(log, version, alice, bob):
    with pytest.raises(Refused):
        log({"x": b"x"}, bob, aliases=["best"])
    (line,) = [each for each in alice.call("audit.list").items if each.user == "bob"]
    assert (line.action, line.allowed) == ("artifacts.log", False)
