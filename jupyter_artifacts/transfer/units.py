"""Files of a plan → pieces of work, each of at most 8 MiB in flight."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.transfer.partial import RANGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jupyter_artifacts.records.transfers import PlannedFile

SMALL: Final = 1024 * 1024
_GAP: Final = 256 * 1024
_TOGETHER: Final = 256


@dataclass(slots=True)
class Pack:
    """Files that lie near each other in one pack, fetched by one request.

    Attributes:
        key: of the pack.
        start: where the first byte lies in it.
        end: behind the last one.
        files: those that lie there.
        copy: whether it is only a faster copy of objects that are the files.
    """

    key: str
    start: int
    end: int
    files: list[PlannedFile]
    copy: bool = False

    def part(self, file: PlannedFile, content: memoryview) -> memoryview:
        """Return the bytes of one file out of those from `start` to `end`."""
        place = file.copy_offset if self.copy else file.offset or 0
        return content[place - self.start :][: file.size]


@dataclass(slots=True)
class Folder:
    """An empty folder."""

    file: PlannedFile


@dataclass(slots=True)
class Near:
    """Files of this machine: many small ones, or a large one."""

    files: list[PlannedFile] = field(default_factory=list)
    bytes: int = 0


@dataclass(slots=True)
class Whole:
    """A file that one request fetches."""

    file: PlannedFile


@dataclass(slots=True)
class Large:
    """A file that comes in ranges, several at once."""

    file: PlannedFile


Unit = Pack | Folder | Near | Whole | Large


def is_heavy(unit: Unit) -> bool:
    """Whether moving a unit takes much memory at once."""
    match unit:
        case Large():
            return True
        case Whole():
            return unit.file.size > SMALL
        case Pack():
            return unit.end - unit.start > SMALL
    return False


def units(
    files: Iterable[PlannedFile], is_near: Callable[[PlannedFile], bool]
) -> Iterator[Unit]:
    """Yield the work that moving `files` is, in their order; looks at few at a time.

    Args:
        files: those that are to be written.
        is_near: whether a file's bytes lie on this machine.
    """
    gathering = _Gathering()
    for file in files:
        if file.kind is AssetKind.FOLDER:
            yield Folder(file)
        elif file.offset is not None and file.size <= RANGE:
            yield from gathering.packed(file, file.key, file.offset)
        elif file.copy_key:
            yield from gathering.packed(file, file.copy_key, file.copy_offset)
        elif is_near(file):
            yield from gathering.near(file)
        else:
            yield Whole(file) if file.size <= RANGE else Large(file)
    yield from gathering.rest()


class _Gathering:
    """Small files, gathered until they are worth a request or a thread's turn."""

    def __init__(self) -> None:
        self._pack: Pack | None = None
        self._near = Near()

    def packed(self, file: PlannedFile, key: str, offset: int) -> Iterator[Unit]:
        """Take in a file of a pack; yield what is complete."""
        if self._pack and not _joins(self._pack, file, key, offset):
            yield self._pack
            self._pack = None
        if self._pack is None:
            self._pack = Pack(key, offset, offset, [], copy=key == file.copy_key)
        pack = self._pack
        pack.files.append(file)
        pack.end = max(pack.end, offset + file.size)

    def near(self, file: PlannedFile) -> Iterator[Unit]:
        """Take in a file of this machine; yield what is complete."""
        if self._near.files and not _fits(self._near, file):
            yield self._near
            self._near = Near()
        self._near.files.append(file)
        self._near.bytes += file.size

    def rest(self) -> Iterator[Unit]:
        """Yield what is left."""
        if self._pack:
            yield self._pack
        if self._near.files:
            yield self._near


def _joins(pack: Pack, file: PlannedFile, key: str, offset: int) -> bool:
    """Whether fetching up to this file wastes little, and stays within one range."""
    return (
        key == pack.key
        and pack.start <= offset <= pack.end + _GAP
        and max(pack.end, offset + file.size) - pack.start <= RANGE
    )


def _fits(near: Near, file: PlannedFile) -> bool:
    together = len(near.files) < _TOGETHER and near.bytes + file.size <= RANGE
    return together and file.size <= SMALL
