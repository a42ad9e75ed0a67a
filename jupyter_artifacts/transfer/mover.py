"""Moving each piece of a download's work."""

from __future__ import annotations

from contextlib import closing, nullcontext
from functools import partial as bound
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import ArtifactsError, Canceled, ChangedAtSource
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.transfer.budget import Budget
from jupyter_artifacts.transfer.checks import Checked, checked
from jupyter_artifacts.transfer.copies import Copier
from jupyter_artifacts.transfer.pace import Pace
from jupyter_artifacts.transfer.partial import RANGE
from jupyter_artifacts.transfer.ranges import Ranges, Span
from jupyter_artifacts.transfer.units import Folder, Large, Near, Pack, Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    from jupyter_artifacts.records.transfers import PlannedFile
    from jupyter_artifacts.transfer.progress import Meter
    from jupyter_artifacts.transfer.reach import Reach
    from jupyter_artifacts.transfer.results import Results
    from jupyter_artifacts.transfer.writing import Writer

IN_FLIGHT: Final = 4 * RANGE


class Mover:
    """One download's workers' common knowledge.

    Args:
        writer: gives files their names.
        reach: fetches bytes.
        meter: counts them.
        results: what became of each file.
        sha256: whether SHA-256 is computed, too.
    """

    def __init__(
        self,
        writer: Writer,
        reach: Reach,
        meter: Meter,
        results: Results,
        *,
        sha256: bool = False,
    ) -> None:
        self._sha256 = sha256
        self._writer = writer
        self._reach = reach
        self._meter = meter
        self._results = results
        self._copier = Copier(writer, reach, meter, self._done, sha256=sha256)
        self._pace = Pace()
        self._under_way: list[Ranges] = []
        self._at: dict[int, Ranges] = {}
        self._budget = Budget(IN_FLIGHT, meter.check)

    def close(self) -> None:
        """Let go of large files that did not get their names."""
        for large in self._under_way:
            large.partial.close()
        self._writer.close()

    def own_range(self, worker: int) -> Callable[[], None] | None:
        """Return what moves the next ranges of the large file a worker is at.

        They are hashed as they come: what others fetch meanwhile is read once more.
        """
        large = self._at.get(worker)
        return self._next_of(large) if large else None

    def any_range(self) -> Callable[[], None] | None:
        """Return what helps with a large file that is slow, or waits for one."""
        under_way = list(self._under_way)
        if self._pace.slow:
            for large in under_way:
                if ranges := self._next_of(large):
                    return ranges
        return under_way[0].attend if under_way else None

    def _next_of(self, large: Ranges) -> Callable[[], None] | None:
        span = large.next()
        return None if span is None else bound(self._ranges, large, span)

    def piece(self, unit: object, worker: int) -> Callable[[], None]:
        """Return what moves a unit of work, or its first ranges."""
        match unit:
            case Pack():
                return bound(self._copy_of_many if unit.copy else self._pack, unit)
            case Whole():
                return bound(self._whole, unit.file)
            case Near():
                return bound(self._copier.near, unit.files)
            case Folder():
                return bound(self._folder, unit.file)
            case Large():
                if self._reach.may_be_cached(unit.file):
                    return bound(self._cached, unit.file, worker)
                return self._begin(unit.file, worker)
        msg = f"{unit!r} is no unit of work"
        raise TypeError(msg)

    def _cached(self, file: PlannedFile, worker: int) -> None:
        cached = self._reach.open_cached(file)
        if cached is None:  # it was not what it was to be
            self._begin(file, worker)()
        else:
            self._copier.copy(file, cached)

    def _begin(self, file: PlannedFile, worker: int) -> Callable[[], None]:
        partial = self._writer.partial(file)
        large = Ranges(file, partial, self._pace, sha256=self._sha256)
        self._under_way.append(large)
        self._meter.came_before(large.resumed)
        self._at[worker] = large
        return self._next_of(large) or bound(self._finish, large)

    def _ranges(self, large: Ranges, span: Span) -> None:
        file, last = large.file, False
        # of other people's buckets a piece is a whole range
        remote = file.kind is AssetKind.REMOTE
        try:
            with (
                self._budget.taken(RANGE) if remote else nullcontext(),
                closing(self._reach.stream(file, span.at, span.end - span.at)) as came,
            ):
                while span.at < span.end:
                    content = next(came)
                    before = span.at
                    with self._writer.saying(file):
                        last = large.put(span, content)
                    self._meter.moved(span.at - before)
                    del content  # before there is more
            if last:
                self._finish(large)
        except BaseException:
            large.abandon()
            raise

    def _finish(self, large: Ranges) -> None:
        file = large.file
        try:
            found = large.outcome()
        except ChangedAtSource as error:
            self._meter.came_before(-file.size)
            large.restart(error)
            self._again(large)
            return
        ours = self._writer.finish(file, large.partial, found.digest)
        self._under_way.remove(large)
        large.leave()
        large.partial.close()
        self._done(file, found, ours=ours)

    def _again(self, large: Ranges) -> None:
        """Fetch every range once more: what an earlier process left was wrong."""
        while (span := large.next()) is not None:
            self._ranges(large, span)

    def _pack(self, pack: Pack) -> None:
        with self._budget.taken(pack.end - pack.start):
            content = self._from_pack(pack)
            self._meter.moved(sum(file.size for file in pack.files))
            with self._writer.small():
                for file in pack.files:
                    part = pack.part(file, content)
                    try:
                        found = self._checked(file, part)
                    except ChangedAtSource:
                        if not file.size:
                            raise
                        part = memoryview(self._reach.fetch(file, 0, file.size))
                        found = self._checked(file, part)
                    self._write(file, part, found)

    def _copy_of_many(self, pack: Pack) -> None:
        """Move the files of a pack that is only a faster copy; nothing depends on it.

        Where it is gone or wrong, the objects that are the files are fetched.
        """
        left = []
        with self._budget.taken(pack.end - pack.start):
            try:
                content = self._from_pack(pack)
            except Canceled:
                raise
            except ArtifactsError:
                left = pack.files
            else:
                with self._writer.small():
                    left = [
                        file
                        for file in pack.files
                        if not self._from_copy(file, pack.part(file, content))
                    ]
                del content
        for file in left:
            self._whole(file)

    def _from_copy(self, file: PlannedFile, part: memoryview) -> bool:
        try:
            found = self._checked(file, part)
        except ChangedAtSource:
            return False
        self._meter.moved(file.size)
        self._write(file, part, found)
        return True

    def _from_pack(self, pack: Pack) -> memoryview:
        length = pack.end - pack.start
        if not length:
            return memoryview(b"")
        return memoryview(self._reach.fetch_key(pack.key, pack.start, length))

    def _whole(self, file: PlannedFile) -> None:
        cached = self._reach.open_cached(file)
        if cached is not None:
            self._copier.copy(file, cached)
            return
        with self._budget.taken(file.size):
            content, found = self._verified(file)
            self._meter.moved(file.size)
            with self._writer.small():
                self._write(file, content, found)

    def _verified(self, file: PlannedFile) -> tuple[Buffer, Checked]:
        """Fetch a file; where the bytes are wrong, once more, then what it was before.

        A wire may have harmed them, or somebody may have written the file anew.
        """
        if not file.size:
            return b"", self._checked(file, b"")
        try:
            content = self._reach.fetch(file, 0, file.size)
            return content, self._checked(file, content)
        except ChangedAtSource as error:
            earlier = self._reach.earlier(file)
            if earlier is None:
                try:
                    earlier = self._reach.fetch(file, 0, file.size)
                except ChangedAtSource:
                    raise error from None
            return earlier, self._checked(file, earlier)

    def _folder(self, file: PlannedFile) -> None:
        self._writer.make_folder(file)
        self._meter.finished(1)

    def _checked(self, file: PlannedFile, content: Buffer) -> Checked:
        return checked(file, content, sha256=self._sha256)

    def _write(self, file: PlannedFile, content: Buffer, found: Checked) -> None:
        ours = self._writer.write(file, content, found.digest)
        self._done(file, found, ours=ours)

    def _done(self, file: PlannedFile, found: Checked, *, ours: bool) -> None:
        self._results.note(file, found, ours=ours)
        self._meter.finished(1)
