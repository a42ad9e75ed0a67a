"""Receipts: what a download did, kept beside the files.

    <to>/.jupyter_artifacts/receipts/20261120T231502Z-<ulid>.json   one per download
    <to>/.jupyter_artifacts/receipt.json                            the newest again

Receipts are never changed afterwards, so that each says what was true then.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.transfers import Receipt, ReceiptFile
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.copying import CHUNK, write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.names import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LISTED: Final = 10_000
_NEWEST: Final = "receipt.json"
_ALL: Final = "receipts"
_FOLDER_MODE: Final = 0o777
_AT_ONCE: Final = 2_000
_BEGIN: Final = b'{"files": [\n'


def keep_receipt(receipt: Receipt, files: Iterable[ReceiptFile]) -> Receipt:
    """Write `receipt` with all `files` below its target folder.

    Returns:
        The receipt with its path, its counts, and at most `LISTED` of its files.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(receipt.ended))
    name = f"{stamp}-{new_id()}.json"
    path = f"{receipt.to}/{OURS}/{_ALL}/{name}"
    counted = _Counted(files)
    passing = f".{new_id()}"
    with (
        faults(path, "the receipt cannot be written"),
        folder_beneath(receipt.to, (OURS,), make_mode=_FOLDER_MODE) as ours,
        folder_beneath(receipt.to, (OURS, _ALL), make_mode=_FOLDER_MODE) as every,
    ):
        try:
            # counts come last in the file: they are known when all have come by
            kept = _write(every, passing, receipt, path, counted)
            os.replace(passing, name, src_dir_fd=every, dst_dir_fd=every)
            _again(every, name, ours)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(passing, dir_fd=every)
            raise
    return kept


def files_in(path: Path) -> Iterator[ReceiptFile]:
    """Yield the files of a receipt; in little memory when it is as it was written here.

    Raises:
        ChangedAtSource: when it is no receipt, or a damaged one.
    """
    decoder = msgspec.json.Decoder(ReceiptFile)
    with faults(str(path), "the receipt cannot be read"), path.open("rb") as file:
        try:
            if file.readline() != _BEGIN:  # somebody brought it into another form
                file.seek(0)
                yield from msgspec.json.decode(file.read(), type=Receipt).files
                return
            while (line := file.readline().rstrip(b",\n")) != b"]":
                yield decoder.decode(line)
            msgspec.json.decode(b"{" + file.read())
        except msgspec.DecodeError as error:
            msg = f"the receipt cannot be read: {error}"
            hint = "move it away; what it says of files is lost"
            raise ChangedAtSource(msg, address=str(path), hint=hint) from error


class _Counted:
    """Files of a receipt, counted as they come by; the first are kept."""

    def __init__(self, files: Iterable[ReceiptFile]) -> None:
        self._files = files
        self.first: list[ReceiptFile] = []
        self.total = 0
        self.sha256 = 0
        self.outcomes: Counter[str] = Counter()
        self.checks: Counter[str] = Counter()

    def __iter__(self) -> Iterator[ReceiptFile]:
        for file in self._files:
            self.total += 1
            self.sha256 += bool(file.sha256)
            self.outcomes[file.outcome] += 1
            if file.check:
                self.checks[file.check] += 1
            if len(self.first) < LISTED:
                self.first.append(file)
            yield file


def _write(
    folder: int, name: str, receipt: Receipt, path: str, files: _Counted
) -> Receipt:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    opened = os.open(name, flags, 0o666, dir_fd=folder)
    try:
        write_all(opened, _BEGIN)
        begun = False
        for some in _lines(files):
            write_all(opened, (b",\n" if begun else b"") + some)
            begun = True
        kept = msgspec.structs.replace(
            receipt,
            path=path,
            files=files.first,
            total_files=files.total,
            left_out=files.total - len(files.first),
            outcomes=dict(files.outcomes),
            checks=dict(files.checks),
            sha256=files.sha256,
        )
        rest = msgspec.structs.asdict(msgspec.structs.replace(kept, left_out=0))
        del rest["files"]
        write_all(opened, b"\n],\n " + msgspec.json.encode(rest)[1:] + b"\n")
        os.fsync(opened)
    finally:
        os.close(opened)
    return kept


def _again(every: int, name: str, ours: int) -> None:
    """Let the newest receipt have a second name, or a copy where files have but one."""
    passing = f".{new_id()}"
    try:
        os.link(name, passing, src_dir_fd=every, dst_dir_fd=ours)
    except OSError:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        source = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=every)
        target = os.open(passing, flags, 0o666, dir_fd=ours)
        try:
            while chunk := os.read(source, CHUNK):
                write_all(target, chunk)
        finally:
            os.close(source)
            os.close(target)
    os.replace(passing, _NEWEST, src_dir_fd=ours, dst_dir_fd=ours)


def _lines(files: Iterable[ReceiptFile]) -> Iterator[bytes]:
    """Yield the files as JSON, one a line, many at a time."""
    encoder = msgspec.json.Encoder()
    lines: list[bytes] = []
    for file in files:
        lines.append(encoder.encode(file))
        if len(lines) == _AT_ONCE:
            yield b",\n".join(lines)
            lines.clear()
    if lines:
        yield b",\n".join(lines)
