"""Whether bytes are those that were recorded, and by which check that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.checksums import Checker

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.records.transfers import PlannedFile

NOT_CHECKED: Final = "not checked"
BLAKE3: Final = "blake3"


class Check:
    """The strongest check there is for one file, fed with its bytes in order.

    BLAKE3 where we recorded it, and SHA-256 beside it where that was asked for; else
    what the provider recorded. BLAKE3 is computed always: the receipt names it.

    Args:
        file: what was planned.
    """

    def __init__(self, file: PlannedFile) -> None:
        self._file = file
        self._hasher = Hasher()
        self._size = 0
        recorded = file.sha256 if file.digest else file.sha256 or file.checksum
        self._checker = Checker(recorded) if recorded else None

    def update(self, chunk: Buffer) -> None:
        """Take in the next bytes."""
        self._hasher.update(chunk)
        self._size += memoryview(chunk).nbytes
        if self._checker:
            self._checker.update(chunk)

    def outcome(self) -> tuple[str, str]:
        """Return the digest of all bytes, and the name of the check that ran.

        Raises:
            ChangedAtSource: when they are not those that were recorded.
        """
        file, digest = self._file, self._hasher.digest()
        if self._size != file.size:
            raise _changed(file, f"{self._size:,} bytes came instead of {file.size:,}")
        if digest != (file.digest or digest):
            raise _changed(
                file, f"the bytes have the digest {digest} instead of {file.digest}"
            )
        able = self._checker is not None and self._checker.able
        if self._checker and able and not self._checker.matches():
            raise _changed(file, f"the bytes do not match {self._checker.recorded}")
        if file.digest:
            return digest, BLAKE3
        if self._checker and able:
            return digest, self._checker.name
        return digest, NOT_CHECKED


def checked(file: PlannedFile, content: Buffer) -> tuple[str, str]:
    """Return the digest of a whole file's bytes, and the check that ran.

    Raises:
        ChangedAtSource: when they are not those that were recorded.
    """
    check = Check(file)
    check.update(content)
    return check.outcome()


def _changed(file: PlannedFile, what: str) -> ChangedAtSource:
    msg = f"{file.path!r} is not what was recorded: {what}"
    hint = "look at the listing again; it may have been written anew"
    return ChangedAtSource(msg, address=file.uri or file.key, hint=hint)
