"""What of a folder is saved."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.storage.faults import fault, faults
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.transfer.saving import ToSave

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(folder: Path) -> Iterator[ToSave]:
    """Yield everything below `folder`: files, empty folders, links that leave it.

    A symbolic link to what lies below the folder stands for that; one that leaves
    it, leads nowhere or into itself is recorded as a link, and never followed.

    Raises:
        InvalidPath: for a name that no address can have, or for what has no bytes.
        Gone: when the folder is not there.
    """
    root = os.path.realpath(folder)
    yield from _below(root, root, "", (root,))


def _below(
    root: str, folder: str, prefix: str, above: tuple[str, ...]
) -> Iterator[ToSave]:
    with faults(folder, "the folder cannot be read"), os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not found and prefix:
        yield ToSave(
            path=prefix, asset=Asset(path=prefix, size=0, kind=AssetKind.FOLDER)
        )
    for entry in found:
        path = AssetPath(f"{prefix}/{entry.name}" if prefix else entry.name).text
        if entry.is_symlink():
            yield from _linked(root, entry.path, path, above)
        elif entry.is_dir():
            yield from _below(root, entry.path, path, (*above, entry.path))
        else:
            yield _file(path, entry.path)


def _linked(
    root: str, link: str, path: str, above: tuple[str, ...]
) -> Iterator[ToSave]:
    target = os.path.realpath(link)
    inside = target.startswith(f"{root}/") and os.path.lexists(target)
    if inside and not Path(target).is_dir():
        yield _file(path, target)
    elif inside and target not in above:
        yield from _below(root, target, path, (*above, target))
    else:
        to = os.readlink(link)  # noqa: PTH115 - as it is written
        asset = Asset(path=path, size=0, kind=AssetKind.SYMLINK, link=to)
        yield ToSave(path=path, asset=asset)


def _file(path: str, source: str) -> ToSave:
    try:
        found = os.stat(source, follow_symlinks=False)  # noqa: PTH116 - fwalk's entry
    except OSError as error:
        raise fault(error, source, "the file cannot be looked at") from error
    if not stat.S_ISREG(found.st_mode):
        msg = "it is no regular file, so it has no bytes to store"
        raise InvalidPath(msg, address=source, hint="remove it, or save single files")
    return ToSave(
        path=path,
        source=Path(source),
        modified=said_time(found.st_mtime),
        size=found.st_size,
    )
