"""Receipts: what a download did, kept beside the files.

    <to>/.jupyter_artifacts/receipts/20261120T231502Z-<ulid>.json   one per download
    <to>/.jupyter_artifacts/receipt.json                            the newest again

Receipts are never changed afterwards, so that each says what was true then.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.copying import write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.names import OURS

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import Receipt

_NEWEST: Final = "receipt.json"
_ALL: Final = "receipts"
_FOLDER_MODE: Final = 0o777


def keep_receipt(receipt: Receipt) -> Receipt:
    """Write `receipt` below its target folder; return it with its path."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(receipt.ended))
    name = f"{stamp}-{new_id()}.json"
    path = f"{receipt.to}/{OURS}/{_ALL}/{name}"
    kept = msgspec.structs.replace(receipt, path=path)
    content = msgspec.json.format(msgspec.json.encode(kept), indent=1)
    with (
        faults(path, "the receipt cannot be written"),
        folder_beneath(receipt.to, (OURS,), make_mode=_FOLDER_MODE) as ours,
        folder_beneath(receipt.to, (OURS, _ALL), make_mode=_FOLDER_MODE) as every,
    ):
        _write(every, name, content)
        _write(ours, _NEWEST, content)
    return kept


def _write(folder: int, name: str, content: bytes) -> None:
    passing = f".{new_id()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    opened = os.open(passing, flags, 0o666, dir_fd=folder)
    try:
        write_all(opened, content)
        os.fsync(opened)
        os.replace(passing, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(passing, dir_fd=folder)
        raise
    finally:
        os.close(opened)
