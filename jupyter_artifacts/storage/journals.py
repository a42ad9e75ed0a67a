"""How far an upload in parts is, on this machine's disk, so that a kill loses little.

    <folder>/<digest of the object's URI>.json    {"uri": …, "source": …, …}

Only its owner may read them: the session of an upload to Google Cloud Storage is a
URL that whoever knows it may write to.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.storage.copying import write_all
from jupyter_artifacts.storage.faults import faults

if TYPE_CHECKING:
    from pathlib import Path


class Journals:
    """One folder of journals.

    Args:
        folder: made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, uri: str, before: os.stat_result) -> dict[str, Any] | None:
        """Return what was noted of an upload of this very file to `uri`, or None."""
        noted = _read(self._path(uri))
        return noted if noted and noted.get("source") == _identity(before) else None

    def find_uri(self, below: str, before: os.stat_result) -> str | None:
        """Return to which URI below `below` this very file was on its way."""
        with suppress(FileNotFoundError):  # nothing was ever uploaded in parts
            for path in self._folder.glob("*.json"):
                noted = _read(path)
                if noted and noted.get("source") == _identity(before):
                    uri = str(noted.get("uri", ""))
                    if uri.startswith(below):
                        return uri
        return None

    def note(self, uri: str, before: os.stat_result, what: dict[str, Any]) -> None:
        """Keep `what` for `find`; it is there, whole, when this returns."""
        path = self._path(uri)
        noted = {**what, "uri": uri, "source": _identity(before)}
        content = json.dumps(noted).encode()
        with faults(str(path), "the upload's journal cannot be written"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(opened, content)
            finally:
                os.close(opened)
            fresh.replace(path)

    def forget(self, uri: str) -> None:
        """Remove the journal of `uri`; none is as good."""
        path = self._path(uri)
        with faults(str(path), "the upload's journal cannot be removed"):
            path.unlink(missing_ok=True)

    def sweep(self, seconds: float) -> int:
        """Remove journals older than so many seconds; return how many."""
        removed = 0
        too_old = time.time() - seconds
        with suppress(FileNotFoundError):  # nothing was ever uploaded in parts
            for path in list(self._folder.iterdir()):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < too_old:
                        path.unlink()
                        removed += 1
        return removed

    def _path(self, uri: str) -> Path:
        return self._folder / f"{digest_of(uri.encode()).partition(':')[2]}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        noted = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None  # a journal that a full disk cut short is none
    return noted if isinstance(noted, dict) else None


def _identity(status: os.stat_result) -> list[int]:
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns]
