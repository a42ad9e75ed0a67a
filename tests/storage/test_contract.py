import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource, Conflict, Gone, InvalidPath
from jupyter_artifacts.operations.stores import Storage

MIB = 1024 * 1024
NASTY = [
    "",
    "/etc/passwd",
    "//host/x",
    "../outside",
    "a/../../b",
    "a//b",
    "a/",
    ".",
    "./a",
    "..",
    "a\\..\\b",
    "a\0b",
    "a\nb",
    "\ud800",
]
EXACT = [
    "experiments/01J/artifacts/100% & more + one #2.txt",
    "a/%2e%2e%2fetc",
    "a/..;",
    "a/C:",
    "a/file:..",
    "e/é.txt",
    "e/e\u0301.txt",
    "e/\u202etxt.exe",
    "e/日本語",
    " leading and trailing ",
    "a/CON",
    "a/trailing.",
]


def _file(tmp_path: Path, content: bytes = b"bytes") -> Path:
    path = tmp_path / "source.bin"
    path.write_bytes(content)
    return path


def _all(storage: Storage, key: str) -> bytes:
    return b"".join(storage.read(key))


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB])
def test_what_was_put_is_read_with_its_size_digest_and_time(storage, tmp_path, size):
    """Bytes of any size come back, and the asset says what they are."""
    content = os.urandom(size)
    source = _file(tmp_path, content)
    os.utime(source, (1_000_000.5, 1_000_000.5))
    asset = storage.put("experiments/e/artifacts/a.bin", source)
    chunks = list(storage.read("experiments/e/artifacts/a.bin"))
    assert b"".join(chunks) == content
    assert all(0 < len(chunk) <= MIB for chunk in chunks)
    assert (asset.path, asset.size) == ("experiments/e/artifacts/a.bin", size)
    assert asset.digest == digest_of(content)
    assert asset.modified == 1_000_000.5
    assert asset.captured > asset.modified
    assert asset.uri == storage.uri("experiments/e/artifacts/a.bin")
    assert storage.size("experiments/e/artifacts/a.bin") == size


@pytest.mark.parametrize("key", EXACT)
def test_a_key_round_trips_exactly(storage, tmp_path, key):
    """No name is normalised, decoded or quoted on its way."""
    storage.put(key, _file(tmp_path, key.encode()))
    assert _all(storage, key) == key.encode()
    twin = "e/e\u0301.txt" if key == "e/é.txt" else f"{key}%20"
    assert storage.size(twin) is None


@pytest.mark.parametrize("key", NASTY)
@pytest.mark.parametrize(
    "call",
    ["put", "stage", "append", "read", "size", "local_path", "uri", "delete", "remove"],
)
def test_a_key_that_leaves_its_place_is_refused(storage, tmp_path, key, call):
    """Every call checks its key, `delete` of nothing or everything among them."""
    storage.put("kept/a", _file(tmp_path))
    more = {
        "put": (_file(tmp_path),),
        "stage": (_file(tmp_path),),
        "append": (b"x",),
    }.get(call, ())
    with pytest.raises(InvalidPath):
        getattr(storage, call)(key, *more)
    assert _all(storage, "kept/a") == b"bytes"


def test_a_second_put_replaces_the_first(storage, tmp_path):
    """The newest bytes are the ones read."""
    storage.put("a", _file(tmp_path, b"old, and longer"))
    storage.put("a", _file(tmp_path, b"new"))
    assert _all(storage, "a") == b"new"
    assert storage.size("a") == 3


def test_a_reader_of_the_old_bytes_keeps_them(storage, tmp_path):
    """Replacing a file does not mix old and new for who is reading it."""
    storage.put("a", _file(tmp_path, b"o" * (2 * MIB)))
    chunks = storage.read("a")
    first = next(chunks)
    storage.put("a", _file(tmp_path, b"n" * (2 * MIB)))
    assert first + b"".join(chunks) == b"o" * (2 * MIB)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary(max_size=50),
    start=st.integers(0, 60),
    length=st.none() | st.integers(0, 60),
)
def test_a_range_is_the_slice(storage, tmp_path, content, start, length):
    """Any range reads what slicing the whole gives."""
    storage.put("a", _file(tmp_path, content))
    end = None if length is None else start + length
    assert b"".join(storage.read("a", start, length)) == content[start:end]


def test_append_grows_and_says_how_far(storage):
    """Chunks come one after the other, and the size is known after each."""
    assert storage.append("logs/output", b"one\n") == 4
    assert storage.append("logs/output", b"") == 4
    assert storage.append("logs/output", b"two\n") == 8
    assert _all(storage, "logs/output") == b"one\ntwo\n"


def test_what_is_not_there_is_gone_at_once(storage):
    """`read` says so when called, not when the first chunk is asked for."""
    with pytest.raises(Gone) as caught:
        storage.read("no/such")
    assert caught.value.address.endswith("no/such")
    assert storage.size("no/such") is None
    assert storage.local_path("no/such") is None


def test_a_source_that_is_not_there_is_gone(storage, tmp_path):
    """Nothing is stored of a file that went away."""
    with pytest.raises(Gone):
        storage.put("a", tmp_path / "missing")
    assert storage.size("a") is None


@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "folder", "link"])
def test_what_is_no_regular_file_is_refused_at_once(storage, tmp_path, kind):
    """A pipe would be waited for, a device never ends, a link leads elsewhere."""
    source = Path("/dev/zero") if kind == "device" else tmp_path / "odd"
    if kind == "fifo":
        os.mkfifo(source)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(source))
    elif kind == "folder":
        source.mkdir()
    elif kind == "link":
        source.symlink_to(_file(tmp_path))
    with pytest.raises((InvalidPath, Conflict)):
        storage.put("a", source)
    assert storage.size("a") is None


def test_a_file_and_a_folder_cannot_share_a_key(tree, tmp_path):
    storage = tree
    """Either way round is a conflict that says which stands in the way."""
    storage.put("a/b", _file(tmp_path))
    with pytest.raises(Conflict, match="a folder stands where a file must go"):
        storage.put("a", _file(tmp_path))
    with pytest.raises(Conflict, match="a file stands where a folder must go"):
        storage.put("a/b/c", _file(tmp_path))
    with pytest.raises(Conflict):
        storage.append("a/b/c", b"x")
    assert _all(storage, "a/b") == b"bytes"


def test_delete_takes_what_is_below_and_nothing_else(storage, tmp_path):
    """A neighbour whose name begins alike stays; twice is as good as once."""
    for key in ("e/1/a", "e/1/b/c", "e/10/a", "e/1x"):
        storage.put(key, _file(tmp_path))
    storage.delete("e/1")
    storage.delete("e/1")
    sizes = {key: storage.size(key) for key in ("e/1/a", "e/1/b/c", "e/10/a", "e/1x")}
    assert sizes == {"e/1/a": None, "e/1/b/c": None, "e/10/a": 5, "e/1x": 5}
    storage.put("e/1/a", _file(tmp_path))
    assert storage.size("e/1/a") == 5


def test_delete_of_a_files_own_key_leaves_it(storage, tmp_path):
    """Only what lies below the prefix goes."""
    storage.put("e/1", _file(tmp_path))
    storage.delete("e/1")
    assert storage.size("e/1") == 5


def test_what_is_frozen_is_read_and_deleted_as_before(storage, tmp_path):
    """Freezing stops writers only; the storage's own delete takes it along."""
    storage.put("datastores/x/v1/sub/a.txt", _file(tmp_path))
    storage.freeze("datastores/x/v1")
    storage.freeze("datastores/x/v1")
    assert _all(storage, "datastores/x/v1/sub/a.txt") == b"bytes"
    storage.delete("datastores/x")
    assert storage.size("datastores/x/v1/sub/a.txt") is None


def test_freezing_a_version_without_files_is_no_error(storage):
    """There is no folder of it, and so nothing to protect."""
    storage.freeze("datastores/x/v2")
    assert storage.folder("datastores/x/v2") is None


def test_staged_bytes_are_not_there_until_they_are_published(tree, tmp_path):
    """Where a store can rename; a bucket cannot."""
    tree.stage("e/a", _file(tmp_path))
    assert tree.size("e/a") is None


def test_staged_bytes_stay_when_they_were_published(storage, tmp_path):
    """Discarded, they leave nothing; published, they stay though discarded."""
    staged = storage.stage("e/a", _file(tmp_path))
    assert staged.asset.digest == digest_of(b"bytes")
    storage.discard(staged)
    assert storage.size("e/a") is None

    staged = storage.stage("e/a", _file(tmp_path))
    storage.publish(staged)
    storage.discard(staged)
    assert _all(storage, "e/a") == b"bytes"


def test_what_is_replaced_stays_under_the_key_it_is_kept_as(storage, tmp_path):
    """The old bytes are found there, the new ones at the plain key."""
    storage.put("e/a", _file(tmp_path, b"old"))
    staged = storage.stage("e/a", _file(tmp_path, b"new"), "e/revisions/1")
    storage.publish(staged, keep="e/revisions/1")
    storage.discard(staged)
    assert _all(storage, "e/a") == b"new"
    assert _all(storage, "e/revisions/1") == b"old"
    storage.remove("e/revisions/1")
    storage.remove("e/revisions/1")
    assert storage.size("e/revisions/1") is None
    assert _all(storage, "e/a") == b"new"


@pytest.mark.parametrize(
    ("old", "keep"), [(b"old", "e/revisions/1"), (None, ""), (None, "e/revisions/1")]
)
def test_a_publish_can_be_undone_and_done_again(storage, tmp_path, old, keep):
    """What stood there stands there again, until the next try."""
    if old:
        storage.put("e/a", _file(tmp_path, old))
    staged = storage.stage("e/a", _file(tmp_path, b"new"), keep)
    storage.publish(staged, keep)
    storage.withdraw(staged)
    storage.withdraw(staged)
    assert (_all(storage, "e/a") if storage.size("e/a") else None) == old
    storage.publish(staged, keep)
    storage.discard(staged)
    assert _all(storage, "e/a") == b"new"


def test_an_undo_leaves_alone_what_came_since(storage, tmp_path):
    """Somebody else's newer bytes are not thrown away."""
    staged = storage.stage("e/a", _file(tmp_path, b"mine"))
    storage.publish(staged)
    storage.put("e/a", _file(tmp_path, b"theirs"))
    storage.withdraw(staged)
    storage.discard(staged)
    assert _all(storage, "e/a") == b"theirs"


@pytest.mark.parametrize(("time", "said"), [(-5.0, 0.0), (4e11, 253402300799.0)])
def test_a_time_that_no_date_can_say_is_brought_near(storage, tmp_path, time, said):
    """Damaged archives leave files of any year."""
    source = _file(tmp_path)
    os.utime(source, (time, time))
    if source.stat().st_mtime != time:
        pytest.skip("this file system keeps no such times")
    assert storage.put("a", source).modified == said


def test_a_fetch_returns_exactly_the_bytes_asked_for(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(bytes(range(256)) * 100)
    storage.put("a", source)

    assert bytes(storage.fetch("a", 250, 20)) == (bytes(range(256)) * 2)[250:270]


def test_a_fetch_beyond_the_end_says_that_the_object_changed(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"abc")
    storage.put("a", source)

    with pytest.raises(ChangedAtSource, match="1 bytes came instead of 5"):
        storage.fetch("a", 2, 5)


def test_a_fetch_of_nothing_stored_is_gone(storage):
    with pytest.raises(Gone):
        storage.fetch("nothing", 0, 1)


def test_a_stream_yields_exactly_the_bytes_asked_for(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(content := os.urandom(9 * MIB))
    storage.put("a", source)

    pieces = [bytes(piece) for piece in storage.stream("a", 5, 9 * MIB - 10)]

    assert b"".join(pieces) == content[5:-5]


def test_a_stream_beyond_the_end_says_that_the_object_changed(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"abc")
    storage.put("a", source)

    with pytest.raises(ChangedAtSource, match="1 bytes came instead of 5"):
        list(storage.stream("a", 2, 5))


def test_a_stream_of_nothing_stored_is_gone(storage):
    with pytest.raises(Gone):
        list(storage.stream("nothing", 0, 1))


def test_parts_are_stored_one_after_the_other(storage):
    storage.store_bytes("packs/p", [b"one", memoryview(b"-two"), bytearray(b"-3")])

    assert b"".join(storage.read("packs/p")) == b"one-two-3"


def test_a_stored_file_tells_how_far_it_is_and_what_it_was(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"x" * (3 * MIB + 5))
    passed: list[int] = []

    asset = storage.store_file("big/a", source, passed.append)

    assert sum(passed) == asset.size == 3 * MIB + 5
    assert asset.digest == digest_of(source.read_bytes())


def test_staging_many_tells_of_each_what_came_of_it(storage, tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"abc")

    good, bad = storage.stage_many([("a", source), ("b", tmp_path / "none")])

    assert isinstance(bad, Gone)
    storage.publish(good)
    assert b"".join(storage.read("a")) == b"abc"
    storage.discard(good)
