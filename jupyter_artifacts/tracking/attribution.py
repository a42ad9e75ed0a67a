"""Which experiment a file belongs to, when several write into one folder.

With a single run in the folder, and one experiment under way, there is nothing to
ask. Else evidence decides: what the processes' audit hooks claimed, and which files
their families were seen to hold open. What no evidence gives to one experiment is
listed as not captured, never guessed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.tracking.lines import Claim
from jupyter_artifacts.tracking.papers import Papers, all_papers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.settings import Settings

_NANO: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a file is.

    Attributes:
        numbers: experiments of this run: the owner, or those who learn `reason`.
        reason: why it cannot be captured; "" when it can.
    """

    numbers: tuple[int, ...] = ()
    reason: str = ""


class Evidence:
    """What one run's papers say of who wrote what."""

    def __init__(self, papers: Papers) -> None:
        self.paper = papers.paper
        self._claims = papers.claims()
        self._taken = papers.taken()
        self._claimed: dict[str, dict[int, float]] = {}
        self._dealt_with: dict[str, float] = {}
        self._captured: dict[str, float] = {}

    def refresh(self) -> None:
        """Read what came since."""
        for claim in self._claims.read():
            self._claimed.setdefault(claim.path, {})[claim.number] = claim.time
        for taken in self._taken.read():
            self._dealt_with[taken.path] = taken.time
            if taken.captured:
                self._captured[taken.path] = taken.time

    def dealt_with(self, path: str) -> float:
        """Return when `path` was last captured or listed as not captured."""
        return self._dealt_with.get(path, 0.0)

    def captured(self, path: str) -> float:
        """Return when `path` was last captured."""
        return self._captured.get(path, 0.0)

    def claims(self, path: str, since: float = 0.0) -> dict[int, float]:
        """Return number → time of who claimed `path`, or a folder it lies in, since."""
        found: dict[int, float] = {}
        while len(path) >= len(self.paper.folder):
            for number, when in self._claimed.get(path, {}).items():
                if when > since:
                    found[number] = max(when, found.get(number, 0.0))
            path = path.rpartition("/")[0]
        return found

    def close(self) -> None:
        """Let the files go."""
        self._claims.close()
        self._taken.close()


@dataclass(slots=True)
class Rival:
    """Another run that was alive, in an overlapping folder, while ours was."""

    papers: Papers
    evidence: Evidence
    ended: float | None = None

    def concerns(self, path: str, modified: int) -> bool:
        """Whether it may have written `path`, last modified then (ns)."""
        inside = path.startswith(self.papers.paper.folder.rstrip("/") + "/")
        return inside and (self.ended is None or modified <= self.ended * _NANO)


@dataclass(slots=True)
class Span:
    """From when to when an experiment was under way."""

    number: int
    begun: float
    ended: float | None = None


@dataclass(slots=True)
class Attribution:
    """Judges whose a file is."""

    papers: Papers
    own: Evidence
    spans: list[Span] = field(default_factory=list)
    rivals: dict[str, Rival] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, papers: Papers) -> Attribution:
        """Judge for the run of these papers."""
        judge = cls(papers, Evidence(papers))
        for number in papers.paper.numbers:
            judge.begin(number, papers.paper.started)
        return judge

    def begin(self, number: int, when: float) -> None:
        """An experiment is under way from `when` on."""
        if number not in self.under_way:
            self.spans.append(Span(number, when))

    def end(self, number: int, when: float) -> None:
        """It is no more."""
        for span in self.spans:
            if span.number == number and span.ended is None:
                span.ended = when

    @property
    def under_way(self) -> list[int]:
        """The experiments that are under way, the oldest first."""
        return [span.number for span in self.spans if span.ended is None]

    @property
    def contested(self) -> bool:
        """Whether evidence is needed."""
        alive = any(rival.ended is None for rival in self.rivals.values())
        return alive or len(self.under_way) > 1

    def refresh(self) -> None:
        """Look for other runs in the folder, and at what everybody claims."""
        self.own.refresh()
        mine = self.papers.paper
        for papers in all_papers(mine.settings, known=self._known):
            identity = papers.paper.id
            self._known.add(identity)
            if identity == mine.id or not overlaps(papers.paper.folder, mine.folder):
                continue
            # one that ended before we began to look may still have been alive with us
            if papers.done_at is None or papers.done_at >= mine.started:
                self.rivals[identity] = Rival(papers, Evidence(papers))
        for rival in self.rivals.values():
            rival.evidence.refresh()
            if rival.ended is None and not rival.papers.live:
                rival.ended = rival.papers.done_at or time.time()

    def owner(self, path: str, modified: int) -> Owner:
        """Return whose the file at `path` (absolute), last modified then (ns), is."""
        own_root = self.papers.paper.folder
        rivals = [
            rival for rival in self.rivals.values() if rival.concerns(path, modified)
        ]
        if any(len(rival.papers.paper.folder) > len(own_root) for rival in rivals):
            return Owner()  # the innermost root has it
        rivals = [rival for rival in rivals if rival.papers.paper.folder == own_root]
        if not rivals and len(self.under_way) <= 1:
            return Owner((self._latest(self.own.claims(path)),))
        # What was claimed since we last dealt with the file counts first. A rival
        # that captured it since has what it claimed; one that could not, has not.
        ours = self.own.dealt_with(path)
        for recent in (True, False):
            mine = self._resolve(self.own.claims(path, ours if recent else 0.0))
            theirs = [
                rival
                for rival in rivals
                if rival.evidence.claims(
                    path, max(ours, rival.evidence.captured(path)) if recent else 0.0
                )
            ]
            if len(mine) + len(theirs) == 1:
                return Owner(tuple(mine))
            if mine or theirs:
                return self._at_once(mine, theirs)
        names = self._names(self.under_way, rivals)
        reason = f"{names} shared this folder, and nothing tells which of them wrote it"
        return Owner(tuple(self.under_way) or (self._latest({}),), reason)

    def _at_once(self, mine: set[int], theirs: list[Rival]) -> Owner:
        if not mine:
            return Owner()
        reason = f"{self._names(sorted(mine), theirs)} wrote it at the same time"
        return Owner(tuple(sorted(mine)), reason)

    def _names(self, numbers: Iterable[int], rivals: list[Rival]) -> str:
        run = self.papers.paper.address
        names = [f"{run}-exp{number}" for number in numbers] or [run]
        names += [rival.papers.paper.address for rival in rivals]
        return " and ".join(names)

    def _latest(self, claims: dict[int, float]) -> int:
        """Return which one wrote last; else the one under way, or the last one."""
        named = {number: when for number, when in claims.items() if number >= 0}
        if named:
            return max(named, key=lambda number: named[number])
        spans = self.spans
        alive = self.under_way
        return alive[0] if alive else (spans[-1].number if spans else 0)

    def _resolve(self, claims: dict[int, float]) -> set[int]:
        """Return the experiments that claims are of; -1 is who was under way then."""
        found = {number for number in claims if number >= 0}
        if -1 in claims and not found:
            when = claims[-1]
            found = {
                span.number
                for span in self.spans
                if span.begun <= when and (span.ended is None or when <= span.ended)
            } or {self._latest({})}
        return found

    def sighted(self, paths: Iterable[str]) -> list[Claim]:
        """Return claims for files that the run's processes were seen to write."""
        now = time.time()
        return [
            Claim(path=path, number=-1, time=now)
            for path in paths
            if not self.own.claims(path, self.own.dealt_with(path))
        ]

    def close(self) -> None:
        """Let the files go."""
        self.own.close()
        for rival in self.rivals.values():
            rival.evidence.close()


def live_in(settings: Settings, folder: str, *, but: str = "") -> list[str]:
    """Return the addresses of live runs that capture this very folder.

    One that captures a folder within it, or around it, is no rival: of two roots the
    inner one has its files.

    Args:
        settings: say where the papers are.
        folder: resolved.
        but: id of the papers to leave out.
    """
    return [
        papers.paper.address
        for papers in all_papers(settings, known={but})
        if papers.paper.folder == folder and papers.live
    ]


def overlaps(one: str, other: str) -> bool:
    """Whether one of two folders is the other, or lies in it; "" is none."""
    if not one or not other:
        return False
    first, second = one.rstrip("/") + "/", other.rstrip("/") + "/"
    return first.startswith(second) or second.startswith(first)
