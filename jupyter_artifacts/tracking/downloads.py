"""Which files below a capture root were downloaded, and are still as they came.

A download keeps receipts beside its files (see `transfer/receipt.py`). What one of them
names is nobody's output until it is written anew; everything else in its folder is.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.transfer.names import OURS

_NANO: Final = 1_000_000_000
_CLOCK: Final = _NANO // 50  # a file's time may lag behind the clock by a tick
_CHUNK: Final = 1 << 20


class _File(msgspec.Struct):
    target: str
    size: int
    digest: str = ""
    outcome: str = ""


class _Receipt(msgspec.Struct):
    files: list[_File]
    ended: float


_decode = msgspec.json.Decoder(_Receipt).decode


@dataclass(frozen=True, slots=True)
class _Came:
    size: int
    digest: str
    when: int


class Downloads:
    """The receipts below a capture root.

    Args:
        root: the capture root, resolved.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, dict[str, _Came]] = {}
        self._same: dict[tuple[str, int, int], bool] = {}

    def forget(self) -> None:
        """Read receipts again."""
        self._known.clear()

    def holds(self, relative: str, status: os.stat_result, *, fresh: bool) -> bool:
        """Whether this file was downloaded and not written since, or is just arriving.

        Args:
            relative: path below the root.
            status: of the file.
            fresh: whether receipts may have come since it was asked last.
        """
        below, folder = "", relative
        while folder:
            folder, _, name = folder.rpartition("/")
            below = f"{name}/{below}" if below else name
            if fresh:
                self._known.pop(folder, None)
            if folder not in self._known:
                self._known[folder] = _receipts(self._place(folder))
            came = self._known[folder].get(below)
            if came is not None and self._is_same(relative, came, status):
                return True
            if _arrives(f"{self._place(folder)}/{OURS}/incoming"):
                return True
        return False

    def _place(self, relative: str) -> str:
        return f"{self._root}/{relative}" if relative else self._root

    def _is_same(self, relative: str, came: _Came, status: os.stat_result) -> bool:
        if status.st_size != came.size:
            return False
        if status.st_mtime_ns < came.when - _CLOCK:
            return True
        key = (relative, status.st_mtime_ns, status.st_ino)
        if key not in self._same:
            self._same[key] = _digest(self._place(relative)) == came.digest
        return self._same[key]


def _receipts(folder: str) -> dict[str, _Came]:
    """Return what was downloaded to a folder, by its path there; the newest counts."""
    found: dict[str, _Came] = {}
    for path in sorted(Path(folder, OURS, "receipts").glob("*.json")):
        try:
            receipt = _decode(path.read_bytes())
        except (OSError, msgspec.DecodeError):
            # whose files these are is not known, so they are outputs
            continue
        for file in receipt.files:
            if file.outcome != "skipped":
                when = int(receipt.ended * _NANO)
                found[file.target] = _Came(file.size, file.digest, when)
    return found


def _arrives(incoming: str) -> bool:
    """Whether a download goes on: its folder of incoming files is locked."""
    try:
        names = os.listdir(incoming)  # noqa: PTH208 - asked for every file
    except OSError:
        return False
    for name in names:
        try:
            opened = os.open(f"{incoming}/{name}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(opened)
    return False


def _digest(place: str) -> str:
    hasher = Hasher()
    try:
        with Path(place).open("rb") as file:
            while chunk := file.read(_CHUNK):
                hasher.update(chunk)
    except OSError:
        return ""  # gone, or not ours to read: looked at again when it changes
    return hasher.digest()
