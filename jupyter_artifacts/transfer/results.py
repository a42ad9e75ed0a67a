"""What became of each file of a plan, in a few bytes each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.transfers import ReceiptFile, Verdict
from jupyter_artifacts.storage.beneath import open_beneath
from jupyter_artifacts.storage.copying import CHUNK
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.checks import (
    BLAKE3,
    BOTH,
    NO_BYTES,
    NOT_CHECKED,
    Check,
    Checked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.plan import Planned

_SAME: Final = "same"
_OUTCOMES: Final = {
    Verdict.NEW: "written",
    Verdict.REPLACE: "replaced",
    Verdict.RENAME: "renamed",
    Verdict.SAME: _SAME,
    Verdict.SKIP: "skipped",
    Verdict.LINK: "link",
}


class Results:
    """Digests and checks of files that had no digest recorded, by path.

    A file that had one is checked against it, so there is nothing to remember but a
    SHA-256 that nobody had recorded.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[bytes, str, bytes]] = {}
        self._same: set[str] = set()

    def note(self, file: PlannedFile, found: Checked, *, ours: bool) -> None:
        """Remember what was found out about a file.

        Args:
            file: which.
            found: of its bytes.
            ours: whether this download wrote it; else another one did, meanwhile.
        """
        if not ours:
            self._same.add(file.path)
        if not file.digest or found.sha256 != file.sha256:
            digest, sha256 = _raw(found.digest), _raw(found.sha256)
            self._found[file.path] = (digest, found.check, sha256)

    def files(self, plan: Planned) -> Iterator[ReceiptFile]:
        """Yield what the receipt says of each file."""
        for file in plan.files:
            found = self._of(file, plan)
            yield ReceiptFile(
                path=file.path,
                target=file.target,
                size=file.size,
                digest=found.digest,
                check=found.check,
                outcome=_SAME if file.path in self._same else _OUTCOMES[file.verdict],
                sha256=found.sha256,
            )

    def _of(self, file: PlannedFile, plan: Planned) -> Checked:
        if file.verdict is Verdict.SKIP:
            return Checked("", NOT_CHECKED)
        if file.verdict is Verdict.LINK or file.kind is AssetKind.FOLDER:
            return Checked("", NO_BYTES)
        if file.path in self._found:
            digest, check, sha256 = self._found[file.path]
            said = f"sha256:{sha256.hex()}" if sha256 else ""
            return Checked(f"blake3:{digest.hex()}", check, said)
        if file.verdict is not Verdict.SAME:
            check = BOTH if file.sha256 else BLAKE3
            return Checked(file.digest, check, file.sha256)
        if file.digest and not plan.sha256:
            return Checked(file.digest, BLAKE3)
        return _again(file, plan)


def _again(file: PlannedFile, plan: Planned) -> Checked:
    """Read a file that is the same already, for a digest that nobody recorded."""
    address = f"{plan.to}/{file.target}"
    with faults(address, "the file cannot be read again"):
        opened = open_beneath(plan.to, file.target.split("/"), os.O_RDONLY)
        try:
            check = Check(file, sha256=plan.sha256)
            buffer = memoryview(bytearray(min(CHUNK, file.size + 1)))
            while got := os.readv(opened, [buffer]):
                check.update(buffer[:got])
        finally:
            os.close(opened)
    return check.outcome()


def _raw(said: str) -> bytes:
    return bytes.fromhex(said.rpartition(":")[2])
