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
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.tracking.journals import Journal, Tail
from jupyter_artifacts.tracking.processes import Process, lives

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


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

    @property
    def settings(self) -> Settings:
        """Settings that name the same catalog, storage and person."""
        return Settings(
            home=Path(self.home), storage=Path(self.storage), user=self.login
        )

    @property
    def address(self) -> str:
        """The run, as people say it."""
        return f"{self.user}:{self.run}"


class Order(Record, frozen=True):
    """What the process wants.

    Attributes:
        id: ULID; the answer names it.
        act: "begin" an experiment, "end" one, "finish" the run, register a
            "segment", watch over a "script" as well.
        time: when.
        number: which experiment.
        state: to end in.
        reason: of the end.
        path: of the segment.
        process: the script's.
        leaving: whether the process is about to exit.
        died: whether the script was killed.
    """

    id: str
    act: Literal["begin", "end", "finish", "segment", "script"]
    time: float
    number: int = -1
    state: str = ""
    reason: str = ""
    path: str = ""
    process: Process | None = None
    leaving: bool = False
    died: bool = False


class Answer(Record, frozen=True):
    """An order was carried out; `problem` says what went wrong, "" for nothing."""

    id: str
    problem: str = ""


class Claim(Record, frozen=True):
    """An experiment opened a file for writing.

    Attributes:
        path: absolute.
        number: of the experiment; -1 for the one under way.
        time: when.
    """

    path: str
    number: int
    time: float


class Taken(Record, frozen=True):
    """A file was captured, or else listed as not captured, for an experiment."""

    path: str
    number: int
    time: float
    captured: bool = True


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
        (hidden / "paper.json").write_bytes(msgspec.json.encode(paper))
        return cls(hidden.rename(all_papers / paper.id))

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
    with suppress(FileNotFoundError):
        for folder in sorted(papers_folder(settings).iterdir()):
            if not folder.name.startswith(".") and folder.name not in known:
                # one may be thrown away while we look, or be another person's
                with suppress(FileNotFoundError, PermissionError):
                    yield Papers(folder)
