"""What a download will do, decided and checked before a byte moves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import (
    Conflict,
    NoSpace,
    NotFound,
    NotWritable,
    WouldOverwrite,
)
from jupyter_artifacts.records.transfers import (
    Overwrite,
    Plan,
    PlannedFile,
    Verdict,
)
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.storage.revisions import revision_key
from jupyter_artifacts.transfer.names import check_names
from jupyter_artifacts.transfer.patterns import chooser
from jupyter_artifacts.transfer.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.records.assets import StoredAsset

MOVED = frozenset({Verdict.NEW, Verdict.REPLACE, Verdict.RENAME})
_SHOWN = 3


def make_plan(  # noqa: PLR0913 - what the person said, by keyword
    address: str,
    assets: Sequence[StoredAsset],
    to: Path,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    overwrite: Overwrite = Overwrite.ERROR,
    free: int | None = None,
) -> Plan:
    """Return what downloading `assets` into `to` will do.

    Args:
        address: what is downloaded, for messages and the receipt.
        assets: its files; their names may come from a hostile store.
        to: the target folder; made by the download when missing.
        include: see `patterns`; none for every file.
        exclude: see `patterns`.
        overwrite: what to do with a different file that stands there. With "error"
            the plan still shows them; `check_plan` and `carry_out` refuse it.
        free: bytes free at the target; None to ask the file system.

    Raises:
        NotFound: when no file matches.
        InvalidPath: when a name cannot stand in this file system.
        Conflict: when the target is a file, or something in it is in the way.
        NotWritable: when the target cannot be written.
        NoSpace: when the files do not fit.
    """
    chosen = chooser(include, exclude)
    wanted = [stored for stored in assets if chosen(stored.asset.path)]
    if assets and not wanted:
        msg = f"none of its {len(assets)} files matches"
        hint = "look at the names with: jupyter artifacts ls"
        raise NotFound(msg, address=address, hint=hint)
    target = os.path.realpath(to)
    existing = _check_target(target)
    check_names([stored.asset.path for stored in wanted], target, existing, address)
    with faults(target, "the folder cannot be looked at"):
        files = _judge(wanted, Standing(target), overwrite)
    needed = sum(file.size for file in files if file.verdict in MOVED)
    if free is None:
        free = shutil.disk_usage(existing).free
    if needed > free:
        msg = f"the download needs {needed:,} bytes and {free:,} are free in {target}"
        hint = "make space, choose another folder, or fewer files with --include"
        raise NoSpace(msg, address=address, hint=hint)
    return Plan(
        address=address,
        to=target,
        files=files,
        bytes=needed,
        free=free,
        overwrite=overwrite,
    )


def check_plan(plan: Plan) -> None:
    """Raise `WouldOverwrite`, naming some, when the plan has files in its way."""
    standing = [
        file.target for file in plan.files if file.verdict is Verdict.WOULD_OVERWRITE
    ]
    if not standing:
        return
    shown = ", ".join(standing[:_SHOWN])
    more = len(standing) - _SHOWN
    rest = f" and {more} more" if more > 0 else ""
    count = f"{len(standing)} of {len(plan.files)} files"
    msg = f"{count} stand in {plan.to} with other bytes: {shown}{rest}"
    hint = "choose overwrite skip, replace or rename; nothing was moved"
    raise WouldOverwrite(msg, address=plan.address, hint=hint)


def _check_target(target: str) -> Path:
    """Return the target, or the folder above it that exists."""
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


def _judge(
    wanted: list[StoredAsset], standing: Standing, overwrite: Overwrite
) -> list[PlannedFile]:
    for stored in wanted:
        standing.reserve(stored.asset.path)
    return [_judge_one(stored, standing, overwrite) for stored in wanted]


def _judge_one(
    stored: StoredAsset, standing: Standing, overwrite: Overwrite
) -> PlannedFile:
    asset = stored.asset
    path = target = asset.path
    if not standing.has(path):
        verdict = Verdict.NEW
    elif standing.same(path, asset.size, asset.digest):
        verdict = Verdict.SAME
    else:
        verdict = _POLICY[overwrite]
    if verdict is Verdict.RENAME:
        target = standing.free_name(path)
    return PlannedFile(
        path=path,
        target=target,
        size=asset.size,
        digest=asset.digest,
        key=stored.key,
        verdict=verdict,
        modified=asset.modified,
        pinned=revision_key(stored.key, asset.digest),
    )


_POLICY = {
    Overwrite.ERROR: Verdict.WOULD_OVERWRITE,
    Overwrite.SKIP: Verdict.SKIP,
    Overwrite.REPLACE: Verdict.REPLACE,
    Overwrite.RENAME: Verdict.RENAME,
}
