import hashlib
import os
from pathlib import Path

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import Canceled, Gone, InvalidPath
from jupyter_artifacts.records.assets import AssetKind, StoredAsset
from jupyter_artifacts.transfer.saving import NothingHeld, ToSave, save
from jupyter_artifacts.transfer.tree import walk

MIB = 1024 * 1024


class Holding:
    """What an earlier version holds."""

    def __init__(self, stored: list[StoredAsset]) -> None:
        self._places = {one.asset.digest: (one.key, one.offset) for one in stored}
        self._sizes = {one.asset.size for one in stored}

    def find(self, digests):
        return {one: self._places[one] for one in digests if one in self._places}

    def has_size(self, size):
        return size in self._sizes


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "empty").mkdir()
    for number in range(40):
        (folder / "sub" / f"{number:02}").write_bytes(os.urandom(number * 100))
    (folder / "sub" / "deep" / "big").write_bytes(os.urandom(9 * MIB))
    (folder / "twin").write_bytes((folder / "sub" / "07").read_bytes())
    return folder


def _bytes(storage, stored: StoredAsset) -> bytes:
    if not stored.asset.size:
        return b""
    return bytes(storage.fetch(stored.key, stored.offset or 0, stored.asset.size))


def _saved(storage, folder: Path, **more) -> dict[str, StoredAsset]:
    options = {"packed": True, "held": NothingHeld(), **more}
    found = save(walk(folder), storage, "artifacts/a", **options)
    return {stored.asset.path: stored for stored in found}


def test_every_file_is_where_saving_says(storage, folder):
    saved = _saved(storage, folder)

    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    kept = {p: s for p, s in saved.items() if s.asset.kind is AssetKind.FILE}
    assert {path: _bytes(storage, one) for path, one in kept.items()} == files
    assert {path: one.asset.digest for path, one in kept.items()} == {
        path: digest_of(content) for path, content in files.items()
    }
    assert saved["empty"].asset.kind is AssetKind.FOLDER


def test_small_files_share_a_pack_and_the_same_bytes_lie_there_once(storage, folder):
    saved = _saved(storage, folder)

    small = [one for one in saved.values() if one.offset is not None]
    assert len({one.key for one in small}) == 1
    assert (saved["twin"].key, saved["twin"].offset) == (
        saved["sub/07"].key,
        saved["sub/07"].offset,
    )
    assert saved["sub/deep/big"].offset is None


def test_unpacked_every_file_is_an_object(storage, folder):
    saved = _saved(storage, folder, packed=False)

    assert all(one.offset is None for one in saved.values())


def test_what_is_held_is_not_stored_again(storage, folder):
    first = _saved(storage, folder)
    (folder / "new").write_bytes(b"new")

    second = _saved(storage, folder, held=Holding(list(first.values())))

    assert {path: (s.key, s.offset) for path, s in second.items() if path in first} == {
        path: (s.key, s.offset) for path, s in first.items()
    }
    assert second["new"].key not in {one.key for one in first.values()}


def test_sha256_is_computed_when_asked_for(storage, folder):
    saved = _saved(storage, folder, sha256=True)

    for name in ("twin", "sub/deep/big"):
        expected = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert saved[name].asset.sha256 == f"sha256:{expected}"


def test_links_inside_are_followed_and_those_that_leave_are_recorded(storage, folder):
    (folder / "inside").symlink_to("sub/07")
    (folder / "outside").symlink_to("/etc/passwd")
    (folder / "dangling").symlink_to("nothing")
    (folder / "sub" / "round").symlink_to(folder)

    saved = _saved(storage, folder)

    assert _bytes(storage, saved["inside"]) == (folder / "sub" / "07").read_bytes()
    kinds = {path: (one.asset.kind, one.asset.link) for path, one in saved.items()}
    assert kinds["outside"] == (AssetKind.SYMLINK, "/etc/passwd")
    assert kinds["dangling"] == (AssetKind.SYMLINK, "nothing")
    assert kinds["sub/round"] == (AssetKind.SYMLINK, str(folder))


def test_a_name_that_no_address_can_have_is_an_error(storage, folder):
    (folder / "a\\b").write_bytes(b"x")

    with pytest.raises(InvalidPath, match="backslash"):
        _saved(storage, folder)


def test_a_pipe_has_no_bytes_to_save(storage, folder):
    os.mkfifo(folder / "pipe")

    with pytest.raises(InvalidPath, match="no regular file"):
        _saved(storage, folder)


def test_a_file_that_is_gone_is_told(storage, tmp_path):
    files = [ToSave(path="a", source=tmp_path / "none", size=5)]

    with pytest.raises(Gone):
        list(save(files, storage, "artifacts/a", packed=True, held=NothingHeld()))


def test_bytes_in_memory_are_saved_small_and_large(storage):
    files = [
        ToSave(path="small", content=b"abc", size=3),
        ToSave(path="large", content=b"x" * MIB, size=MIB),
    ]

    saved = {
        one.asset.path: _bytes(storage, one)
        for one in save(files, storage, "artifacts/a", packed=True, held=NothingHeld())
    }

    assert saved == {"small": b"abc", "large": b"x" * MIB}


def test_saving_ends_when_it_is_canceled(storage, folder):
    asked = 0

    def canceled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    with pytest.raises(Canceled, match="the saving was canceled"):
        _saved(storage, folder, canceled=canceled)


def test_a_file_that_grew_since_it_was_walked_has_the_size_of_what_is_held(
    storage, tmp_path
):
    source = tmp_path / "log"
    source.write_bytes(b"x" * 300_000)
    walked = ToSave(path="log", source=source, size=300_000)
    place = (storage, "artifacts/a")
    held = list(save([walked], *place, packed=True, held=NothingHeld()))
    source.write_bytes(b"x" * 400_000)
    grown = ToSave(path="log", source=source, size=400_000)
    held += save([grown], *place, packed=True, held=NothingHeld())

    (again,) = save([walked], *place, packed=True, held=Holding(held))

    assert again.key == held[1].key
    assert again.asset.size == 400_000
