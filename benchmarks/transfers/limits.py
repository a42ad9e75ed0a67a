"""What has a limit of its own, and no peer: start-up, memory, round trips, delay."""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.transfers import places as places_
from benchmarks.transfers import report, rows, sides
from benchmarks.transfers.data import Data, small
from benchmarks.transfers.running import Taken, note, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.transfers.places import Places

LIMITS = ["limit", "goal (floor)", "found"]
ROUND_TRIP = 0.03
TINY = Data("tiny", "1 file of 4 KiB", {"tiny.bin": 4096})


@contextlib.contextmanager
def through_proxy(places: Places, delay: float) -> Iterator[dict[str, Any]]:
    """Put a proxy before the store; what came to it is told after the block."""
    command = [sys.executable, "-m", "tests.servers.proxy", places.store.endpoint]
    proxy = subprocess.Popen(
        [*command, "--delay", str(delay)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=places_.REPOSITORY,
    )
    told: dict[str, Any] = {}
    direct = places.store
    try:
        assert proxy.stdout
        places.store = replace(direct, endpoint=proxy.stdout.readline().strip())
        yield told
    finally:
        places.store = direct
        proxy.terminate()
        told |= json.loads(proxy.communicate()[0])


def get(places: Places, data: Data) -> Taken:
    """Download the packed version once, into a folder that is not there."""
    work = sides.down(places, data, "packed", "")
    assert work.made
    taken = run(work.command, work.environment, places.folder, 0)
    places_.check(work.made, data)
    return taken


def delayed(places: Places, rounds: int, scale: float) -> str:
    """Download 10,000 packed files from a store that is a round trip away."""
    data = small(scale)
    _stock(places, data)
    near = [get(places, data) for _ in range(rounds)]
    far, came = [], []
    for number in range(rounds):
        with through_proxy(places, ROUND_TRIP) as told:
            far.append(get(places, data))
        came.append(told)
        note(f"delayed {number}: {far[-1].whole:.3f} s")
    return _parts(near, far, came[-1])


def _parts(near: list[Taken], far: list[Taken], told: dict[str, Any]) -> str:
    whole = statistics.median(run.whole for run in far)
    inner = statistics.median(run.inner for run in far)
    at_once = statistics.median(run.inner for run in near)
    methods = [each["method"] for each in told["requests"]]
    asked = ", ".join(f"{methods.count(m)} {m}" for m in sorted(set(methods)))
    mib = sum(each["sent"] for each in told["requests"]) / 2**20
    over = f"{told['connections']} connections, {mib:.1f} MiB"
    lines = [
        ["process start-up", f"{whole - inner:.3f} s"],
        ["planning, moving, verifying, writing, as without delay", f"{at_once:.3f} s"],
        [f"round trips of 30 ms: {asked}; {over}", f"{inner - at_once:.3f} s"],
        ["whole process", f"{whole:.3f} s"],
    ]
    heads = ["10,000 packed files down, 30 ms away", "median"]
    found = report.limit("packed, 30 ms away", whole, rows.DELAYED, rows.DELAYED, "s")
    return report.table(heads, lines) + "\n" + report.table(LIMITS, [found])


def unchanged(places: Places, rounds: int, scale: float) -> str:
    """Download 10,000 files again that are all there already."""
    data = small(scale)
    _stock(places, data)
    work = sides.down(places, data, "packed", "")
    run(work.command, work.environment, places.folder, 0)
    again = [
        run(work.command, work.environment, places.folder, 0) for _ in range(rounds)
    ]
    for number, each in enumerate(again):
        note(f"unchanged {number}: {each.whole:.3f} s")
    with through_proxy(places, 0) as told:
        home = f"home-{data.name}-packed"
        storage = work.environment["JUPYTER_ARTIFACTS_STORAGE"]
        run(work.command, places.environment(home, storage), places.folder, 0)
    moved = [each for each in told["requests"] if each["sent"] or each["received"]]
    inner = statistics.median(run.inner for run in again)
    whole = statistics.median(run.whole for run in again)
    goal, floor = (each + rows.START_UP for each in rows.UNCHANGED)
    trips, found = float(len(told["requests"])), float(len(moved))
    lines = [
        report.limit("10,000 files unchanged, whole process", whole, goal, floor, "s"),
        report.limit("the same without start-up", inner, *rows.UNCHANGED, "s"),
        report.limit("round trips to the store", trips, 1, 1, ""),
        report.limit("requests that moved data", found, 0, 0, ""),
    ]
    return report.table(LIMITS, lines)


def memory(
    places: Places, taken: Mapping[str, Mapping[str, Sequence[Taken]]], rounds: int
) -> str:
    """Compare the peaks of our sides with that of a process that moves 4 KiB."""
    _stock(places, TINY)
    least = [get(places, TINY) for _ in range(rounds)]
    own = min(run.memory for run in least)
    start = statistics.median(run.whole - run.inner for run in least)
    lines = [report.limit("start-up", start, rows.START_UP, rows.START_UP, "s")]
    for contest, by in taken.items():
        for side in set(by) & set(rows.OURS):
            peak = max(run.memory for run in by[side])
            goal = min(own + rows.MEMORY, rows.MEMORY_IN_ALL)
            title = f"peak memory, {contest}, {side} ({own:.0f} MiB is the process)"
            lines.append(
                report.limit(title, peak, goal, rows.MEMORY_IN_ALL, "MiB"),
            )
    return report.table(LIMITS, lines)


def _stock(places: Places, data: Data) -> None:
    """Have the data in the store as a version, if it is not there yet."""
    if not (places.folder / f"home-{data.name}-packed").exists():
        data.write(places.data(data))
        sides.prepare_ours(places, data, "packed")
        shutil.rmtree(places.data(data))
