import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    Canceled,
    ChangedAtSource,
    Conflict,
    Gone,
    WouldOverwrite,
)
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.records.transfers import Overwrite, Receipt, Verdict
from jupyter_artifacts.storage import copying
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer import incoming, progress
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.progress import Progress
from jupyter_artifacts.transfer.turns import turn

A = "alice:mnist-exp0"
MIB = 1024 * 1024


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "to"


def _standing(to: Path) -> dict[str, bytes]:
    """Return the files of a target, ours left out."""
    found = {
        str(path.relative_to(to)): path.read_bytes()
        for path in to.rglob("*")
        if path.is_file()
    }
    return {
        path: content
        for path, content in found.items()
        if not path.startswith(".jupyter_artifacts/")
    }


def _left(to: Path) -> list[Path]:
    return list((to / ".jupyter_artifacts" / "incoming").iterdir())


def test_files_arrive_with_their_bytes_names_and_times(storage, stock, to):
    """Small and large, in folders, under any name."""
    files = {
        "a.txt": b"small",
        "empty": b"",
        "d/e/100% & é #1": b"x" * 5000,
        "big": os.urandom(3 * MIB + 1),
    }
    assets = stock(files)
    receipt = carry_out(make_plan(A, assets, to), storage, user="bob")
    assert _standing(to) == files
    for stored in assets:
        there = to / stored.asset.path
        assert there.stat().st_mtime == pytest.approx(stored.asset.modified, abs=1e-6)
    assert not _left(to)
    assert receipt.bytes == sum(map(len, files.values()))


def test_the_receipt_says_which_check_ran(storage, stock, to):
    """Checked, the same, skipped and without a recorded digest are told apart."""
    to.mkdir()
    (to / "same").write_bytes(b"same")
    (to / "other").write_bytes(b"mine")
    assets = stock({"new": b"new", "same": b"same", "other": b"theirs", "bare": b"?"})
    bare = msgspec.structs.replace(assets[3].asset, digest="")
    assets[3] = msgspec.structs.replace(assets[3], asset=bare)
    plan = make_plan(A, assets, to, overwrite=Overwrite.SKIP)
    receipt = carry_out(plan, storage, user="bob")
    said = {
        file.path: (file.outcome, file.check, file.digest) for file in receipt.files
    }
    assert said == {
        "new": ("written", "blake3", digest_of(b"new")),
        "same": ("same", "blake3", digest_of(b"same")),
        "other": ("skipped", "not checked", ""),
        "bare": ("written", "not checked", digest_of(b"?")),
    }
    assert (receipt.user, receipt.address, receipt.to) == ("bob", A, str(to))
    assert receipt.source == storage.uri("experiments/01J/artifacts")
    assert receipt.started <= receipt.ended


def test_receipts_are_kept_each_and_the_newest_again(storage, stock, to):
    """A later download does not change what an earlier receipt says."""
    first = carry_out(make_plan(A, stock({"a": b"a"}), to), storage)
    second = carry_out(make_plan(A, stock({"a": b"a", "b": b"b"}), to), storage)
    kept = [
        msgspec.json.decode(Path(receipt.path).read_bytes(), type=Receipt)
        for receipt in (first, second)
    ]
    assert kept == [first, second]
    newest = (to / ".jupyter_artifacts" / "receipt.json").read_bytes()
    assert msgspec.json.decode(newest, type=Receipt) == second
    assert [file.outcome for file in second.files] == ["same", "written"]


@pytest.mark.parametrize(
    ("overwrite", "standing"),
    [
        (Overwrite.SKIP, {"a": b"mine"}),
        (Overwrite.REPLACE, {"a": b"theirs"}),
        (Overwrite.RENAME, {"a": b"mine", "a-1": b"theirs"}),
    ],
)
def test_what_stands_there_is_treated_as_asked(storage, stock, to, overwrite, standing):
    """Skip, replace and rename do that, and only that."""
    to.mkdir()
    (to / "a").write_bytes(b"mine")
    plan = make_plan(A, stock({"a": b"theirs"}), to, overwrite=overwrite)
    carry_out(plan, storage)
    assert _standing(to) == standing


def test_what_stands_there_is_never_overwritten_unasked(storage, stock, to):
    """One file in the way, and none of the others moves either."""
    to.mkdir()
    (to / "a").write_bytes(b"mine")
    plan = make_plan(A, stock({"a": b"theirs", "b": b"new"}), to)
    with pytest.raises(WouldOverwrite):
        carry_out(plan, storage)
    assert _standing(to) == {"a": b"mine"}


@pytest.mark.parametrize("kernel", ["renameat2", "link"])
def test_a_file_that_appeared_since_the_plan_is_left_alone(
    storage, stock, to, kernel, monkeypatch
):
    """Between plan and move somebody else wrote there."""
    if kernel == "link":
        monkeypatch.setattr(incoming, "_NOREPLACE", 1 << 30)  # EINVAL, as NFS says
    plan = make_plan(A, stock({"a": b"theirs"}), to)
    to.mkdir()
    (to / "a").write_bytes(b"mine")
    with pytest.raises(WouldOverwrite, match="appeared"):
        carry_out(plan, storage)
    assert _standing(to) == {"a": b"mine"}
    assert not _left(to)
    (to / "a").unlink()
    carry_out(plan, storage)
    assert _standing(to) == {"a": b"theirs"}
    assert (to / "a").stat().st_nlink == 1


def test_a_link_that_appeared_since_the_plan_is_not_followed(
    storage, stock, to, tmp_path
):
    """Neither for a folder nor for a file, even when asked to replace."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(b"secret")
    assets = stock({"d/a": b"theirs"})
    plan = make_plan(A, assets, to, overwrite=Overwrite.REPLACE)
    to.mkdir()
    (to / "d").symlink_to(outside)
    with pytest.raises(Conflict, match="link"):
        carry_out(plan, storage)
    (to / "d").unlink()
    (to / ".jupyter_artifacts").rename(tmp_path / "moved")
    (to / ".jupyter_artifacts").symlink_to(outside)
    with pytest.raises(Conflict, match="link"):
        carry_out(plan, storage)
    assert [path.name for path in outside.iterdir()] == ["a"]
    assert (outside / "a").read_bytes() == b"secret"


def test_replacing_a_link_leaves_what_it_points_to(storage, stock, to, tmp_path):
    """The link goes, its target stays."""
    to.mkdir()
    (tmp_path / "precious").write_bytes(b"mine")
    (to / "a").symlink_to(tmp_path / "precious")
    plan = make_plan(A, stock({"a": b"new"}), to, overwrite=Overwrite.REPLACE)
    carry_out(plan, storage)
    assert _standing(to) == {"a": b"new"}
    assert not (to / "a").is_symlink()
    assert (tmp_path / "precious").read_bytes() == b"mine"


@pytest.mark.parametrize("size", [10, 2 * MIB])
@pytest.mark.parametrize("harm", ["replaced", "truncated", "flipped"])
def test_bytes_that_are_not_those_recorded_get_no_name(
    storage, stock, to, tmp_path, size, harm
):
    """Whatever happened to the stored file since the plan: nothing under its name."""
    content = os.urandom(size)
    plan = make_plan(A, stock({"d/a": content}), to)
    harmed = {
        "replaced": os.urandom(size),
        "truncated": content[: size // 2],
        "flipped": bytes([content[0] ^ 1]) + content[1:],
    }[harm]
    (tmp_path / "harmed").write_bytes(harmed)
    storage.put(plan.files[0].key, tmp_path / "harmed")
    with pytest.raises(ChangedAtSource) as caught:
        carry_out(plan, storage)
    assert "'d/a' is not what was recorded" in caught.value.message
    assert caught.value.message.endswith("0 of 1 files were verified and stay")
    assert _standing(to) == {}
    assert not _left(to)


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_a_file_that_grew_since_the_plan_is_as_it_was_planned(
    storage, stock, to, tmp_path, size
):
    """A log that is written to while somebody downloads it."""
    content = os.urandom(size)
    plan = make_plan(A, stock({"log": content}), to)
    (tmp_path / "grown").write_bytes(content + b"more")
    storage.put(plan.files[0].key, tmp_path / "grown")
    carry_out(plan, storage)
    assert _standing(to) == {"log": content}


def test_without_a_digest_the_size_is_still_checked(storage, stock, to, tmp_path):
    """A truncated file is found even where nobody recorded a digest."""
    (stored,) = stock({"a": b"12345"})
    bare = msgspec.structs.replace(stored.asset, digest="")
    plan = make_plan(A, [msgspec.structs.replace(stored, asset=bare)], to)
    (tmp_path / "short").write_bytes(b"123")
    storage.put(stored.key, tmp_path / "short")
    with pytest.raises(ChangedAtSource, match="3 bytes came instead of 5"):
        carry_out(plan, storage)
    assert _standing(to) == {}


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_bytes_deleted_since_the_plan_are_gone(storage, stock, to, size):
    """The run was deleted meanwhile."""
    plan = make_plan(A, stock({"a": b"x" * size}), to)
    storage.delete("experiments/01J")
    with pytest.raises(Gone):
        carry_out(plan, storage)
    assert _standing(to) == {}


def test_the_first_error_keeps_what_was_verified_and_says_how_much(
    storage, stock, to, tmp_path
):
    """Started again after the cause is gone, the rest follows."""
    files = {f"{number:03}": b"%d" % number for number in range(500)}
    assets = stock(files)
    (tmp_path / "harmed").write_bytes(b"!!!")
    storage.put(assets[300].key, tmp_path / "harmed")
    plan = make_plan(A, assets, to)
    with pytest.raises(ChangedAtSource) as caught:
        carry_out(plan, storage, workers=1)
    standing = _standing(to)
    assert standing == {path: files[path] for path in sorted(files)[:300]}
    assert "300 of 500 files were verified and stay" in caught.value.message
    (tmp_path / "mended").write_bytes(files["300"])
    storage.put(assets[300].key, tmp_path / "mended")
    again = make_plan(A, assets, to)
    assert again.bytes == sum(len(files[path]) for path in sorted(files)[300:])
    carry_out(again, storage)
    assert _standing(to) == files


@pytest.mark.parametrize("workers", [1, 4])
def test_canceling_leaves_nothing_half(storage, stock, to, workers):
    """What is there is whole, the rest is not there."""
    files = {f"{number}": os.urandom(2 * MIB) for number in range(6)}
    plan = make_plan(A, stock(files), to)
    asked = 0

    def canceled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(Canceled, match="of 6 files were verified and stay"):
        carry_out(plan, storage, canceled=canceled, workers=workers)
    standing = _standing(to)
    assert len(standing) < 6
    assert all(files[path] == content for path, content in standing.items())
    assert not _left(to)
    assert not (to / ".jupyter_artifacts" / "receipt.json").exists()


def _cut_short(plan, storage, after) -> None:
    """Cancel a download when so many bytes have been moved."""
    heard: list[int] = []
    with pytest.raises(Canceled):
        carry_out(
            plan,
            storage,
            progress=lambda told: heard.append(told.done_bytes),
            canceled=lambda: bool(heard) and heard[-1] >= after,
            workers=1,
        )


def test_a_large_file_goes_on_where_it_was(storage, stock, to, monkeypatch):
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    files = {"big": os.urandom(40 * MIB + 7)}
    assets = stock(files)
    _cut_short(make_plan(A, assets, to), storage, 20 * MIB)

    receipt = carry_out(make_plan(A, assets, to), storage)

    assert _standing(to) == files
    assert 0 < receipt.bytes <= 24 * MIB + 7  # all but the ranges that came whole
    assert receipt.checks == {"blake3": 1}


def test_what_is_wrong_of_a_large_file_that_was_begun_is_copied_anew(
    storage, stock, to, monkeypatch
):
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    files = {"big": os.urandom(40 * MIB)}
    assets = stock(files)
    _cut_short(make_plan(A, assets, to), storage, 20 * MIB)
    (begun,) = (to / ".jupyter_artifacts" / "partial").glob("*[!s]")
    with begun.open("rb+") as file:
        file.write(b"wrong")

    receipt = carry_out(make_plan(A, assets, to), storage)

    assert _standing(to) == files
    assert not list((to / ".jupyter_artifacts" / "partial").iterdir())
    assert receipt.checks == {"blake3": 1}


def test_what_was_begun_is_not_replaced_unseen_by_a_clone(to, tmp_path, monkeypatch):
    """A clone brings the whole file, also what was hashed before it was harmed."""

    def clone(source: int, target: int) -> bool:
        os.pwrite(target, os.pread(source, 100 * MIB, 0), 0)
        return True

    monkeypatch.setattr(progress, "_EVERY", 0.0)
    monkeypatch.setattr(copying, "clone", clone)
    storage = FolderStorage(tmp_path / "storage")
    source = tmp_path / "source"
    source.write_bytes(content := os.urandom(24 * MIB))
    asset = storage.put("objects/big", source)
    stored = StoredAsset(
        asset=msgspec.structs.replace(asset, path="big"), key="objects/big"
    )
    _cut_short(make_plan(A, [stored], to), storage, 10 * MIB)
    with (tmp_path / "storage" / "objects" / "big").open("rb+") as file:
        file.write(b"harmed")

    receipt = carry_out(make_plan(A, [stored], to), storage)

    assert receipt.checks == {"blake3": 1}
    assert (to / "big").read_bytes() == content


def test_a_file_that_cannot_be_read_is_not_said_to_be_another(
    storage, stock, to, monkeypatch
):
    assets = stock({"a": b"bytes"})
    carry_out(make_plan(A, assets, to), storage)
    opened = os.open

    def refusing(path, *rest, **more):
        if path == "a":
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(Conflict, match="'a' stands there and cannot be read"):
        make_plan(A, assets, to)
    skipping = make_plan(A, assets, to, overwrite=Overwrite.SKIP)
    assert skipping.verdicts == {Verdict.SKIP: 1}


def test_progress_ends_at_the_whole_and_is_not_chatty(storage, stock, to):
    """At most ten times a second, and the last word is everything."""
    files = {f"{number}": b"x" * 1000 for number in range(2000)}
    heard: list[Progress] = []
    plan = make_plan(A, stock(files), to)
    began = time.monotonic()
    carry_out(plan, storage, progress=heard.append)
    took = time.monotonic() - began
    last = heard[-1]
    assert (last.done_bytes, last.total_bytes) == (2_000_000, 2_000_000)
    assert (last.done_files, last.total_files) == (2000, 2000)
    assert last.rate > 0
    assert len(heard) <= 2 + 10 * took
    counts = [one.done_bytes for one in heard]
    assert counts == sorted(counts)


def test_what_a_listener_raises_ends_the_download(storage, stock, to):
    """A mistake in a progress bar is not swallowed."""

    def broken(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        carry_out(make_plan(A, stock({"a": b"a"}), to), storage, progress=broken)
    assert not _left(to)


def test_two_downloads_into_one_folder_share_the_work(storage, stock, to):
    """What one wrote, the other finds to be the same."""
    files = {f"{number}": os.urandom(2000) for number in range(300)}
    assets = stock(files)

    def download(_: int) -> Counter[str]:
        return Counter(carry_out(make_plan(A, assets, to), storage).outcomes)

    with ThreadPoolExecutor(3) as pool:
        outcomes = sum(pool.map(download, range(3)), Counter())

    assert outcomes == {"written": 300, "same": 600}
    assert _standing(to) == files


@pytest.mark.parametrize("overwrite", [Overwrite.REPLACE, Overwrite.RENAME])
def test_two_downloads_agree_on_what_stands_in_the_way(storage, stock, to, overwrite):
    assets = stock({"a": b"theirs"})
    to.mkdir()
    (to / "a").write_bytes(b"mine")
    plans = [make_plan(A, assets, to, overwrite=overwrite) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        with turn(str(to), A, lambda: None):
            both = [pool.submit(carry_out, plan, storage) for plan in plans]
        ends = [Counter(each.result().outcomes) for each in both]

    renamed = {"a": b"mine", "a-1": b"theirs"}
    said = {Overwrite.REPLACE: {"a": b"theirs"}, Overwrite.RENAME: renamed}
    assert _standing(to) == said[overwrite]
    assert sum(ends, Counter()) == {f"{overwrite}d": 1, "same": 1}


def test_a_download_that_waits_for_another_can_be_canceled(storage, stock, to):
    plan = make_plan(A, stock({"a": b"a"}), to)
    with turn(str(to), A, lambda: None), pytest.raises(Canceled):
        carry_out(plan, storage, canceled=lambda: True)
    assert not _standing(to)


def test_a_download_waits_for_no_process_that_was_killed(to):
    holder = (
        "import sys; from jupyter_artifacts.transfer.turns import turn\n"
        "with turn(sys.argv[1], sys.argv[2], lambda: None):\n"
        "    print('mine', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(to), A]
    waits = threading.Event()

    def wait() -> bool:
        with turn(str(to), A, waits.set) as waited:
            return waited

    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
        ThreadPoolExecutor(1) as pool,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        waited = pool.submit(wait)
        assert waits.wait(10)
        assert not waited.done()
        process.kill()
        assert waited.result(10)


def test_what_a_killed_download_left_is_swept_by_the_next(storage, stock, to):
    """A folder that nobody holds locked is nobody's."""
    left = to / ".jupyter_artifacts" / "incoming" / "01J"
    left.mkdir(parents=True)
    (left / "0").write_bytes(b"half")
    carry_out(make_plan(A, stock({"a": b"a"}), to), storage)
    assert not _left(to)
    assert _standing(to) == {"a": b"a"}


def test_files_on_disk_are_no_hard_links_into_the_storage(storage, stock, to):
    """Writing into a download never reaches the storage."""
    assets = stock({"a": b"a", "big": b"b" * (2 * MIB)})
    carry_out(make_plan(A, assets, to), storage)
    for name in ("a", "big"):
        with (to / name).open("r+b") as file:
            file.write(b"changed")
    assert b"".join(storage.read(assets[0].key)) == b"a"
    assert b"".join(storage.read(assets[1].key)) == b"b" * (2 * MIB)


def test_an_empty_download_has_a_receipt(storage, to):
    """An experiment without files is not an error here."""
    receipt = carry_out(make_plan(A, [], to), storage)
    assert (receipt.files, receipt.bytes, receipt.source) == ([], 0, "")
