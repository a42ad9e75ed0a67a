"""What of a folder becomes a datastore's version, and how its bytes are reached."""

from __future__ import annotations

import os
from collections import deque
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from jupyter_artifacts.addresses import reason_against_path
from jupyter_artifacts.errors import ArtifactsError, ChangedAtSource, InvalidRequest
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.transfer.packing import PACKED
from jupyter_artifacts.transfer.saving import ToSave
from jupyter_artifacts.transfer.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPENED: Final = "/proc/self/fd"
_WAITING: Final = 128


class Listed(Record, frozen=True, kw_only=True):
    """A file of a folder.

    Attributes:
        path: in the version.
        at: where the bytes are below the folder; another path only for a link.
    """

    path: str
    at: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the parts of where the bytes are."""
        return tuple(self.at.split("/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a version is copied from.

    Attributes:
        root: the folder, links in its path resolved.
        files: as many as there are, in little memory.
        left_out: how many hidden files and folders are not in it.
    """

    root: Path
    files: Spool[Listed]
    left_out: int


def list_files(source: Path, *, hidden: bool) -> Listing:
    """Return every file below `source`; a link to a file in it stands for that file.

    Args:
        source: a folder.
        hidden: whether files and folders whose names begin with a dot are taken too.

    Raises:
        InvalidRequest: when something in it cannot be part of a datastore.
    """
    root = source.resolve()
    files = Spool(Listed)
    left_out = 0

    def refuse(error: OSError) -> NoReturn:
        msg = f"the folder cannot be read: {error.strerror}"
        hint = "make it readable, or copy what is to be shared elsewhere"
        raise InvalidRequest(msg, address=str(error.filename), hint=hint) from error

    for folder, folders, names in os.walk(root, onerror=refuse):
        if not hidden:
            left_out += sum(_is_hidden(name) for name in (*folders, *names))
            folders[:] = [name for name in folders if not _is_hidden(name)]
            names = [name for name in names if not _is_hidden(name)]  # noqa: PLW2901
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*sorted(names), *links):
            full = Path(folder, name)
            relative = full.relative_to(root).as_posix()
            target = full.resolve() if full.is_symlink() else full
            if reason := reason_against_path(relative) or _against(target, root):
                msg = f"{relative!r} cannot be part of a datastore: {reason}"
                raise InvalidRequest(msg, address=str(source), hint="remove it first")
            at = target.relative_to(root).as_posix()
            files.append(Listed(path=relative, at=at))
    return Listing(root=root, files=files, left_out=left_out)


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _against(target: Path, root: Path) -> str:
    if not target.is_relative_to(root):
        return "it is a link that leaves the folder"
    if target.is_dir():
        return "it is a link to a folder"
    if not target.exists():
        return "it is a link to nothing"
    return "" if target.is_file() else "it is no regular file"


@contextmanager
def held(root: Path) -> Iterator[int]:
    """Hold a listed folder open for the length of a with block.

    Raises:
        ChangedAtSource: when another folder stands there by now.
    """
    with _unchanged(root):
        opened = os.open(root, _FOLDER)
    try:
        if Path(f"{_OPENED}/{opened}").readlink() != root:
            raise _changed(root)
        yield opened
    finally:
        os.close(opened)


@contextmanager
def reached(top: int, root: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Give a path to a file below a held folder, for the length of a with block.

    Whoever may write there could put a link in a folder's place once it was looked
    at; so no link is followed on the way.

    Args:
        top: the held folder.
        root: its path, for messages.
        parts: the file's path below it.
    """
    folder = os.dup(top)
    try:
        with _unchanged(root.joinpath(*parts)):
            for part in parts[:-1]:
                below = os.open(part, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = below
        path = Path(_OPENED, str(folder), parts[-1])
        with named():
            yield path
    finally:
        os.close(folder)


@contextmanager
def to_save(listing: Listing, top: int) -> Iterator[Iterator[ToSave]]:
    """Give the files of a listing for `save`, reached as `reached` reaches them.

    A small file stays reachable until the next one is asked for, and a large one, which
    another thread may read, for longer than `save` keeps it waiting; the last ones
    until the with block ends.

    Args:
        listing: of the folder.
        top: the held folder.
    """
    waiting: deque[ExitStack] = deque()
    with closing(_files(listing, top, waiting)) as files:
        try:
            yield files
        finally:
            for each in waiting:
                each.close()


def _files(
    listing: Listing, top: int, waiting: deque[ExitStack]
) -> Generator[ToSave, None, None]:
    for listed in listing.files:
        with ExitStack() as opened:
            path = opened.enter_context(reached(top, listing.root, listed.parts))
            with _unchanged(listing.root / listed.at):
                found = path.lstat()
            modified, size = said_time(found.st_mtime), found.st_size
            yield ToSave(path=listed.path, source=path, modified=modified, size=size)
            if size >= PACKED:
                waiting.append(opened.pop_all())
        if len(waiting) > _WAITING:
            waiting.popleft().close()


@contextmanager
def named() -> Iterator[None]:
    """Let an error name a file by its own path, not by how it was reached."""
    try:
        yield
    except ArtifactsError as error:
        path = Path(error.address)
        if not path.is_relative_to(_OPENED):
            raise
        address = str(path.parent.readlink() / path.name)
        raise type(error)(error.message, address=address, hint=error.hint) from None


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _changed(path) from error


def _changed(path: Path) -> ChangedAtSource:
    msg = "the folder changed while it was copied, so there is no new version"
    return ChangedAtSource(msg, address=str(path), hint="try again when it is still")
