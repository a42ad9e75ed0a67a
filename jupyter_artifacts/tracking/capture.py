"""Takes files into experiments: each once it is quiet, and again when rewritten."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Conflict,
    Gone,
    Unavailable,
)
from jupyter_artifacts.operations.capturing import FileToCapture
from jupyter_artifacts.tracking.lines import Taken
from jupyter_artifacts.tracking.openfiles import held_for_writing
from jupyter_artifacts.tracking.rules import Rules, shown
from jupyter_artifacts.tracking.scanner import Scanner, Seen, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.tracking.attribution import Attribution
    from jupyter_artifacts.tracking.outlet import Outlet

QUIET: Final = 0.5
"""Seconds without a change after which a file counts as written."""

_LOOK_EVERY: Final = 0.25
_TRY_AGAIN_AFTER: Final = 2.0
_REST: Final = 10  # times as long as its capture took, a file is left alone after it
_LAST_TRIES: Final = 3
_AT_ONCE: Final = 200
_TORN: Final = (
    "it was open for writing when the process died; "
    "what is kept is the file as it was before"
)


@dataclass(slots=True)
class _Waiting:
    signature: Signature
    since: float
    own: bool = False  # whether the run's own processes have it open for writing


class Capture:
    """The files of one run.

    Args:
        attribution: says whose a file is.
        outlet: takes the files.
    """

    def __init__(self, attribution: Attribution, outlet: Outlet) -> None:
        self._judge = attribution
        self._outlet = outlet
        paper = attribution.papers.paper
        self.root = paper.folder
        rules = Rules(self.root, paper.settings)
        self._scanner = Scanner(self.root, paper.marker, rules)
        self._taking = attribution.papers.taking()
        self._waiting: dict[str, _Waiting] = {}
        self._dealt_with: dict[str, Signature] = {}
        self._captured: set[str] = set()
        self._problems: dict[str, str] = {}
        self._rested: dict[str, float] = {}
        self._next_look = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._waiting

    def notice(self, paths: Iterable[str]) -> None:
        """Something happened at these absolute paths."""
        for path in paths:
            if not path.startswith(f"{self.root}/"):
                continue
            relative = path[len(self.root) + 1 :]
            found = self._scanner.look(relative)
            if isinstance(found, Seen):
                self._wait_for(found)
            elif found:
                self.scan(relative)

    def scan(self, folder: str = "") -> None:
        """Look at everything below `folder`, a path below the root."""
        for seen in self._scanner.scan(folder):
            self._wait_for(seen)

    def _wait_for(self, seen: Seen) -> None:
        if self._dealt_with.get(seen.path) == seen.signature:
            return
        waiting = self._waiting.get(seen.path)
        if waiting is None:
            self._waiting[seen.path] = _Waiting(seen.signature, time.monotonic())
        elif waiting.signature != seen.signature:
            waiting.signature, waiting.since = seen.signature, time.monotonic()

    def sight(self, family: list[int]) -> Iterable[str]:
        """Look which waiting files the run's own processes have open for writing.

        Returns:
            Their paths, absolute.
        """
        held = held_for_writing(self.root, family)
        for relative, waiting in self._waiting.items():
            waiting.own = f"{self.root}/{relative}" in held
        return held

    @property
    def held_by_the_run(self) -> bool:
        """Whether the run's own processes were last seen writing a file."""
        return any(waiting.own for waiting in self._waiting.values())

    def take_quiet(self) -> None:
        """Take what was not changed for a while and nobody has open for writing."""
        now = time.monotonic()
        if now < self._next_look or not self._waiting:
            return
        self._next_look = now + _LOOK_EVERY
        ready = [
            seen
            for seen in self._look_again()
            if now - self._waiting[seen.path].since >= QUIET
            and now >= self._rested.get(seen.path, 0.0)
        ]
        held = held_for_writing(self.root) if ready else {}
        self._take_all((seen, "") for seen in ready if seen.source not in held)

    def take_closed(self) -> None:
        """Take at once what nobody has open for writing."""
        self.scan()
        held = held_for_writing(self.root) if self._waiting else {}
        closed = [seen for seen in self._look_again() if seen.source not in held]
        self._take_all((seen, "") for seen in closed)

    def take_last(self, *, died: bool) -> None:
        """Take everything, open or not; what cannot be taken is listed.

        Args:
            died: whether the process ended without saying so.
        """
        self.scan()
        for attempt in range(_LAST_TRIES):
            held = held_for_writing(self.root) if self._waiting else {}
            ready = []
            for seen in self._look_again():
                torn = died and self._waiting[seen.path].own
                if torn and seen.path in self._captured:
                    self._settle(seen, self._owners(seen), _TORN)
                else:
                    ready.append((seen, _note(seen, held, torn=torn)))
            self._take_all(ready)
            if not self._waiting:
                return
            time.sleep(QUIET if attempt else 0.05)
        for seen in self._look_again():
            self._settle(seen, self._owners(seen), self._problems[seen.path])

    def _look_again(self) -> list[Seen]:
        """Return what still waits, as it is now; forget what is gone."""
        found = []
        for relative, waiting in list(self._waiting.items()):
            seen = self._scanner.look(relative)
            if not isinstance(seen, Seen):
                del self._waiting[relative]
                continue
            if seen.signature != waiting.signature:
                waiting.signature, waiting.since = seen.signature, time.monotonic()
            found.append(seen)
        return found

    def _take_all(self, ready: Iterable[tuple[Seen, str]]) -> None:
        """Take files, each with its note, in batches of one experiment's."""
        batches: dict[int, list[tuple[Seen, str]]] = defaultdict(list)
        for seen, note in ready:
            place = f"{self.root}/{seen.path}"
            owner = self._judge.owner(place, seen.signature.modified)
            reason = seen.reason or owner.reason
            if reason or not owner.numbers:
                self._settle(seen, owner.numbers, reason)
            else:
                batches[owner.numbers[0]].append((seen, note))
        for number, files in batches.items():
            for at in range(0, len(files), _AT_ONCE):
                self._take(number, files[at : at + _AT_ONCE])

    def _owners(self, seen: Seen) -> tuple[int, ...]:
        owner = self._judge.owner(f"{self.root}/{seen.path}", seen.signature.modified)
        return owner.numbers

    def _take(self, number: int, files: list[tuple[Seen, str]]) -> None:
        now, began = time.time(), time.monotonic()
        wanted = [
            FileToCapture(seen.path, Path(seen.source), note) for seen, note in files
        ]
        answers: list[Asset | ArtifactsError]
        try:
            answers = self._outlet.capture(number, wanted)
        except ArtifactsError as error:
            answers = [error] * len(files)
        ended = time.monotonic()
        for (seen, _), answer in zip(files, answers, strict=True):
            if isinstance(answer, ArtifactsError):
                self._missed(number, seen, answer)
                continue
            self._captured.add(seen.path)
            self._rested[seen.path] = ended + _REST * (ended - began) / len(files)
            self._remember(seen, Taken(path=self._place(seen), number=number, time=now))

    def _missed(self, number: int, seen: Seen, error: ArtifactsError) -> None:
        """Leave a file in line where that may help, else settle it."""
        if isinstance(error, ChangedAtSource):
            self._waiting[seen.path].since = time.monotonic()
            self._problems[seen.path] = error.message
        elif isinstance(error, Gone):
            del self._waiting[seen.path]
        elif isinstance(error, Unavailable):
            # a full disk or a busy catalog may get better
            self._waiting[seen.path].since = time.monotonic() + _TRY_AGAIN_AFTER
            self._problems[seen.path] = error.message
        else:
            self._settle(seen, (number,), error.message)

    def _settle(self, seen: Seen, numbers: tuple[int, ...], reason: str) -> None:
        """List a file as not captured, or pass over what is not ours."""
        now = time.time()
        for number in numbers if reason else ():
            try:
                self._outlet.refuse(number, shown(seen.path), reason)
            except Conflict as error:
                # its experiment has ended; what it wrote late can be listed no more
                sys.stderr.write(f"{shown(seen.path)}: {reason} ({error})\n")
            place = self._place(seen)
            self._remember(
                seen, Taken(path=place, number=number, time=now, captured=False)
            )
        self._dealt_with[seen.path] = seen.signature
        self._waiting.pop(seen.path, None)

    def _remember(self, seen: Seen, taken: Taken) -> None:
        self._dealt_with[seen.path] = seen.signature
        self._waiting.pop(seen.path, None)
        self._taking.append(taken)

    def _place(self, seen: Seen) -> str:
        return shown(f"{self.root}/{seen.path}")

    def close(self) -> None:
        """Let the journal go."""
        self._taking.close()


def _note(seen: Seen, held: dict[str, set[int]], *, torn: bool) -> str:
    if torn:
        return "open for writing when the process died; it may be incomplete"
    return "open for writing when the run ended" if seen.source in held else ""
