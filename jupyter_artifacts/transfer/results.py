"""What became of each file of a plan, in a few bytes each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.transfers import ReceiptFile, Verdict
from jupyter_artifacts.transfer.checks import BLAKE3, NOT_CHECKED

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

    A file that had one is checked against it, so there is nothing to remember.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[bytes, str]] = {}
        self._same: set[str] = set()

    def note(self, file: PlannedFile, digest: str, check: str, *, ours: bool) -> None:
        """Remember what was found out about a file.

        Args:
            file: which.
            digest: of its bytes.
            check: that ran on them.
            ours: whether this download wrote it; else another one did, meanwhile.
        """
        if not ours:
            self._same.add(file.path)
        if not file.digest:
            raw = bytes.fromhex(digest.rpartition(":")[2])
            self._found[file.path] = (raw, check)

    def files(self, plan: Planned) -> Iterator[ReceiptFile]:
        """Yield what the receipt says of each file."""
        for file in plan.files:
            digest, check = file.digest, BLAKE3
            if file.verdict in {Verdict.SKIP, Verdict.LINK}:
                digest, check = "", NOT_CHECKED
            elif file.kind is AssetKind.FOLDER:
                check = NOT_CHECKED
            elif not digest:
                raw, check = self._found[file.path]
                digest = f"blake3:{raw.hex()}"
            yield ReceiptFile(
                path=file.path,
                target=file.target,
                size=file.size,
                digest=digest,
                check=check,
                outcome=_SAME if file.path in self._same else _OUTCOMES[file.verdict],
            )
