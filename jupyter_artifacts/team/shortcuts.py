"""What is used so often that it needs no `connect()`: the team of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_artifacts.team import connect
from jupyter_artifacts.team.loading import MOST

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable
    from pathlib import Path

    from jupyter_artifacts.records.peeks import Peek
    from jupyter_artifacts.records.transfers import Receipt


def download(
    address: str,
    to: str | Path = "",
    *,
    include: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    overwrite: str = "error",
    sha256: bool = False,
) -> Receipt:
    """Download anything of the team, every file checked; see `Team.download`."""
    return connect().download(
        address,
        to,
        include=include,
        exclude=exclude,
        overwrite=overwrite,
        sha256=sha256,
    )


def open(address: str) -> io.BufferedReader:  # noqa: A001 - `ja.open`, as in `gzip.open`
    """Return a file of the team as a file object; see `Team.open`."""
    return connect().open(address)


def load(address: str, *, trust: bool = False, max_bytes: int = MOST) -> Any:
    """Return what a file of the team holds; see `Team.load`."""
    return connect().load(address, trust=trust, max_bytes=max_bytes)


def peek(address: str) -> Peek:
    """Tell what a file of the team holds, without its download; see `Team.peek`."""
    return connect().peek(address)


def attach(address: str) -> Path:
    """Attach a datastore to this session; see `Team.attach`."""
    return connect().attach(address)
