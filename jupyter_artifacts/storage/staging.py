"""Files on their way into a folder: copied and hashed first, named last.

    <root>/.incoming/<random>        a file that has no name yet
    <root>/.incoming/<random>-old    what its name stood for until a moment ago

Naming is one rename, and can be taken back until the file is discarded.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import InvalidPath
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.storage.copying import copy, write_all
from jupyter_artifacts.storage.faults import faults
from jupyter_artifacts.storage.source import check_unchanged, open_source, said_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.syncing import Syncer

INCOMING: Final = ".incoming"
FOLDER_MODE: Final = 0o770  # the umask decides whether the group may write
FILE_MODE: Final = 0o660
_TRIES: Final = 16
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_FAILED: Final = "the file cannot be stored"
_CANNOT_LINK: Final = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)


@dataclass(slots=True)
class StagedFile:
    """A file below `.incoming`.

    Attributes:
        asset: what it is; its path is the key that it is staged for.
        name: below `.incoming`.
        old: where the bytes are that it replaced; () when it replaced none.
        published: device and inode, while it has its name.
    """

    asset: Asset
    name: str
    old: tuple[str, ...] = ()
    published: tuple[int, int] | None = None


class Staging:
    """What is on its way into one folder.

    Args:
        root: absolute, links in it resolved.
        syncer: gets files onto the disk.
    """

    def __init__(self, root: str, syncer: Syncer) -> None:
        self._root = root
        self._syncer = syncer

    @contextmanager
    def incoming(self) -> Iterator[int]:
        """Open the folder of what is on its way, made when missing."""
        with folder_beneath(self._root, (INCOMING,), make_mode=FOLDER_MODE) as incoming:
            yield incoming

    def store_bytes(self, key: str, parts: Sequence[Buffer]) -> None:
        """Write `parts` to where they wait for their name, and give it to them."""
        checked = key_parts(key)
        name = secrets.token_hex(16)
        with faults(key, _FAILED), self.incoming() as incoming:
            target = os.open(name, _NEW, FILE_MODE, dir_fd=incoming)
            try:
                for part in parts:
                    write_all(target, memoryview(part))
                self._rename(incoming, name, checked)
                self._syncer.add(target)
            except BaseException:
                with suppress(FileNotFoundError):  # it may have its name by now
                    os.unlink(name, dir_fd=incoming)
                raise
            finally:
                os.close(target)

    def stage(
        self,
        key: str,
        source: Path,
        uri: str,
        passed: Callable[[int], None] | None = None,
    ) -> StagedFile:
        """Copy `source`, whole and hashed, to where it waits for its name."""
        name = secrets.token_hex(16)
        with (
            open_source(source) as (opened, before),
            faults(key, _FAILED),
            self.incoming() as incoming,
        ):
            target = os.open(name, _NEW, FILE_MODE, dir_fd=incoming)
            try:
                size, digest = copy(opened, target, passed)
                check_unchanged(source, opened, before, size)
                os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
                self._syncer.add(target)
            except BaseException:
                os.unlink(name, dir_fd=incoming)
                raise
            finally:
                os.close(target)
        asset = Asset(
            path=key,
            size=size,
            digest=digest,
            modified=said_time(before.st_mtime),
            captured=time.time(),
            uri=uri,
        )
        return StagedFile(asset, name)

    def publish(self, staged: StagedFile, keep: str) -> None:
        """Give a file its name; what stood there stays at hand, as `keep` if given."""
        key = staged.asset.path
        parts = key_parts(key)
        old = key_parts(keep) if keep else (INCOMING, f"{staged.name}-old")
        with faults(key, _FAILED):
            if self._keep_old(parts, old):
                staged.old = old
            self._give_name(staged, parts)

    def withdraw(self, staged: StagedFile) -> None:
        """Take a name back, unless another file has it by now; the old bytes return.

        The file is staged again, as it was before `publish`.
        """
        if staged.published is None:
            return
        published, staged.published = staged.published, None
        parts = key_parts(staged.asset.path)
        with (
            faults(staged.asset.path, "the old file cannot be put back"),
            suppress(FileNotFoundError),  # its folder was deleted meanwhile
            folder_beneath(self._root, parts[:-1]) as folder,
        ):
            now = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            if (now.st_dev, now.st_ino) != published:
                return
            with self.incoming() as incoming:
                os.rename(
                    parts[-1], staged.name, src_dir_fd=folder, dst_dir_fd=incoming
                )
            if staged.old:
                with folder_beneath(self._root, staged.old[:-1]) as kept:
                    os.replace(
                        staged.old[-1], parts[-1], src_dir_fd=kept, dst_dir_fd=folder
                    )

    def discard(self, staged: StagedFile) -> None:
        """Forget what is on its way; a file that has its name keeps it."""
        with (
            faults(staged.asset.path, "the storage cannot be tidied"),
            self.incoming() as incoming,
        ):
            for name in (staged.name, f"{staged.name}-old"):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=incoming)

    def _keep_old(self, parts: tuple[str, ...], old: tuple[str, ...]) -> bool:
        """Give the file at `parts` a second name; say whether there is a file."""
        with (
            suppress(FileNotFoundError),
            folder_beneath(self._root, parts[:-1]) as folder,
        ):
            found = os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                return False  # the rename will say what stands in the way
            with folder_beneath(self._root, old[:-1], make_mode=FOLDER_MODE) as kept:
                try:
                    os.link(parts[-1], old[-1], src_dir_fd=folder, dst_dir_fd=kept)
                except FileExistsError:  # kept once already: the same bytes
                    return True
                except OSError as error:
                    if error.errno not in _CANNOT_LINK:
                        raise
                    # for a moment nothing stands there: readers look at `old` then
                    os.replace(parts[-1], old[-1], src_dir_fd=folder, dst_dir_fd=kept)
            return True
        return False

    def _give_name(self, staged: StagedFile, parts: tuple[str, ...]) -> None:
        with self.incoming() as incoming:
            opened = os.open(staged.name, _READ, dir_fd=incoming)
            try:
                self._rename(incoming, staged.name, parts)
                found = os.fstat(opened)
                staged.published = (found.st_dev, found.st_ino)
                self._syncer.add(opened)
            finally:
                os.close(opened)

    def _rename(self, incoming: int, name: str, parts: tuple[str, ...]) -> None:
        for attempt in range(_TRIES):
            try:
                with folder_beneath(
                    self._root, parts[:-1], make_mode=FOLDER_MODE
                ) as folder:
                    os.replace(name, parts[-1], src_dir_fd=incoming, dst_dir_fd=folder)
            except FileNotFoundError:  # somebody deletes the folders we make
                if attempt == _TRIES - 1:
                    raise
            else:
                return


def key_parts(key: str) -> tuple[str, ...]:
    """Return the segments of a key, checked."""
    parts = AssetPath(key).parts
    if parts[0] == INCOMING:
        msg = "this name is kept for files on their way"
        raise InvalidPath(msg, address=key, hint="choose another name")
    return parts
