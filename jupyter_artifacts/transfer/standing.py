"""What stands in the target folder already."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import ExitStack, suppress
from itertools import count
from typing import TYPE_CHECKING, Self

from jupyter_artifacts.digests import Hasher, digest_of
from jupyter_artifacts.errors import Conflict, InvalidPath
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.checksums import Checker
from jupyter_artifacts.storage.copying import CHUNK

if TYPE_CHECKING:
    from types import TracebackType

    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.transfers import PlannedFile

_MAX_NAME = 255
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Standing:
    """The target folder as it is now; of its folders the newest asked for is open.

    Args:
        target: absolute, with links resolved; it may be missing.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._reserved: set[str] = set()
        self._folder = ""
        self._opened: int | None = None
        self._missing: set[str] = set()
        self._known = False
        self._buffer = memoryview(bytearray(CHUNK))

    def __enter__(self) -> Self:
        """Look at it for the length of a with block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        self._close()

    def reserve(self, path: str) -> None:
        """Keep `free_name` from giving `path` away."""
        self._reserved.add(path)

    def found(self, path: str) -> os.stat_result | None:
        """Return what stands at `path`, a link not followed; None for nothing.

        Raises:
            Conflict: when a file or a link stands where one of its folders must go.
        """
        folder, _, name = path.rpartition("/")
        opened = self._open(folder)
        if opened is None:
            return None
        try:
            return os.stat(name, dir_fd=opened, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def has(self, path: str) -> bool:
        """Return whether a file or a link stands at `path`.

        Raises:
            Conflict: when a folder stands there, or a file or a link where one of
                its folders must go.
        """
        found = self.found(path)
        if found is None:
            return False
        if stat.S_ISDIR(found.st_mode):
            msg = f"a folder stands where the file {path!r} must go"
            hint = "move it away, or download into another folder"
            raise Conflict(msg, address=f"{self._target}/{path}", hint=hint)
        return True

    def has_folder(self, path: str) -> bool:
        """Return whether a folder stands at `path`.

        Raises:
            Conflict: when something else does.
        """
        found = self.found(path)
        if found is None:
            return False
        if not stat.S_ISDIR(found.st_mode):
            raise self._file_in_the_way(path)
        return True

    def same(self, path: str, asset: Asset | PlannedFile) -> bool:
        """Return whether the file at `path` is known to have the asset's bytes.

        By our digest, else by the provider's checksum.
        """
        folder, _, name = path.rpartition("/")
        opened = self._open(folder)
        if opened is None:
            return False
        try:
            file = os.open(name, _READ, dir_fd=opened)
        except OSError:
            # a link, or not ours to read: so not known to be the same
            return False
        try:
            if asset.digest:
                return self._digest(file, asset.size) == asset.digest
            return self._as_recorded(file, asset)
        finally:
            os.close(file)

    def check_readable(self, path: str) -> None:
        """Raise unless the file at `path` can be read.

        Raises:
            Conflict: when it cannot, so that nobody knows what it is.
        """
        folder, _, name = path.rpartition("/")
        opened = self._open(folder)
        try:
            os.close(os.open(name, _READ, dir_fd=opened))
        except PermissionError as error:
            msg = f"the file {path!r} stands there and cannot be read"
            hint = "ask its owner, or choose overwrite skip, replace or rename"
            address = f"{self._target}/{path}"
            raise Conflict(msg, address=address, hint=hint) from error
        except OSError:
            return  # a link, a device: certainly another file

    def _as_recorded(self, file: int, asset: Asset | PlannedFile) -> bool:
        """Return whether the provider's checksum is that of an open file."""
        if not asset.checksum or not self._may_be(file, asset.size):
            return False
        checker = Checker(asset.checksum)
        if not checker.able:
            return False
        at = 0
        while got := os.preadv(file, [self._buffer], at):
            checker.update(self._buffer[:got])
            at += got
        return checker.matches()

    def free_name(self, path: str) -> str:
        """Return "name-1.ext", "name-2.ext", …: the first that nothing has."""
        folder, slash, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        if not stem:
            stem, dot, ending = name, "", ""
        for number in count(1):
            new = f"{folder}{slash}{stem}-{number}{dot}{ending}"
            if new not in self._reserved and self.found(new) is None:
                break
        if len(new.rpartition("/")[2].encode()) > _MAX_NAME:
            msg = f"{stem[:40]!r}… would be a name longer than {_MAX_NAME} bytes"
            raise InvalidPath(msg, address=path, hint="move the existing file away")
        self.reserve(new)
        return new

    def _digest(self, file: int, size: int) -> str:
        """Return the digest of an open file of this size; "" for another one's."""
        if not self._may_be(file, size):
            return ""
        if size >= len(self._buffer):
            return hash_file(file)
        got = os.readv(file, [self._buffer])
        return digest_of(self._buffer[:got]) if got == size else ""

    @staticmethod
    def _may_be(file: int, size: int) -> bool:
        found = os.fstat(file)
        return stat.S_ISREG(found.st_mode) and found.st_size == size

    def _open(self, folder: str) -> int | None:
        """Return a descriptor of a folder of the target; None when there is none."""
        if self._known and folder == self._folder:
            return self._opened
        self._close()
        self._folder, self._known = folder, True
        above = folder
        while above:
            if above in self._missing:
                return None
            above = above.rpartition("/")[0]
        with suppress(FileNotFoundError):
            self._opened = self._open_beneath(folder)
        if self._opened is None:
            self._missing.add(folder)
        return self._opened

    def _open_beneath(self, folder: str) -> int:
        try:
            with ExitStack() as stack:
                parts = folder.split("/") if folder else []
                opened = stack.enter_context(folder_beneath(self._target, parts))
                return os.dup(opened)
        except NotADirectoryError as error:
            raise self._file_in_the_way(folder) from error

    def _file_in_the_way(self, folder: str) -> Conflict:
        msg = f"a file stands where the folder {folder!r} must go"
        hint = "move it away, or download into another folder"
        return Conflict(msg, address=f"{self._target}/{folder}", hint=hint)

    def _close(self) -> None:
        if self._opened is not None:
            os.close(self._opened)
        self._opened, self._known = None, False


def stands(name: str, folder: int, digest: str) -> bool:
    """Return whether a file with these bytes stands under a name, no link to one."""
    try:
        opened = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return False  # as in `same`
    try:
        is_file = stat.S_ISREG(os.fstat(opened).st_mode)
        return is_file and hash_file(opened) == digest
    finally:
        os.close(opened)


def sha256_of(opened: int) -> str:
    """Return the SHA-256 of an open file, read from where it is: "sha256:<hex>"."""
    hasher = hashlib.sha256()
    buffer = memoryview(bytearray(min(CHUNK, os.fstat(opened).st_size + 1)))
    while got := os.readv(opened, [buffer]):
        hasher.update(buffer[:got])
    return f"sha256:{hasher.hexdigest()}"


def hash_file(opened: int) -> str:
    """Return the digest of an open file, read from where it is."""
    hasher = Hasher()
    buffer = memoryview(bytearray(min(CHUNK, os.fstat(opened).st_size + 1)))
    while got := os.readv(opened, [buffer]):
        hasher.update(buffer[:got])
    return hasher.digest()
