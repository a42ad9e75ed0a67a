"""What a download will do, decided and checked before a byte moves."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from jupyter_artifacts.errors import Conflict, NoSpace, NotFound, NotWritable
from jupyter_artifacts.records.transfers import (
    Overwrite,
    Plan,
    PlannedFile,
    Verdict,
)
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.transfer.judging import MOVED, Judge
from jupyter_artifacts.transfer.names import Names, trial_in
from jupyter_artifacts.transfer.partial import RANGE, space_held
from jupyter_artifacts.transfer.patterns import chooser
from jupyter_artifacts.transfer.spool import Spool
from jupyter_artifacts.transfer.standing import Standing
from jupyter_artifacts.transfer.troubles import TROUBLES, refusal
from jupyter_artifacts.transfer.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jupyter_artifacts.records.assets import StoredAsset
    from jupyter_artifacts.transfer.judging import Look

LISTED: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan of any size.

    Attributes:
        address: what is downloaded.
        to: the target folder, absolute.
        files: every file with its verdict; sized, iterated in little memory.
        bytes: to be moved.
        free: bytes free at the target.
        overwrite: the policy chosen.
        total_bytes: of all files, whatever their verdicts.
        verdicts: how many files have each.
        sha256: whether SHA-256 is computed of every file, too.
    """

    address: str
    to: str
    files: Spool[PlannedFile]
    bytes: int
    free: int
    overwrite: Overwrite
    total_bytes: int
    verdicts: Counter[Verdict]
    sha256: bool = False

    def __str__(self) -> str:
        """Return how many files have each verdict, and what will be written where."""
        said = ", ".join(f"{n:,} {verdict}" for verdict, n in self.verdicts.items())
        moved = f"{size(self.bytes)} would be written to {self.to}"
        if self.troubles:
            moved = "the download would be refused"
        return f"{self.address}: {said or 'no files'}; {moved}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython's
        printer.text("…" if cycle else str(self))

    @property
    def moving(self) -> int:
        """How many files will be written."""
        return sum(self.verdicts[verdict] for verdict in MOVED)

    @property
    def troubles(self) -> dict[Verdict, int]:
        """How many files have each of the verdicts for which it would be refused."""
        found = {verdict: self.verdicts[verdict] for verdict in TROUBLES}
        return {verdict: count for verdict, count in found.items() if count}

    def with_verdict(self, *verdicts: Verdict) -> Iterator[PlannedFile]:
        """Yield the files that have one of these verdicts."""
        if any(self.verdicts[verdict] for verdict in verdicts):
            yield from (file for file in self.files if file.verdict in verdicts)

    def record(self, limit: int = LISTED) -> Plan:
        """Return the plan as it travels: at most `limit` files, troubles first."""
        files = list(islice(self.files, limit))
        if len(self.files) > limit and self.troubles:
            troubles = islice(self.with_verdict(*TROUBLES), limit)
            files = sorted(
                {file.path: file for file in (*troubles, *files)}.values(),
                key=lambda file: file.verdict not in TROUBLES,
            )[:limit]
        return Plan(
            address=self.address,
            to=self.to,
            files=files,
            bytes=self.bytes,
            free=self.free,
            overwrite=self.overwrite,
            total_files=len(self.files),
            total_bytes=self.total_bytes,
            left_out=len(self.files) - len(files),
            verdicts={verdict.value: n for verdict, n in self.verdicts.items()},
        )


def make_plan(  # noqa: PLR0913 - what the person said, by keyword
    address: str,
    assets: Iterable[StoredAsset],
    to: Path,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    overwrite: Overwrite = Overwrite.ERROR,
    sha256: bool = False,
    free: int | None = None,
    look: Look | None = None,
) -> Planned:
    """Return what downloading `assets` into `to` will do.

    Args:
        address: what is downloaded, for messages and the receipt.
        assets: its files; their names may come from a hostile store.
        to: the target folder; made by the download when missing.
        include: see `patterns`; none for every file.
        exclude: see `patterns`.
        overwrite: what to do with a different file that stands there. With "error"
            the plan still shows them; `check_plan` and `carry_out` refuse it.
        sha256: whether SHA-256 is computed of every file, too, for the receipt.
        free: bytes free at the target; None to ask the file system.
        look: says of remote objects whether they are as recorded.

    Raises:
        NotFound: when no file matches.
        InvalidPath: when a name cannot stand in this file system.
        Conflict: when the target is a file, or something in it is in the way.
        NotWritable: when the target cannot be written.
        NoSpace: when the files do not fit.
    """
    target = os.path.realpath(to)
    existing = check_target(target)
    names = Names(target, address)
    files = Spool(PlannedFile)
    verdicts: Counter[Verdict] = Counter()
    needed = total = held = 0
    chosen = _Chosen(assets, chooser(include, exclude) if include or exclude else None)
    with (
        faults(target, "the folder cannot be looked at"),
        Standing(target) as standing,
    ):
        for file in Judge(standing, overwrite, look, names.add).judged(chosen):
            files.append(file)
            verdicts[file.verdict] += 1
            total += file.size
            if file.verdict in MOVED:
                needed += file.size
                if file.size > RANGE:
                    held += space_held(target, file)
    if chosen.seen and not files:
        msg = f"none of its {chosen.seen} files matches"
        hint = f"look at the names with: jupyter artifacts ls {address}"
        raise NotFound(msg, address=address, hint=hint)
    names.check((file.path for file in files), trial_in(existing))
    if free is None:
        free = shutil.disk_usage(existing).free
    more = needed - held  # what came before a kill has its place already
    if more > free:
        msg = f"the download needs {more:,} bytes and {free:,} are free in {target}"
        hint = "make space, choose another folder, or fewer files with --include"
        raise NoSpace(msg, address=address, hint=hint)
    return Planned(
        address=address,
        to=target,
        files=files,
        bytes=needed,
        free=free,
        overwrite=overwrite,
        total_bytes=total,
        verdicts=verdicts,
        sha256=sha256,
    )


class _Chosen:
    """Assets that the patterns mean; counts all that came by."""

    def __init__(
        self, assets: Iterable[StoredAsset], chosen: Callable[[str], bool] | None
    ) -> None:
        self._assets = assets
        self._chosen = chosen
        self.seen = 0

    def __iter__(self) -> Iterator[StoredAsset]:
        for stored in self._assets:
            self.seen += 1
            if self._chosen is None or self._chosen(stored.asset.path):
                yield stored


def planned_again(plan: Planned) -> Planned:
    """Return a plan as it is once another download brought some of its files."""
    files = Spool(PlannedFile)
    verdicts: Counter[Verdict] = Counter()
    needed = 0
    with (
        faults(plan.to, "the folder cannot be looked at"),
        Standing(plan.to) as there,
    ):
        for file in plan.files:
            now = file
            if file.verdict in MOVED and there.same(file.target, file):
                now = msgspec.structs.replace(file, verdict=Verdict.SAME)
            files.append(now)
            verdicts[now.verdict] += 1
            needed += now.size if now.verdict in MOVED else 0
    return replace(plan, files=files, bytes=needed, verdicts=verdicts)


def check_plan(plan: Planned) -> None:
    """Raise an error, naming some files, when the plan cannot be carried out.

    It says every trouble; its type is of the first of these.

    Raises:
        Gone: when remote objects are no longer there.
        ChangedAtSource: when remote objects are others than those recorded.
        WouldOverwrite: when files stand in its way.
    """
    if plan.troubles:
        raise refusal(plan)


def check_target(target: str) -> Path:
    """Return the target, or the folder above it that exists.

    Args:
        target: absolute, with links resolved.

    Raises:
        Conflict: when a file stands there.
        NotWritable: when nothing can be written there.
    """
    existing = Path(target)
    while not os.path.lexists(existing):
        existing = existing.parent
    if not existing.is_dir():
        msg = "a file stands where the download's folder must go"
        raise Conflict(msg, address=str(existing), hint="choose another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        msg = "the folder cannot be written"
        raise NotWritable(msg, address=str(existing), hint="choose another folder")
    return existing
