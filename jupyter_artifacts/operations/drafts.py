"""Versions on their way: private to who copies, gone when that dies.

A draft is a file in the spool, named by the version's id, that says where its bytes
are. Its process holds a lock on it; a lock that is free means that the process died,
and whoever comes next takes away what it left: who makes the next version, a server, or
`gc`. What cannot be taken away at once is doomed, and tried again while a server runs.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.operations.emptying import empty_folders

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
    forget_abandoned(ctx)
    kept = _folder(ctx) / version_id
    kept.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(kept, _FLAGS, 0o660)  # its group may find out that we died
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


def forget_abandoned(ctx: Context, *, dry_run: bool = False) -> int:
    """Take away what dead processes left; return of how many versions that was.

    Args:
        ctx: the context.
        dry_run: only count them.
    """
    folder = _folder(ctx)
    abandoned = 0
    for kept in sorted(folder.iterdir()) if folder.is_dir() else ():
        # one of somebody who shares nothing with us is theirs to take away
        with suppress(FileNotFoundError, PermissionError), _taken(kept) as prefix:
            abandoned += bool(prefix)
            if prefix and not dry_run:
                _discard(ctx, kept.name, prefix)
                kept.unlink()
    return abandoned


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
    now = ctx.clock()
    with ctx.catalog.write() as rows:
        if prefix.startswith("artifacts/"):
            published = rows.versions.discard(version_id, now)
        else:
            published = rows.datastores.discard(version_id)
        if not published:
            rows.doomed.add([prefix], now)
    if not published:
        empty_folders(ctx.catalog, ctx.storage, [prefix])


def _folder(ctx: Context) -> Path:
    return Path(ctx.spool, "drafts")
