"""The papers of a run: what its process tells its companion, on disk.

    <spool>/papers/<ulid>/
        paper.json      which run, which folder, which process
        orders          the process → the companion, one JSON line each
        answers         the companion → the process
        claims          which experiment opened which file for writing
        taken           which files were taken, and when
        companion.lock  held while the companion lives
        done            there when everything is captured and said

They outlive both, so that somebody else can finish what a killed one left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.settings import Settings, place_of_storage
from jupyter_artifacts.tracking.journals import Journal, Tail
from jupyter_artifacts.tracking.lines import Answer, Claim, Order, Taken
from jupyter_artifacts.tracking.processes import Process, lives

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_UNREADABLE: Final[set[str]] = set()


class Paper(Record, frozen=True):
    """What a companion must know.

    Attributes:
        id: ULID; names its folder.
        home: of the catalog.
        storage: of the bytes.
        login: who acts.
        user: handle of the run's owner.
        run: the run's name.
        numbers: experiments that are under way from the start.
        folder: the capture root, resolved; "" when nothing is watched.
        marker: what was changed since this time (ns) is an output.
        process: whose death ends the run.
        kind: "script", "notebook" or "run" (the command).
        started: when.
        run_id: of the run.
    """

    id: str
    home: str
    storage: str
    login: str
    user: str
    run: str
    numbers: list[int]
    folder: str
    marker: int
    process: Process
    kind: str
    started: float
    run_id: str

    @property
    def settings(self) -> Settings:
        """Settings that name the same catalog, storage and person."""
        return Settings(
            home=Path(self.home),
            storage=place_of_storage(self.storage, Path(self.home)),
            user=self.login,
        )

    @property
    def address(self) -> str:
        """The run, as people say it."""
        return f"{self.user}:{self.run}"


class Papers:
    """One folder of papers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = (folder / "paper.json").read_bytes()
        self.paper = msgspec.json.decode(content, type=Paper)
        self._orders: Journal[Order] | None = None

    @classmethod
    def write(cls, paper: Paper) -> Papers:
        """Write a new folder of papers; it appears whole."""
        all_papers = papers_folder(paper.settings)
        all_papers.mkdir(mode=0o770, parents=True, exist_ok=True)
        hidden = all_papers / f".{paper.id}"
        hidden.mkdir(mode=0o700)
        with (hidden / "paper.json").open("xb") as file:
            file.write(msgspec.json.encode(paper))
            file.flush()
            os.fsync(file.fileno())
        _sync(hidden)
        place = hidden.rename(all_papers / paper.id)
        _sync(all_papers)
        return cls(place)

    def order(
        self,
        act: Literal["begin", "end", "finish", "segment", "script"],
        **said: object,
    ) -> Order:
        """Write an order and return it."""
        if self._orders is None:
            self._orders = Journal(self.folder / "orders")
        values = {"id": new_id(), "act": act, "time": time.time(), **said}
        order = msgspec.convert(values, Order)
        self._orders.append(order)
        return order

    def orders(self) -> Tail[Order]:
        """Follow the orders."""
        return Tail(self.folder / "orders", Order)

    def answers(self) -> Tail[Answer]:
        """Follow the answers."""
        return Tail(self.folder / "answers", Answer)

    def answering(self) -> Journal[Answer]:
        """Write answers."""
        return Journal(self.folder / "answers")

    def claims(self) -> Tail[Claim]:
        """Follow the claims."""
        return Tail(self.folder / "claims", Claim)

    def claiming(self) -> Journal[Claim]:
        """Write claims."""
        return Journal(self.folder / "claims")

    def taken(self) -> Tail[Taken]:
        """Follow what was taken."""
        return Tail(self.folder / "taken", Taken)

    def taking(self) -> Journal[Taken]:
        """Write what was taken."""
        return Journal(self.folder / "taken")

    def lock(self) -> int | None:
        """Become the companion: return a held lock, None when there is one."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            descriptor = os.open(self.folder / "companion.lock", flags, 0o600)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    @property
    def done(self) -> bool:
        """Whether everything is captured and said."""
        return not self.folder.exists() or (self.folder / "done").exists()

    @property
    def done_at(self) -> float | None:
        """When that was said; None when it was not."""
        try:
            return (self.folder / "done").stat().st_mtime
        except FileNotFoundError:
            return None

    def finish(self) -> None:
        """Say that everything is captured and said."""
        (self.folder / "done").touch(mode=0o600)

    def remove(self) -> None:
        """Throw the papers away; nobody needs them any more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def live(self) -> bool:
        """Whether its process, or its companion, still works on it."""
        if self.done:
            return False
        return lives(self.paper.process) or self.attended

    @property
    def attended(self) -> bool:
        """Whether a companion works on it."""
        held = self.lock()
        if held is not None:
            os.close(held)
        return held is None and self.folder.exists()


def papers_folder(settings: Settings) -> Path:
    """Return the folder of all papers."""
    return settings.spool / "papers"


def all_papers(settings: Settings, *, known: Collection[str] = ()) -> Iterator[Papers]:
    """Yield every folder of papers, the oldest first; done ones, too.

    Args:
        settings: say where they are.
        known: ids of those to leave out.
    """
    try:
        folders = sorted(papers_folder(settings).iterdir())
    except FileNotFoundError:
        return
    for folder in folders:
        if folder.name.startswith(".") or folder.name in known:
            continue
        try:
            papers = Papers(folder)
        except (FileNotFoundError, PermissionError):
            # thrown away while we look, or another person's
            continue
        except msgspec.DecodeError as error:
            _put_aside(folder, error)
            continue
        yield papers


def _put_aside(folder: Path, error: msgspec.DecodeError) -> None:
    """Have nobody stumble over papers that cannot be read, and say so once."""
    if str(folder) in _UNREADABLE:
        return
    _UNREADABLE.add(str(folder))
    where = folder
    if not isinstance(error, msgspec.ValidationError):
        # no version writes such; others' papers may be another version's
        with suppress(OSError):
            where = folder.rename(folder.with_name(f".damaged-{folder.name}"))
    sys.stderr.write(
        f"jupyter_artifacts: {where}: the papers of a run cannot be read: {error} "
        "(what it logged is taken in all the same)\n"
    )


def _sync(folder: Path) -> None:
    """Have the machine keep the names in a folder, even when it loses power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
