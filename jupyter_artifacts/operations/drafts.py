"""Versions on their way: private to who copies, gone when that dies.

A draft is a file in the spool, named by the version's id, that says where its bytes
are. Its process holds a lock on it; a lock that is free means that the process died,
and whoever comes next takes away what it left, also what could not be taken away then.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.operations.context import Context

_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


@contextmanager
def draft(ctx: Context, version_id: str, prefix: str) -> Iterator[None]:
    """Keep a draft for the length of a with block; an error takes it away.

    Args:
        ctx: the context.
        version_id: of the version, which names its manifest.
        prefix: the key below which its bytes come to lie; nobody else's.
    """
    _forget_abandoned(ctx)
    kept = _folder(ctx) / version_id
    kept.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(kept, _FLAGS, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        os.write(opened, prefix.encode())
        try:
            yield
        except BaseException:
            _discard(ctx, version_id, prefix)
            kept.unlink()
            raise
        kept.unlink()
    finally:
        os.close(opened)


def _forget_abandoned(ctx: Context) -> None:
    folder = _folder(ctx)
    if not folder.is_dir():
        return
    for kept in sorted(folder.iterdir()):
        with suppress(FileNotFoundError), _taken(kept) as prefix:
            if prefix:
                _discard(ctx, kept.name, prefix)
                kept.unlink()


@contextmanager
def _taken(kept: Path) -> Iterator[str]:
    """Give what a draft says when nobody holds it; "" when somebody does."""
    with kept.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield ""
        else:
            yield file.read().decode()


def _discard(ctx: Context, version_id: str, prefix: str) -> None:
    """Take a draft's bytes and rows away; a version that was published stays."""
    with ctx.catalog.write() as rows:
        of_artifact = prefix.startswith("artifacts/")
        versions = rows.versions if of_artifact else rows.datastores
        published = versions.discard(version_id)
    if not published:
        ctx.storage.delete(prefix)


def _folder(ctx: Context) -> Path:
    return Path(ctx.spool, "drafts")
