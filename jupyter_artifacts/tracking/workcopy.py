"""A working copy of a folder, for one experiment: what it writes stays its own."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import NoSpace
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.tracking.rules import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEFT_OUT: Final = frozenset({"__pycache__", OUTPUTS})
_LINKED: Final = frozenset(
    {".git", "datastores", "node_modules", "jupyter_artifacts_downloads"}
)
_ENVIRONMENTS: Final = ("pyvenv.cfg", "conda-meta")
_FICLONE: Final = 0x40049409  # ioctl_ficlone(2)
_CANNOT_CLONE: Final = {
    errno.EOPNOTSUPP,
    errno.ENOTTY,
    errno.EXDEV,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EPERM,
}


@contextmanager
def working_copy(folder: Path, spool: Path) -> Iterator[Path]:
    """Give a copy of `folder`, removed at the end.

    Blocks are shared where the file system can. Environments, datastores, downloads
    and `.git` are linked; other hidden folders are left out. What stands beside
    the folder is linked beside the copy, so that "../data" leads where it did.

    Raises:
        NoSpace: when the disk would be full.
    """
    above = spool / "work" / new_id()
    above.mkdir(mode=0o700, parents=True)
    try:
        copy = above / (folder.name or "folder")
        _copy_folder(folder, copy, folder)
        for beside in folder.parent.iterdir():
            if beside.name != folder.name:
                # two of the same name, or one that just went away
                with suppress(OSError):
                    (above / beside.name).symlink_to(beside)
        yield copy
    except OSError as error:
        if error.errno == errno.ENOSPC:
            msg = "the disk has no room for a working copy"
            hint = (
                "move data out of the folder, beside it: ../data is linked, not copied"
            )
            raise NoSpace(msg, address=str(folder), hint=hint) from error
        raise
    finally:
        shutil.rmtree(above, ignore_errors=True)


def _copy_folder(source: Path, target: Path, root: Path) -> None:
    target.mkdir()
    with os.scandir(source) as entries:
        for entry in entries:
            place = target / entry.name
            if entry.is_symlink():
                _copy_link(Path(entry.path), place, root)
            elif entry.is_dir():
                _copy_or_link_folder(Path(entry.path), place, root)
            elif entry.is_file():
                copy_file(Path(entry.path), place)
    shutil.copystat(source, target)


def _copy_or_link_folder(source: Path, target: Path, root: Path) -> None:
    environment = any((source / mark).exists() for mark in _ENVIRONMENTS)
    if environment or source.name in _LINKED:
        target.symlink_to(source, target_is_directory=True)
    elif source.name not in _LEFT_OUT and not source.name.startswith("."):
        _copy_folder(source, target, root)


def _copy_link(source: Path, target: Path, root: Path) -> None:
    leads_to = source.readlink()
    inside = source.resolve().is_relative_to(root) and not leads_to.is_absolute()
    target.symlink_to(leads_to if inside else source.resolve())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file with its times and mode, sharing blocks where the disk can."""
    with source.open("rb") as reading, target.open("xb") as writing:
        try:
            fcntl.ioctl(writing.fileno(), _FICLONE, reading.fileno())
        except OSError as error:
            if error.errno not in _CANNOT_CLONE:
                raise
            shutil.copyfileobj(reading, writing, 1 << 20)
    shutil.copystat(source, target)
