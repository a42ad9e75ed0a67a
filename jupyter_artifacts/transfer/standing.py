"""What stands in the target folder already."""

from __future__ import annotations

import os
import stat
from itertools import count

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import Conflict, InvalidPath
from jupyter_artifacts.storage.beneath import folder_beneath, open_beneath
from jupyter_artifacts.storage.copying import CHUNK

_MAX_NAME = 255


class Standing:
    """The target folder as it is now, each of its folders listed once."""

    def __init__(self, target: str) -> None:
        """Look at `target`, absolute, with links resolved; it may be missing."""
        self._target = target
        self._listed: dict[str, set[str]] = {}
        self._reserved: set[str] = set()

    def reserve(self, path: str) -> None:
        """Keep `free_name` from giving `path` away."""
        self._reserved.add(path)

    def has(self, path: str) -> bool:
        """Return whether a file or a link stands at `path`.

        Raises:
            Conflict: when a folder stands there, or a file or a link where one of
                its folders must go.
        """
        folder, _, name = path.rpartition("/")
        if name not in self._names(folder):
            return False
        with folder_beneath(self._target, _parts(folder)) as opened:
            found = os.stat(name, dir_fd=opened, follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            msg = f"a folder stands where the file {path!r} must go"
            hint = "move it away, or download into another folder"
            raise Conflict(msg, address=f"{self._target}/{path}", hint=hint)
        return True

    def same(self, path: str, size: int, digest: str) -> bool:
        """Return whether the file at `path` is known to have these bytes."""
        if not digest:
            return False
        try:
            opened = open_beneath(
                self._target, _parts(path), os.O_RDONLY | os.O_NONBLOCK
            )
        except OSError:
            # a link, or not ours to read: so not known to be the same
            return False
        try:
            found = os.fstat(opened)
            if not stat.S_ISREG(found.st_mode) or found.st_size != size:
                return False
            return hash_file(opened) == digest
        finally:
            os.close(opened)

    def free_name(self, path: str) -> str:
        """Return "name-1.ext", "name-2.ext", …: the first that nothing has."""
        folder, slash, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        if not stem:
            stem, dot, ending = name, "", ""
        names = self._names(folder)
        for number in count(1):
            new = f"{stem}-{number}{dot}{ending}"
            if new not in names and f"{folder}{slash}{new}" not in self._reserved:
                break
        if len(new.encode()) > _MAX_NAME:
            msg = f"{new[:40]!r}… would be a name longer than {_MAX_NAME} bytes"
            raise InvalidPath(msg, address=path, hint="move the existing file away")
        self.reserve(f"{folder}{slash}{new}")
        return f"{folder}{slash}{new}"

    def _names(self, folder: str) -> set[str]:
        if folder not in self._listed:
            self._listed[folder] = self._list(folder)
        return self._listed[folder]

    def _list(self, folder: str) -> set[str]:
        above, _, name = folder.rpartition("/")
        if folder and name not in self._names(above):
            return set()
        try:
            with (
                folder_beneath(self._target, _parts(folder)) as opened,
                os.scandir(opened) as entries,
            ):
                return {entry.name for entry in entries}
        except FileNotFoundError:  # the target itself is not made yet
            return set()
        except NotADirectoryError as error:
            msg = f"a file stands where the folder {folder!r} must go"
            hint = "move it away, or download into another folder"
            address = f"{self._target}/{folder}"
            raise Conflict(msg, address=address, hint=hint) from error


def hash_file(opened: int) -> str:
    """Return the digest of an open file, read from where it is."""
    hasher = Hasher()
    buffer = memoryview(bytearray(min(CHUNK, os.fstat(opened).st_size + 1)))
    while got := os.readv(opened, [buffer]):
        hasher.update(buffer[:got])
    return hasher.digest()


def _parts(path: str) -> list[str]:
    return path.split("/") if path else []
