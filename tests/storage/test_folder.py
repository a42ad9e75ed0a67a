import errno
import fcntl
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Conflict,
    Gone,
    InvalidPath,
    NoSpace,
)
from jupyter_artifacts.storage import beneath
from jupyter_artifacts.storage.folder import FolderStorage

MIB = 1024 * 1024


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@pytest.fixture
def storage(root: Path) -> FolderStorage:
    return FolderStorage(root)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.bin"
    path.write_bytes(b"bytes")
    return path


@pytest.fixture(params=["openat2", "folder by folder"])
def way_of_opening(request, monkeypatch) -> None:
    if request.param == "folder by folder":
        lacking = threading.Event()
        lacking.set()
        monkeypatch.setattr(beneath, "_kernel_lacks_openat2", lacking)


def _put_often(storage: FolderStorage, source: Path) -> None:
    for _ in range(1000):
        storage.put("a", source)


def _everything(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()
    )


def test_a_person_can_list_the_tree(storage, root, source):
    """The key is the relative path; nothing else lies beside it."""
    storage.put("experiments/01J/artifacts/figures/loss.png", source)
    assert _everything(root) == ["experiments/01J/artifacts/figures/loss.png"]
    local = storage.local_path("experiments/01J/artifacts/figures/loss.png")
    assert local is not None
    assert local.read_bytes() == b"bytes"


def test_the_uri_leads_to_the_file(storage, source):
    """It is quoted so that every tool finds the very file."""
    key = "a/100% & #1 ?x=é.txt"
    storage.put(key, source)
    parts = urlsplit(storage.uri(key))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == (
        "file",
        "",
        "",
        "",
    )
    assert Path(unquote(parts.path)).read_bytes() == b"bytes"


def test_a_file_replaced_while_it_is_read_is_not_stored(storage, root, tmp_path):
    """A writer that renames over the source meanwhile makes it a changed one."""
    source = tmp_path / "big"
    source.write_bytes(b"a" * MIB)
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            new = tmp_path / "new"
            new.write_bytes(b"b" * MIB)
            new.replace(source)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        with pytest.raises(ChangedAtSource) as caught:
            _put_often(storage, source)
    finally:
        stop.set()
        writer.join()
    assert caught.value.address == str(source)
    assert not list((root / ".incoming").iterdir())


def test_a_file_that_grows_while_it_is_read_is_not_stored(storage, root, tmp_path):
    """What a process is still writing is not taken half."""
    source = tmp_path / "growing"
    source.write_bytes(b"x" * MIB)
    stop = threading.Event()

    def grow() -> None:
        with source.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"more")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(ChangedAtSource):
            _put_often(storage, source)
    finally:
        stop.set()
        writer.join()
    assert not list((root / ".incoming").iterdir())


@pytest.mark.usefixtures("way_of_opening")
def test_a_link_planted_in_the_tree_is_never_followed(storage, root, source, tmp_path):
    """Neither as a folder on the way nor as the file itself, for no call."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    storage.put("e/a", source)
    (root / "e" / "folder").symlink_to(outside)
    (root / "e" / "file").symlink_to(outside / "secret")
    for call in (
        lambda: storage.put("e/folder/new", source),
        lambda: storage.append("e/folder/secret", b"more"),
        lambda: storage.append("e/file", b"more"),
        lambda: storage.read("e/folder/secret"),
        lambda: storage.read("e/file"),
        lambda: storage.size("e/folder/secret"),
        lambda: storage.delete("e/folder/below"),
    ):
        with pytest.raises(Conflict, match="link"):
            call()
    assert storage.local_path("e/file") is None
    storage.delete("e/folder")
    storage.delete("e")
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


@pytest.mark.usefixtures("way_of_opening")
def test_both_ways_of_opening_store_and_read(storage, source):
    """Kernels with and without `openat2` do the same."""
    storage.put("a/b/c", source)
    assert storage.append("a/b/c", b"!") == 6
    assert b"".join(storage.read("a/b/c")) == b"bytes!"
    assert storage.size("a/none") is None
    with pytest.raises(Gone):
        storage.read("a/none/c")


def test_put_replaces_a_planted_link_and_not_its_target(
    storage, root, source, tmp_path
):
    """The name is given by a rename, which never writes through a link."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    storage.put("e/a", source)
    (root / "e" / "b").symlink_to(outside)
    storage.put("e/b", source)
    assert outside.read_bytes() == b"secret"
    assert b"".join(storage.read("e/b")) == b"bytes"


def test_the_folder_of_what_is_on_its_way_is_nobodys_key(storage, source):
    """Nobody can put, read or delete there."""
    for call in (
        lambda: storage.put(".incoming/x", source),
        lambda: storage.delete(".incoming"),
        lambda: storage.read(".incoming/x"),
    ):
        with pytest.raises(InvalidPath):
            call()


def test_deleting_and_putting_at_once_lose_nothing_half(storage, root, source):
    """Folders that vanish below a writer are made again; no error, no rest."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def delete() -> None:
        try:
            while not stop.is_set():
                storage.delete("e/1")
        except ArtifactsError as error:
            failed.append(error)

    deleter = threading.Thread(target=delete)
    deleter.start()
    try:
        for number in range(300):
            storage.put(f"e/1/a/b/{number}", source)
    finally:
        stop.set()
        deleter.join()
    assert not failed
    storage.delete("e/1")
    assert not (root / "e" / "1").exists()
    assert not list((root / ".incoming").iterdir())


def test_writers_of_one_log_take_turns(storage):
    """Chunks of several threads are whole, whatever their order."""
    lines = [bytes([65 + number]) * 5000 + b"\n" for number in range(8)]

    def write(line: bytes) -> None:
        for _ in range(20):
            storage.append("log", line)

    threads = [threading.Thread(target=write, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = b"".join(storage.read("log")).splitlines(keepends=True)
    assert sorted(written) == sorted(lines * 20)


def test_sweep_takes_only_what_has_been_still_for_a_day(storage, root, source):
    """What a killed process left goes; what may still be written stays."""
    storage.put("a", source)
    left = root / ".incoming" / "left"
    left.write_bytes(b"half")
    assert storage.sweep() == 0
    assert left.exists()


def test_sweep_removes_the_old(storage, root, source, monkeypatch):
    """Files and folders alike, once a day has passed."""
    storage.put("a", source)
    (root / ".incoming" / "file").write_bytes(b"half")
    (root / ".incoming" / "folder").mkdir()
    (root / ".incoming" / "folder" / "x").write_bytes(b"half")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert storage.sweep() == 2
    assert not list((root / ".incoming").iterdir())
    assert b"".join(storage.read("a")) == b"bytes"


def test_a_name_too_long_for_the_file_system_says_so(storage, root, source):
    """300 bytes of name end in one sentence and leave nothing."""
    with pytest.raises(InvalidPath, match="longer"):
        storage.put("a/" + "x" * 300, source)
    assert not list((root / ".incoming").iterdir())


def test_a_full_disk_is_said_and_leaves_nothing(root, tmp_path):
    """Another process with a small limit on file sizes stands for the disk."""
    code = """
import resource, signal, sys
from pathlib import Path
from jupyter_artifacts.errors import NoSpace
from jupyter_artifacts.storage.folder import FolderStorage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
storage = FolderStorage(Path(sys.argv[1]))
print(storage.append("log", b"x" * 60_000))
for act in (
    lambda: storage.put("a", Path(sys.argv[2])),
    lambda: storage.append("log", b"x" * 60_000),
):
    try:
        act()
    except NoSpace as error:
        print("no space", error.address)
print(storage.size("log"), storage.size("a"))
"""
    big = tmp_path / "big"
    big.write_bytes(b"x" * MIB)
    done = subprocess.run(
        [sys.executable, "-c", code, str(root), str(big)],
        check=True,
        capture_output=True,
        text=True,
    )
    expected = ["60000", "no space a", "no space log", "60000 None"]
    assert done.stdout.splitlines() == expected
    assert _everything(root) == ["log"]


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk takes root")
def test_a_disk_that_is_really_full_is_said(tmp_path):
    """On a tmpfs of 1 MiB a 2 MiB file ends in NoSpace, and what was there stays."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)],  # noqa: S607 - the system's
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount")
    try:
        storage = FolderStorage(disk / "storage")
        small, big = tmp_path / "small", tmp_path / "big"
        small.write_bytes(b"s" * 1000)
        big.write_bytes(b"b" * (2 * MIB))
        storage.put("small", small)
        with pytest.raises(NoSpace, match="full"):
            storage.put("big", big)
        assert _everything(disk / "storage") == ["small"]
        assert storage.size("small") == 1000
        storage.sync()
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607 - the system's


def test_a_storage_that_may_not_be_written_says_so():
    """An ordinary user meets a folder that only others may write."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = place / "source"
        source.write_bytes(b"bytes")
        (place / "storage").mkdir()
        storage = FolderStorage(place / "storage")
        (place / "storage").chmod(0o555)
        place.chmod(0o755)
        said = _said_to_an_ordinary_user(lambda: storage.put("a", source))
    assert said.startswith("NotWritable a: the file cannot be stored")


def _said_to_an_ordinary_user(act: Callable[[], object]) -> str:
    """Return what `act` raises in a child process that is not root."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            act()
            said = "nothing"
        except BaseException as error:  # noqa: BLE001 - the parent judges it
            said = f"{type(error).__name__} {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def test_a_frozen_folder_cannot_be_written_and_can_be_deleted():
    """An ordinary user's accident is refused; the storage's own delete is not."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o777)
        source = place / "source"
        source.write_bytes(b"bytes")
        source.chmod(0o644)
        storage = FolderStorage(place / "storage")

        def act() -> None:
            storage.put("d/v1/a/b", source)
            storage.freeze("d/v1")
            frozen = storage.folder("d/v1")
            assert frozen is not None
            for write in (
                (frozen / "a" / "b").write_bytes,
                (frozen / "new").write_bytes,
                lambda _: (frozen / "a" / "b").unlink(),
            ):
                with pytest.raises(PermissionError):
                    write(b"x")
            assert (frozen / "a" / "b").read_bytes() == b"bytes"
            storage.delete("d/v1")
            assert storage.folder("d/v1") is None
            assert not list((place / "storage" / ".incoming").iterdir())

        assert _said_to_an_ordinary_user(act) == "nothing"


def test_what_the_source_becomes_later_does_not_reach_the_storage(storage, source):
    """Copied or reflinked, the stored bytes stay those that were hashed."""
    asset = storage.put("a", source)
    assert asset.digest == digest_of(b"bytes")
    with source.open("r+b") as file:
        file.write(b"BYTES")
    assert b"".join(storage.read("a")) == b"bytes"


def test_stored_bytes_are_no_hard_link(storage, source):
    """Writing into the source later never reaches the storage."""
    storage.put("a", source)
    local = storage.local_path("a")
    assert local is not None
    assert local.stat().st_ino != source.stat().st_ino


def test_a_file_of_half_a_gibibyte_takes_little_memory(root, tmp_path):
    """Put and read in another process stay below 50 MiB more than it began with."""
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(512 * MIB)
    code = """
import resource, sys
from pathlib import Path
from jupyter_artifacts.storage.folder import FolderStorage
storage = FolderStorage(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
asset = storage.put("a", Path(sys.argv[2]))
size = sum(map(len, storage.read("a")))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(asset.size == size == 512 * 1024 * 1024, (after - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(root), str(big)],
        check=True,
        capture_output=True,
        text=True,
    )
    whole, more = done.stdout.split()
    assert whole == "True"
    assert int(more) < 50


def test_a_lock_held_by_another_makes_append_wait(storage, root):
    """Two processes never write into each other's chunk."""
    storage.append("log", b"one")
    done = threading.Event()
    with (root / "log").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def wait_and_write() -> None:
            storage.append("log", b"two")
            done.set()

        waiting = threading.Thread(target=wait_and_write)
        waiting.start()
        assert not done.wait(0.05)
        fcntl.flock(held, fcntl.LOCK_UN)
        assert done.wait(10)
        waiting.join()
    assert b"".join(storage.read("log")) == b"onetwo"


def test_an_error_of_no_known_kind_still_says_what_failed():
    """The operating system's own words are kept."""
    from jupyter_artifacts.storage.faults import fault

    error = fault(OSError(errno.EIO, "Input/output error"), "a", "it cannot be read")
    assert str(error).startswith("a: it cannot be read: Input/output error")
