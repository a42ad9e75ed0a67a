"""Whether bytes are those that were recorded, and by which check that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.checksums import Checker
from jupyter_artifacts.transfer.remote import provider_vouches

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from jupyter_artifacts.records.transfers import PlannedFile

NOT_CHECKED: Final = "not checked"
NO_BYTES: Final = ""
"""Of a folder or a link, where there is nothing to check."""
BLAKE3: Final = "blake3"
BOTH: Final = "blake3+sha256"
_SHA256: Final = "sha256"


class Checked(NamedTuple):
    """What was found out about a file's bytes.

    Attributes:
        digest: "blake3:<hex>".
        check: the check that ran, as the receipt names it.
        sha256: "sha256:<hex>", where it was asked for or recorded; "" else.
    """

    digest: str
    check: str
    sha256: str = ""


class Check:
    """The strongest check there is for one file, fed with its bytes in order.

    BLAKE3 where we recorded it, and SHA-256 beside it where that was recorded, too;
    else what the provider recorded. BLAKE3 is computed always: the receipt names it.

    Args:
        file: what was planned.
        sha256: whether SHA-256 is computed, even where none was recorded.
    """

    def __init__(self, file: PlannedFile, *, sha256: bool = False) -> None:
        self._file = file
        self._hasher = Hasher()
        self._size = 0
        recorded = file.sha256 if file.digest else file.sha256 or file.checksum
        self._checker = Checker(recorded) if recorded else None
        self._sums = [self._checker] if self._checker else []
        if sha256 and not file.sha256:
            self._sums.append(Checker(f"{_SHA256}:"))

    def update(self, chunk: Buffer) -> None:
        """Take in the next bytes."""
        self._hasher.update(chunk)
        self._size += memoryview(chunk).nbytes
        for each in self._sums:
            each.update(chunk)

    def outcome(self) -> Checked:
        """Return the digests of all bytes, and the name of the check that ran.

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
            if self._checker.recorded != file.checksum or provider_vouches(file):
                raise _changed(file, f"the bytes do not match {self._checker.recorded}")
            able = False
        found = [each.found for each in self._sums if each.name == _SHA256]
        return Checked(digest, self._name(able=able), found[-1] if found else "")

    def _name(self, *, able: bool) -> str:
        name = self._checker.name if self._checker and able else NOT_CHECKED
        if not self._file.digest:
            return name
        return BOTH if name == _SHA256 else BLAKE3


def checked(file: PlannedFile, content: Buffer, *, sha256: bool = False) -> Checked:
    """Return the digests of a whole file's bytes, and the check that ran.

    Raises:
        ChangedAtSource: when they are not those that were recorded.
    """
    check = Check(file, sha256=sha256)
    check.update(content)
    return check.outcome()


def _changed(file: PlannedFile, what: str) -> ChangedAtSource:
    msg = f"{file.path!r} is not what was recorded: {what}"
    if file.uri:
        hint = "look at the listing again; it may have been written anew"
        return ChangedAtSource(msg, address=file.uri, hint=hint)
    hint = "`verify` its address to see what is damaged; exclude that, or log it again"
    return ChangedAtSource(msg, address=file.key, hint=hint)
