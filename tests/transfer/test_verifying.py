import hashlib
import json
import os
import tracemalloc
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource, NotFound
from jupyter_artifacts.records.assets import AssetKind, StoredAsset
from jupyter_artifacts.records.transfers import Receipt, ReceiptFile
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan
from jupyter_artifacts.transfer.reach import Reach
from jupyter_artifacts.transfer.receipt import keep_receipt
from jupyter_artifacts.transfer.remote import fetch_remote
from jupyter_artifacts.transfer.saving import NothingHeld, ToSave, save
from jupyter_artifacts.transfer.verifying import verify_folder, verify_stored

A = "alice:mnist-exp0"
MIB = 1024 * 1024


def _said(found) -> dict[str, str]:
    return {file.path: file.verdict.value for file in found}


def test_of_a_download_every_file_is_told(storage, stock, tmp_path):
    to = tmp_path / "to"
    assets = stock({name: name.encode() for name in ("a", "b", "d/c", "e", "bare")})
    bare = msgspec.structs.replace(assets[4].asset, digest="")
    assets[4] = msgspec.structs.replace(assets[4], asset=bare)
    carry_out(make_plan(A, assets, to), storage)
    (to / "b").write_bytes(b"B")
    (to / "d" / "c").unlink()
    (to / "e").unlink()
    (to / "e").symlink_to("a")

    said = _said(verify_folder(to))

    assert said == {
        "a": "ok",
        "b": "changed",
        "bare": "ok",
        "d/c": "missing",
        "e": "changed",
    }


def test_the_newest_receipt_says_what_a_file_must_be(storage, stock, tmp_path):
    to = tmp_path / "to"
    carry_out(make_plan(A, stock({"a": b"old"}), to), storage)
    (to / "a").unlink()
    carry_out(make_plan(A, stock({"a": b"new"}), to), storage)

    assert _said(verify_folder(to)) == {"a": "ok"}


def test_a_folder_without_receipts_is_an_error(tmp_path):
    with pytest.raises(NotFound, match="no download left a receipt"):
        list(verify_folder(tmp_path))


def test_what_is_stored_is_read_again_packs_and_all(storage):
    files = [
        ToSave(path="big", content=os.urandom(9 * MIB), size=9 * MIB),
        ToSave(path="empty", content=b"", size=0),
        ToSave(path="small", content=b"small", size=5),
    ]
    saved = list(save(files, storage, "artifacts/a", packed=True, held=NothingHeld()))
    reach = Reach(storage, fetch_remote, lambda: None)

    assert _said(verify_stored(saved, reach)) == dict.fromkeys(
        ("big", "empty", "small"), "ok"
    )

    by_path = {one.asset.path: one for one in saved}
    storage.store_bytes(by_path["small"].key, [b"harmed"])
    storage.remove(by_path["big"].key)
    assert _said(verify_stored(saved, reach)) == {
        "big": "missing",
        "empty": "ok",
        "small": "changed",
    }
    details = {each.path: each.detail for each in verify_stored(saved, reach)}
    assert details["small"].startswith("the bytes have the digest blake3:")


def test_links_and_folders_have_nothing_to_check(storage, stock):
    (stored,) = stock({"a": b"a"})
    kinds = {"l": AssetKind.LINK, "f": AssetKind.FOLDER}
    assets = [
        msgspec.structs.replace(stored.asset, kind=kind, link="x", path=path)
        for path, kind in kinds.items()
    ]
    found = verify_stored(
        [msgspec.structs.replace(stored, asset=asset) for asset in assets],
        Reach(storage, fetch_remote, lambda: None),
    )

    assert _said(found) == {"l": "not checked", "f": "ok"}


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_sha256_asked_for_is_in_the_receipt_and_checked_again(storage, stock, tmp_path):
    to = tmp_path / "to"
    files = {"a": b"a", "b": b"", "c": b"\1" * (3 * MIB)}
    assets = stock(files)
    receipt = carry_out(make_plan(A, assets, to, sha256=True), storage)

    assert {each.path: each.sha256 for each in receipt.files} == {
        path: _sha256(content) for path, content in files.items()
    }
    assert (receipt.checks, receipt.sha256) == ({"blake3": 3}, 3)
    assert {each.check for each in verify_folder(to)} == {"blake3+sha256"}


def test_sha256_is_computed_of_what_is_the_same_already(storage, stock, tmp_path):
    to = tmp_path / "to"
    assets = stock({"a": b"a"})
    without = carry_out(make_plan(A, assets, to), storage)
    again = carry_out(make_plan(A, assets, to, sha256=True), storage)

    assert [each.sha256 for each in without.files] == [""]
    assert [each.sha256 for each in again.files] == [_sha256(b"a")]
    assert again.outcomes == {"same": 1}


@pytest.mark.parametrize("asked", [True, False])
def test_a_recorded_sha256_is_compared(storage, stock, tmp_path, asked):
    (stored,) = stock({"a": b"a"})

    def recorded(sha256: str) -> list[StoredAsset]:
        asset = msgspec.structs.replace(stored.asset, sha256=sha256)
        return [msgspec.structs.replace(stored, asset=asset)]

    plan = make_plan(A, recorded(_sha256(b"a")), tmp_path / "to", sha256=asked)
    receipt = carry_out(plan, storage)
    wrong = make_plan(A, recorded(_sha256(b"b")), tmp_path / "w", sha256=asked)

    assert receipt.checks == {"blake3+sha256": 1}
    assert receipt.files[0].sha256 == _sha256(b"a")
    with pytest.raises(ChangedAtSource, match="sha256"):
        carry_out(wrong, storage)


def test_a_later_check_finds_a_receipt_with_another_sha256(storage, stock, tmp_path):
    to = tmp_path / "to"
    receipt = carry_out(make_plan(A, stock({"a": b"a"}), to, sha256=True), storage)
    path = Path(receipt.path)
    other = _sha256(b"other").encode()
    path.write_bytes(path.read_bytes().replace(_sha256(b"a").encode(), other))

    assert _said(verify_folder(to)) == {"a": "changed"}


def test_the_files_of_a_receipt_do_not_stand_in_memory_together(tmp_path):
    files = (
        ReceiptFile(
            path=f"train/{number:06}.png",
            target=f"train/{number:06}.png",
            size=1,
            digest=digest_of(b"%d" % number),
            check="blake3",
            outcome="written",
        )
        for number in range(40_000)
    )
    receipt = Receipt(
        address=A, to=str(tmp_path), files=[], bytes=1, started=1, ended=2
    )
    keep_receipt(receipt, files)

    tracemalloc.start()
    try:
        missing = sum(each.verdict == "missing" for each in verify_folder(tmp_path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert missing == 40_000
    assert peak < 20 << 20


def test_a_receipt_that_was_written_in_another_form_is_read(storage, stock, tmp_path):
    to = tmp_path / "to"
    path = Path(carry_out(make_plan(A, stock({"a": b"a"}), to), storage).path)
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    assert _said(verify_folder(to)) == {"a": "ok"}


@pytest.mark.parametrize("cut", [0, 1, 15, 200, -3])
def test_a_damaged_receipt_is_one_error(storage, stock, tmp_path, cut):
    to = tmp_path / "to"
    path = Path(carry_out(make_plan(A, stock({"a": b"a"}), to), storage).path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ChangedAtSource, match="the receipt cannot be read"):
        list(verify_folder(to))
