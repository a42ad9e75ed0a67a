"""Whether a path lies on a file system on which SQLite's locks do not hold."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from jupyter_artifacts.errors import NetworkFileSystem

NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.beegfs",
        "fuse.ceph",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.juicefs",
        "fuse.mount-s3",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "pvfs2",
        "smb3",
        "smbfs",
        "virtiofs",
        "wekafs",
    }
)
_TABLE: Final = Path("/proc/self/mountinfo")


def file_system_of(path: Path, mountinfo: str) -> str:
    """Return the type of the file system that holds `path`; "" when unknown.

    Args:
        path: absolute, symbolic links resolved.
        mountinfo: what /proc/self/mountinfo says (see proc(5)).
    """
    best, kind = -1, ""
    for line in mountinfo.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:  # noqa: PLR2004
            continue
        point = Path(_unescape(fields[4]))
        # A later mount on the same point hides the earlier one.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ", 1)[0]
    return kind


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def refuse_network(folder: Path, mountinfo: str | None = None) -> None:
    """Raise `NetworkFileSystem` when `folder` lies on one.

    Args:
        folder: where the catalog is, or shall be.
        mountinfo: by default this machine's mount table; a system without one (not
            Linux) has nothing to check by.
    """
    if mountinfo is None:
        if not _TABLE.exists():
            return
        mountinfo = _TABLE.read_text(encoding="utf-8", errors="surrogateescape")
    kind = file_system_of(Path(os.path.realpath(folder)), mountinfo)
    if kind in NETWORK:
        msg = f"the catalog cannot live on a network file system ({kind}): SQLite's"
        msg += " locks do not hold there, and the catalog would be damaged"
        hint = "set JUPYTER_ARTIFACTS_HOME to a folder on a local disk"
        raise NetworkFileSystem(msg, address=str(folder), hint=hint)
