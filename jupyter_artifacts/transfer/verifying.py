"""Checking again, later, what was downloaded, and what a storage holds."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, ChangedAtSource, Gone, NotFound
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.transfers import (
    PlannedFile,
    ReceiptFile,
    Soundness,
    Verdict,
    Verified,
)
from jupyter_artifacts.storage.beneath import open_beneath
from jupyter_artifacts.transfer.checks import (
    BLAKE3,
    BOTH,
    NO_BYTES,
    NOT_CHECKED,
    Check,
    checked,
)
from jupyter_artifacts.transfer.names import OURS
from jupyter_artifacts.transfer.partial import RANGE
from jupyter_artifacts.transfer.receipt import files_in
from jupyter_artifacts.transfer.spool import Spool
from jupyter_artifacts.transfer.standing import hash_file, sha256_of
from jupyter_artifacts.transfer.units import Large, Pack, Whole, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.transfer.reach import Reach

_FOLDER: Final = "a folder stands there"
_UNWRITTEN: Final = frozenset({"skipped", "link"})
_LINKS: Final = frozenset({AssetKind.LINK, AssetKind.SYMLINK, AssetKind.FOLDER})


def verify_folder(folder: Path) -> Iterator[Verified]:
    """Read every downloaded file of a folder again, and say what became of it.

    What a file must be, the newest receipt says that names it; its files come first.

    Raises:
        NotFound: when no download left a receipt there.
    """
    root = os.path.realpath(folder)
    expected = _expected(Path(root))
    for file in expected:
        yield _verify_file(root, file)


def verify_stored(assets: Iterable[StoredAsset], reach: Reach) -> Iterator[Verified]:
    """Read the stored bytes of every asset again, and say what became of them."""
    planned = (_planned(stored) for stored in assets)
    while some := list(islice(planned, _AT_ONCE)):
        held = [file for file in some if file.kind not in _LINKS]
        found = {}
        for unit in units(held, lambda _: False):
            if isinstance(unit, Pack):
                found.update(_verify_pack(unit, reach))
            elif isinstance(unit, Whole | Large):
                found[unit.file.path] = _verify_object(unit.file, reach)
        for file in some:
            yield found.get(file.path) or _without_bytes(file)


_AT_ONCE: Final = 2_000


def _without_bytes(file: PlannedFile) -> Verified:
    if file.kind is AssetKind.FOLDER:
        return _said(file.path, Soundness.SOUND, NO_BYTES)
    detail = "a link, whose bytes are not the team's"
    return _said(file.path, Soundness.NOT_CHECKED, NO_BYTES, detail)


def _expected(root: Path) -> Spool[ReceiptFile]:
    receipts = sorted((root / OURS / "receipts").glob("*.json"), reverse=True)
    if not receipts:
        msg = "no download left a receipt in this folder"
        hint = "name the folder that a download wrote to, or an address of the team"
        raise NotFound(msg, address=str(root), hint=hint)
    expected = Spool(ReceiptFile)
    seen: set[bytes] = set()
    for path in receipts:
        for file in files_in(path):
            if file.outcome in _UNWRITTEN:
                continue
            told = file.target.encode(errors="surrogatepass")
            name = blake2b(told, digest_size=16).digest()
            if name not in seen:
                expected.append(file)
            if len(receipts) > 1:  # within one they are all different
                seen.add(name)
    return expected


def _verify_file(root: str, file: ReceiptFile) -> Verified:
    try:
        opened = open_beneath(root, file.target.split("/"), os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return _said(file.target, Soundness.MISSING)
    except OSError as error:
        detail = error.strerror or str(error)
        return _said(file.target, Soundness.CHANGED, detail=detail)
    try:
        with suppress(IsADirectoryError):
            digest = hash_file(opened) if file.digest else ""
            if not digest:
                return _said(file.target, Soundness.NOT_CHECKED)
            check = BLAKE3
            if digest == file.digest and file.sha256:
                os.lseek(opened, 0, os.SEEK_SET)
                check, digest = BOTH, sha256_of(opened)
            expected = file.digest if check == BLAKE3 else file.sha256
            if digest == expected:
                return _said(file.target, Soundness.SOUND, check)
            detail = f"{digest} instead of {expected}"
            return _said(file.target, Soundness.CHANGED, check, detail)
        if file.digest:
            sound, check, detail = Soundness.CHANGED, NOT_CHECKED, _FOLDER
        else:
            sound, check, detail = Soundness.SOUND, NO_BYTES, ""
        return _said(file.target, sound, check, detail)
    finally:
        os.close(opened)


def _verify_pack(pack: Pack, reach: Reach) -> dict[str, Verified]:
    try:
        length = pack.end - pack.start
        whole = reach.fetch_key(pack.key, pack.start, length) if length else b""
    except (Gone, ChangedAtSource) as error:
        return {file.path: _missing(file.path, error) for file in pack.files}
    found = {}
    for file in pack.files:
        part = pack.part(file, memoryview(whole))
        try:
            found[file.path] = _sound(file.path, checked(file, part).check)
        except ChangedAtSource as error:
            found[file.path] = _changed(file.path, error)
    return found


def _verify_object(file: PlannedFile, reach: Reach) -> Verified:
    check = Check(file)
    try:
        for at in range(0, file.size, RANGE):
            check.update(reach.fetch(file, at, min(RANGE, file.size - at)))
        return _sound(file.path, check.outcome().check)
    except Gone as error:
        return _missing(file.path, error)
    except ChangedAtSource as error:
        return _changed(file.path, error)


def _sound(path: str, check: str) -> Verified:
    sound = Soundness.NOT_CHECKED if check == NOT_CHECKED else Soundness.SOUND
    return _said(path, sound, check)


def _missing(path: str, error: ArtifactsError) -> Verified:
    return _said(path, Soundness.MISSING, detail=error.message)


def _changed(path: str, error: ArtifactsError) -> Verified:
    # the path stands in front already
    said = error.message.removeprefix(f"{path!r} is not what was recorded: ")
    return _said(path, Soundness.CHANGED, detail=said)


def _said(
    path: str, sound: Soundness, check: str = NOT_CHECKED, detail: str = ""
) -> Verified:
    return Verified(path=path, verdict=sound, check=check, detail=detail)


def _planned(stored: StoredAsset) -> PlannedFile:
    asset = stored.asset
    remote = asset.kind is AssetKind.REMOTE
    return PlannedFile(
        path=asset.path,
        target=asset.path,
        size=asset.size,
        digest=asset.digest,
        key=stored.key,
        verdict=Verdict.NEW,
        offset=stored.offset,
        kind=asset.kind,
        uri=asset.uri if remote else "",
        version_id=asset.version_id,
        etag=asset.etag if remote else "",
        checksum=asset.checksum if remote else "",
        sha256=asset.sha256,
    )
