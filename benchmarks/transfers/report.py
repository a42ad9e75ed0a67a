"""The figures as Markdown, each with its verdict."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.transfers import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.transfers.rows import Claim, Contest
    from benchmarks.transfers.running import Taken


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    rule = ["---", *("---:" for _ in heads[1:])]
    every = [heads, rule, *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every) + "\n"


def times(contest: Contest, taken: Mapping[str, Sequence[Taken]]) -> str:
    """Return what each side of a contest took: medians, and the range beside them."""
    lines = []
    for side, runs in taken.items():
        whole, inner = [run.whole for run in runs], [run.inner for run in runs]
        lines.append(
            [
                side,
                f"{statistics.median(whole):.3f}",
                f"{min(whole):.3f}-{max(whole):.3f}",
                f"{statistics.median(inner):.3f}",
                f"{statistics.median(run.cpu for run in runs):.2f}",
                f"{max(run.memory for run in runs):.0f}",
            ]
        )
    heads = [contest.title, "s", "from-to", "s without start-up", "CPU s", "peak MiB"]
    return table(heads, lines)


def ratio(claim: Claim, taken: Mapping[str, Sequence[Taken]], figure: str) -> float:
    """Return the median of the ratios, round by round."""
    ours, peer = taken[claim.ours], taken[claim.peer]
    found: float = statistics.median(
        getattr(b, figure) / getattr(a, figure) for a, b in zip(ours, peer, strict=True)
    )
    return 1 / found if claim.kind == "within" else found


def verdict(claim: Claim, found: float) -> str:
    """Return a ratio with what is to be said of it."""
    sign = -1 if claim.kind == "within" else 1
    if sign * found >= sign * claim.goal:
        word = "goal"
    elif sign * found >= sign * claim.floor:
        word = "floor"
    else:
        word = "**MISSED**"
    return f"{found:.2f} {word}"


def claims(taken: Mapping[str, Mapping[str, Sequence[Taken]]]) -> str:
    """Return every claim whose contest was held."""
    lines = []
    for claim in rows.CLAIMS:
        sides = taken.get(claim.contest, {})
        if claim.ours in sides and claim.peer in sides:
            wanted = "at most" if claim.kind == "within" else "at least"
            lines.append(
                [
                    f"{claim.contest}, {claim.ours} against {claim.peer}",
                    f"{wanted} {claim.goal:g} ({claim.floor:g})",
                    verdict(claim, ratio(claim, sides, "whole")),
                    verdict(claim, ratio(claim, sides, "inner")),
                ]
            )
    heads = ["claim", "goal (floor)", "whole process", "without start-up"]
    return table(heads, lines)


def limit(title: str, found: float, goal: float, floor: float, unit: str) -> list[str]:
    """Return the line of a figure that has a limit of its own."""
    word = "goal" if found <= goal else "floor" if found <= floor else "**MISSED**"
    return [title, f"{goal:g} ({floor:g}) {unit}", f"{found:.3g} {unit} {word}"]
