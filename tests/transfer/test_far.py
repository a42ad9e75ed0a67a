"""Downloads from a store that is asked over a wire, where anything may go wrong."""

import hashlib
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    Canceled,
    ChangedAtSource,
    Gone,
    StoreRefused,
    Unavailable,
)
from jupyter_artifacts.records.assets import Asset, AssetKind, StoredAsset
from jupyter_artifacts.records.transfers import Receipt, Verdict
from jupyter_artifacts.storage.memory import MemoryStorage
from jupyter_artifacts.transfer import retrying
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import check_plan, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_artifacts.transfer.progress import Progress

A = "my-model@v0"
MIB = 1024 * 1024


class Far(MemoryStorage):
    """A storage in memory that counts its requests, and fails as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.harm: Callable[[int, bytes], bytes] = lambda _, content: content
        self._counting = threading.Lock()

    @property
    def streams(self) -> int:
        return 4

    def fetch(
        self,
        key: str,
        start: int,
        length: int,
        version: str = "",
        *,
        whole: bool = False,
    ) -> bytes:
        content = bytes(super().fetch(key, start, length, version, whole=whole))
        with self._counting:
            self.asked[key] += 1
            number = self.asked.total()
        return self.harm(number, content)


@pytest.fixture(name="far")
def _far(monkeypatch) -> Far:
    monkeypatch.setattr(retrying, "_FIRST", 0.001)
    return Far()


@pytest.fixture(name="to")
def _to(tmp_path: Path) -> Path:
    return tmp_path / "to"


def _large(far: Far, size: int, path: str = "big") -> tuple[StoredAsset, bytes]:
    content = os.urandom(size)
    far.store_bytes(f"objects/{path}", [content])
    asset = Asset(path=path, size=size, digest=digest_of(content))
    return StoredAsset(asset=asset, key=f"objects/{path}"), content


def _pack(far: Far, count: int) -> tuple[list[StoredAsset], dict[str, bytes]]:
    files = {f"d{n % 3}/{n:05}": os.urandom(n % 4096) for n in range(count)}
    files = dict(sorted(files.items()))
    far.store_bytes("packs/p", list(files.values()))
    stored, offset = [], 0
    for path, content in files.items():
        asset = Asset(path=path, size=len(content), digest=digest_of(content))
        stored.append(StoredAsset(asset=asset, key="packs/p", offset=offset))
        offset += len(content)
    return stored, files


def _standing(to: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(to)): path.read_bytes()
        for path in to.rglob("*")
        if path.is_file() and ".jupyter_artifacts" not in path.parts
    }


def test_many_small_files_of_a_pack_are_few_requests(far, to):
    assets, files = _pack(far, 2000)

    carry_out(make_plan(A, assets, to), far)

    assert _standing(to) == files
    assert far.asked == {"packs/p": 1}


def test_a_few_files_of_a_pack_do_not_bring_all_of_it(far, to):
    content = [os.urandom(1000), bytes(4 * MIB), os.urandom(1000)]
    far.store_bytes("packs/p", content)
    ends = [(0, content[0]), (4 * MIB + 1000, content[2])]
    assets = [
        StoredAsset(
            asset=Asset(path=str(at), size=1000, digest=digest_of(part)),
            key="packs/p",
            offset=at,
        )
        for at, part in ends
    ]

    receipt = carry_out(make_plan(A, assets, to), far)

    assert far.asked == {"packs/p": 2}
    assert receipt.bytes == 2000


def _copied(far: Far, count: int) -> tuple[list[StoredAsset], dict[str, bytes]]:
    """Store files as objects, and once more in a pack."""
    packed, files = _pack(far, count)
    stored = []
    for one in packed:
        key = f"experiments/e/artifacts/{one.asset.path}"
        far.store_bytes(key, [files[one.asset.path]])
        offset = one.offset or 0
        stored.append(
            StoredAsset(
                asset=one.asset, key=key, copy_key="packs/p", copy_offset=offset
            )
        )
    return stored, files


def test_many_small_files_with_a_copy_in_a_pack_are_few_requests(far, to):
    assets, files = _copied(far, 2000)

    receipt = carry_out(make_plan(A, assets, to), far)

    assert _standing(to) == files
    assert far.asked == {"packs/p": 1}
    assert receipt.checks == {"blake3": 2000}
    assert receipt.source == far.uri("experiments/e/artifacts")
    assert receipt.bytes == sum(map(len, files.values()))


def test_a_copy_that_is_gone_is_missed_by_nobody(far, to):
    assets, files = _copied(far, 300)
    far.remove("packs/p")
    told: list[Progress] = []

    receipt = carry_out(make_plan(A, assets, to), far, progress=told.append)

    assert _standing(to) == files
    assert receipt.checks == {"blake3": 300}
    assert told[-1].done_bytes == receipt.bytes == sum(map(len, files.values()))


@pytest.mark.parametrize("harm", ["cut short", "one file", "refused"])
def test_a_copy_that_is_harmed_is_made_up_for_by_the_plain_files(far, to, harm):
    """Only by those that it no longer has."""
    assets, files = _copied(far, 300)
    whole = b"".join(far.read("packs/p"))
    victim = assets[100]
    far.remove("packs/p")
    flipped = bytearray(whole)
    flipped[victim.copy_offset] ^= 1
    far.store_bytes("packs/p", [whole[:-9] if harm == "cut short" else flipped])

    def refuse(number: int, content: bytes) -> bytes:
        if number == 1:
            msg = "the credentials have no permission for it"
            raise StoreRefused(msg)
        return content

    if harm == "refused":
        far.harm = refuse
    told: list[Progress] = []
    receipt = carry_out(make_plan(A, assets, to), far, progress=told.append)

    assert _standing(to) == files
    assert told[-1].done_bytes == receipt.bytes == sum(map(len, files.values()))
    plain = {one.key for one in assets if one.asset.size} & far.asked.keys()
    assert len(plain) == (1 if harm == "one file" else 299)


def test_a_copy_does_not_make_up_for_the_plain_files(far, to):
    """Where both are wrong, it is the plain object that is told of."""
    assets, _ = _copied(far, 20)
    far.remove("packs/p")
    far.remove(assets[7].key)

    with pytest.raises(Gone):
        carry_out(make_plan(A, assets, to), far, workers=1)

    assert assets[7].asset.path not in _standing(to)


def test_canceling_while_a_copy_is_awaited_ends_the_download(far, to):
    """It does not go on with the plain files."""
    assets, _ = _copied(far, 20)

    def away(number: int, content: bytes) -> bytes:
        msg = "503"
        raise Unavailable(msg)

    far.harm = away
    with pytest.raises(Canceled):
        # the first is empty, and asks for nothing
        carry_out(make_plan(A, assets[1:], to), far, canceled=lambda: bool(far.asked))

    assert far.asked == {"packs/p": 1}


def test_a_large_file_comes_in_ranges_and_is_whole(far, to):
    stored, content = _large(far, 50 * MIB + 3)

    receipt = carry_out(make_plan(A, [stored], to), far)

    assert (to / "big").read_bytes() == content
    assert far.asked["objects/big"] == 7
    assert receipt.checks == {"blake3": 1}
    assert not list((to / ".jupyter_artifacts" / "partial").iterdir())


@pytest.mark.parametrize("piece", [256 * 1024, 1_000_003, 20 * MIB])
def test_a_large_file_that_comes_in_pieces_of_any_size_is_whole(
    far, to, monkeypatch, piece
):
    asset, content = _large(far, 300 * MIB + 17)
    spans = []

    def stream(key, start, length, version=""):
        spans.append(length)
        for at in range(start, start + length, piece):
            yield far.fetch(key, at, min(piece, start + length - at), version)

    monkeypatch.setattr(far, "stream", stream)
    (file,) = carry_out(make_plan(A, [asset], to), far).files

    assert (to / "big").read_bytes() == content
    assert file.check == "blake3"
    assert spans[0] == 8 * MIB


@pytest.mark.parametrize("piece", [b"", bytes(9 * MIB + 1)])
def test_other_bytes_than_were_asked_for_are_not_written(far, to, monkeypatch, piece):
    asset, _ = _large(far, 9 * MIB)
    monkeypatch.setattr(far, "stream", lambda *_: iter([piece]))
    with pytest.raises(Unavailable, match="other bytes came than were asked for"):
        carry_out(make_plan(A, [asset], to), far)
    assert not (to / "big").exists()


def test_a_stream_that_breaks_off_goes_on_where_it_was(far, to, monkeypatch):
    asset, content = _large(far, 9 * MIB)
    asked = []

    def stream(key, start, length, version=""):
        asked.append(start)
        yield far.fetch(key, start, min(MIB, length), version)
        if length > MIB:
            raise Unavailable("broke off")

    monkeypatch.setattr(far, "stream", stream)
    carry_out(make_plan(A, [asset], to), far)

    assert (to / "big").read_bytes() == content
    assert sorted(asked) == [n * MIB for n in range(9)]


def test_the_ranges_of_one_large_file_come_several_at_once(far, to):
    stored, _ = _large(far, 40 * MIB)
    together = threading.Barrier(far.streams, timeout=20)

    def wait(number: int, content: bytes) -> bytes:
        if number <= far.streams:
            together.wait()
        return content

    far.harm = wait
    receipt = carry_out(make_plan(A, [stored], to), far)

    assert receipt.checks == {"blake3": 1}


def test_few_large_pieces_and_many_small_ones_are_in_flight(far, to):
    """Memory: each thread that ever held a large piece keeps that much of it."""
    files = [_large(far, 2 * MIB, f"large{n}")[0] for n in range(12)]
    files += [_large(far, n, f"small{n}")[0] for n in range(200)]
    held: set[int] = set()

    def note(_: int, content: bytes) -> bytes:
        if len(content) > MIB:
            held.add(threading.get_ident())
        return content

    far.harm = note
    receipt = carry_out(make_plan(A, files, to), far)

    assert receipt.checks == {"blake3": len(files)}
    assert len(held) <= far.streams


def test_what_came_of_a_large_file_is_not_asked_for_again(far, to):
    stored, content = _large(far, 80 * MIB)
    plan = make_plan(A, [stored], to)
    with pytest.raises(Canceled):
        carry_out(plan, far, canceled=lambda: far.asked.total() >= 5, workers=1)
    assert _standing(to) == {}
    before = far.asked.total()

    carry_out(make_plan(A, [stored], to), far)

    assert (to / "big").read_bytes() == content
    assert before + far.asked.total() - before <= 11
    assert far.asked.total() < 10 + before


def test_a_partial_file_that_was_harmed_is_fetched_anew(far, to):
    stored, content = _large(far, 40 * MIB)
    with pytest.raises(Canceled):
        carry_out(
            make_plan(A, [stored], to),
            far,
            canceled=lambda: far.asked.total() >= 3,
            workers=1,
        )
    (partial,) = (
        path
        for path in (to / ".jupyter_artifacts" / "partial").iterdir()
        if not path.suffix
    )
    with partial.open("r+b") as file:
        file.write(b"harmed")

    carry_out(make_plan(A, [stored], to), far)

    assert (to / "big").read_bytes() == content


def test_a_store_that_is_busy_is_asked_again(far, to):
    assets, files = _pack(far, 50)

    def busy(number: int, content: bytes) -> bytes:
        if number < 4:
            msg = "503"
            raise Unavailable(msg)
        return content

    far.harm = busy
    carry_out(make_plan(A, assets, to), far)

    assert _standing(to) == files
    assert far.asked.total() == 4


def test_a_store_that_stays_away_ends_the_download_with_its_reason(far, to):
    assets, _ = _pack(far, 5)

    def away(number: int, content: bytes) -> bytes:
        msg = "the store does not answer"
        raise Unavailable(msg)

    far.harm = away
    with pytest.raises(Unavailable, match="does not answer; asked 8 times"):
        carry_out(make_plan(A, assets, to), far)
    assert _standing(to) == {}


@pytest.mark.parametrize("size", [1000, 20 * MIB])
def test_bytes_that_are_always_wrong_never_get_a_name(far, to, size):
    stored, _ = _large(far, size)
    far.harm = lambda _, content: bytes([content[0] ^ 1]) + content[1:]

    with pytest.raises(ChangedAtSource, match="not what was recorded"):
        carry_out(make_plan(A, [stored], to), far)

    assert _standing(to) == {}


def test_bytes_harmed_once_on_the_wire_are_fetched_again(far, to):
    assets, files = _pack(far, 300)
    far.harm = lambda number, content: (
        bytes([content[0] ^ 1]) + content[1:] if number == 1 else content
    )

    carry_out(make_plan(A, assets, to), far)

    assert _standing(to) == files


def test_the_second_of_two_downloads_at_once_waits_and_moves_nothing(far, to):
    stored, content = _large(far, 60 * MIB)
    plans = [make_plan(A, [stored], to) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda plan: carry_out(plan, far), plans))

    moved = sorted((each.bytes, *each.outcomes) for each in receipts)
    assert moved == [(0, "same"), (len(content), "written")]
    assert far.asked.total() == 8
    assert (to / "big").read_bytes() == content


@pytest.mark.parametrize("size", [5, 3 * MIB, 20 * MIB])
def test_another_download_that_brings_the_same_file_meanwhile_is_no_error(
    far, to, size
):
    stored, content = _large(far, size)
    other = make_plan("my-model@v0/big", [stored], to)
    between: list[Receipt] = []

    def interfere(number: int, content: bytes) -> bytes:
        if number == 1:
            between.append(carry_out(other, far))
        return content

    far.harm = interfere
    receipt = carry_out(make_plan(A, [stored], to), far)

    assert between[0].outcomes == {"written": 1}
    assert receipt.outcomes == {"same": 1}
    assert (to / "big").read_bytes() == content
    assert [path.name for path in to.iterdir()] == [".jupyter_artifacts", "big"]


def test_empty_folders_are_made_and_links_are_only_told(far, to):
    folder = Asset(path="a/empty", size=0, kind=AssetKind.FOLDER)
    link = Asset(path="out", size=0, kind=AssetKind.SYMLINK, link="/etc/passwd")
    assets = [StoredAsset(asset=asset, key="") for asset in (folder, link)]

    receipt = carry_out(make_plan(A, assets, to), far)

    assert (to / "a" / "empty").is_dir()
    assert not os.path.lexists(to / "out")
    assert receipt.outcomes == {"written": 1, "link": 1}
    again = make_plan(A, assets, to)
    assert again.verdicts == {Verdict.SAME: 1, Verdict.LINK: 1}


def _remote(path: str, **more) -> StoredAsset:
    asset = Asset(
        path=path, size=3, uri=f"s3://theirs/{path}", kind=AssetKind.REMOTE, **more
    )
    return StoredAsset(asset=asset, key="")


def test_remote_objects_that_changed_are_told_before_bytes_move(far, to):
    assets = [_remote("same"), _remote("other"), _remote("gone")]
    said = {"same": "", "other": "changed at source", "gone": "gone"}

    plan = make_plan(
        A, assets, to, look=lambda some: [said[each.path] for each in some]
    )

    assert plan.verdicts == {Verdict.NEW: 1, Verdict.CHANGED: 1, Verdict.GONE: 1}
    with pytest.raises(Gone, match="1 of 3 files is no longer in its bucket: gone"):
        check_plan(plan)
    assert not to.exists()


def test_the_refusal_names_every_kind_of_trouble(far, to):
    to.mkdir()
    (to / "mine").write_bytes(b"other bytes")
    names = ("other", "gone", "gone too", "mine")
    said = dict(zip(names, ("changed at source", "gone", "gone", ""), strict=True))

    plan = make_plan(
        A,
        [_remote(name) for name in names],
        to,
        look=lambda some: [said[each.path] for each in some],
    )

    with pytest.raises(Gone) as caught:
        check_plan(plan)
    assert caught.value.message == (
        "2 of 4 files are no longer in their bucket: gone, gone too; "
        "1 of 4 files changed at its source since it was recorded: other; "
        f"1 of 4 files stands in {plan.to} with other bytes: mine"
    )
    assert caught.value.hint == (
        "exclude what is gone, or take another version; "
        "log a new version to take what changed as it is now; "
        "choose overwrite skip, replace or rename; nothing was moved"
    )
    assert str(plan) == (
        f"{A}: 1 changed at source, 2 gone, 1 would overwrite; "
        "the download would be refused"
    )


def test_a_remote_object_is_checked_by_what_its_provider_recorded(far, to):
    right = "md5:900150983cd24fb0d6963f7d28e17f72"
    plan = make_plan(A, [_remote("abc", checksum=right)], to)

    receipt = carry_out(plan, far, remote=lambda *_: b"abc")

    assert receipt.checks == {"md5": 1}
    assert receipt.files[0].digest == digest_of(b"abc")
    with pytest.raises(ChangedAtSource, match="do not match md5:"):
        carry_out(
            make_plan(A, [_remote("abd", checksum=right)], to),
            far,
            remote=lambda *_: b"abd",
        )


MD5 = "md5:900150983cd24fb0d6963f7d28e17f72"  # of "abc"


def test_a_remote_object_that_came_is_the_same_by_its_providers_checksum(far, to):
    assets = [_remote("abc", checksum=MD5), _remote("other", checksum=MD5)]
    to.mkdir()
    (to / "abc").write_bytes(b"abc")
    (to / "other").write_bytes(b"abd")

    plan = make_plan(A, assets, to)

    assert [file.verdict for file in plan.files] == [
        Verdict.SAME,
        Verdict.WOULD_OVERWRITE,
    ]


def test_of_what_is_the_same_by_a_checksum_the_receipt_has_both_digests(far, to):
    for _ in range(2):
        plan = make_plan(A, [_remote("abc", checksum=MD5)], to)
        receipt = carry_out(plan, far, remote=lambda *_: b"abc")
    (file,) = receipt.files
    assert (file.outcome, file.check) == ("same", "md5")
    assert file.digest == digest_of(b"abc")


def test_what_no_checksum_tells_is_not_taken_for_the_same(far, to):
    carry_out(make_plan(A, [_remote("abc")], to), far, remote=lambda *_: b"abc")
    again = make_plan(A, [_remote("abc")], to)
    assert again.verdicts == {Verdict.WOULD_OVERWRITE: 1}


def test_a_receipt_of_many_files_counts_all_and_lists_some(far, to):
    far.store_bytes("packs/p", [b""])
    empty = digest_of(b"")
    assets = [
        StoredAsset(
            asset=Asset(path=f"{n:05}", size=0, digest=empty), key="packs/p", offset=0
        )
        for n in range(10_500)
    ]

    receipt = carry_out(make_plan(A, assets, to), far)

    assert (receipt.total_files, receipt.left_out) == (10_500, 500)
    kept = msgspec.json.decode(Path(receipt.path).read_bytes())
    assert len(kept["files"]) == 10_500
    assert kept["outcomes"] == {"written": 10_500}


@pytest.mark.parametrize("size", [5, 20 * MIB])
def test_sha256_is_computed_of_bytes_as_they_come(far, to, size):
    stored, content = _large(far, size)
    receipt = carry_out(make_plan(A, [stored], to, sha256=True), far)

    expected = hashlib.sha256(content).hexdigest()
    assert receipt.files[0].sha256 == f"sha256:{expected}"


def test_sha256_of_files_in_a_pack(far, to):
    stored, contents = _pack(far, 5)
    receipt = carry_out(make_plan(A, stored, to, sha256=True), far)

    assert {each.path: each.sha256 for each in receipt.files} == {
        path: f"sha256:{hashlib.sha256(content).hexdigest()}"
        for path, content in contents.items()
    }
