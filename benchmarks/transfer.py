"""Move files against the peers: `make bench-transfer`.

The sides of a contest do the same work in turn, round by round, each in a process of
its own; ratios are taken within a round and their median is quoted, with the processes'
start-up and without it. The store is Ceph with versions on, on this machine; all files
lie in memory. It wants root, for Ceph, and about 12 GiB of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.transfers import data as datas
from benchmarks.transfers import limits, report, rows, sides
from benchmarks.transfers import places as places_
from benchmarks.transfers.places import BUCKET, Places
from benchmarks.transfers.running import note, run
from tests.servers.ceph import GIB, ceph

if TYPE_CHECKING:
    from benchmarks.transfers.data import Data
    from benchmarks.transfers.rows import Contest
    from benchmarks.transfers.running import Taken

ROOT = Path(__file__).parent.parent
ALONE = ("unchanged", "delayed", "limits")
TOOLS = {
    "s5cmd": "version",
    "rclone": "version",
    "curl": "--version",
    "cp": "--version",
}


def main() -> int:
    """Hold the contests that were asked for and print what came of them."""
    names = [*(contest.name for contest in rows.CONTESTS), *ALONE]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transfer")
    parser.add_argument("contests", nargs="*", help="which; all when none is named")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-peer/bin")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the data, to try")
    parser.add_argument("--sides", help="only these, e.g. packed,s5cmd")
    parser.add_argument("--json", type=Path, help="keep every figure in this file")
    given = parser.parse_args()
    if unknown := set(given.contests) - set(names):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(names)}")
    wanted = given.contests or names
    chosen = [c for c in rows.CONTESTS if c.name in wanted]
    only = given.sides.split(",") if given.sides else None
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/dev/shm"))
    taken: dict[str, dict[str, list[Taken]]] = {}
    try:
        with ceph(memory=12 * GIB) as store:
            places = Places(store, folder, given.peers.resolve())
            places.ask("make", BUCKET)
            told = [f"{name} {text}" for name, text in places.versions().items()]
            print(f"{platform.machine()}, {os.cpu_count()} cores; {'; '.join(told)}\n")
            with places_.tracking(places):
                for name in datas.ALL:
                    data = datas.ALL[name](given.scale)
                    held = [c for c in chosen if c.data == name]
                    taken |= hold(places, data, held, only, given.rounds)
            print(report.claims(taken), flush=True)
            if "unchanged" in wanted:
                print(limits.unchanged(places, given.rounds, given.scale), flush=True)
            if "delayed" in wanted:
                print(limits.delayed(places, given.rounds, given.scale), flush=True)
            if "limits" in wanted:
                print(limits.memory(places, taken, given.rounds), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps(plain(taken), indent=1) + "\n")
    return 0


def hold(
    places: Places,
    data: Data,
    contests: list[Contest],
    only: list[str] | None,
    rounds: int,
) -> dict[str, dict[str, list[Taken]]]:
    """Hold the contests over one kind of data; remove the data again."""
    taken: dict[str, dict[str, list[Taken]]] = {}
    if not contests:
        return taken
    note(f"writing {data.title}")
    data.write(places.data(data))
    for contest in contests:
        chosen = [side for side in contest.sides if only is None or side in only]
        uri = prepare(places, contest, data, chosen)
        tools = start_ups(places, chosen)
        runs: dict[str, list[Taken]] = {side: [] for side in chosen}
        for number in range(rounds):
            for side in chosen:
                work = turn(places, contest, data, side, number, uri)
                start = tools.get(side, 0.0)
                one = run(work.command, work.environment, places.folder, start)
                note(f"{contest.name} {number} {side}: {one.whole:.3f} s")
                if work.made:
                    places_.check(work.made, data)
                runs[side].append(one)
                shutil.rmtree(places.folder / "to", ignore_errors=True)
                places.remove_new()
        taken[contest.name] = runs
        print(report.times(contest, runs), flush=True)
    shutil.rmtree(places.data(data))
    return taken


def prepare(places: Places, contest: Contest, data: Data, chosen: list[str]) -> str:
    """Put into the store what a contest reads; return where peers find it."""
    uri = ""
    if contest.direction == "down":
        if set(chosen) - {"cp", *rows.OURS}:
            uri = places_.stock_mlflow(places, data)
        if "mlflow-multipart" in chosen:
            places_.stock_proxied(places, data, uri)
        for side in set(chosen) & set(rows.OURS):
            sides.prepare_ours(places, data, side)
    elif contest.direction == "get" and "packed" in chosen:
        sides.prepare_local(places, data)
    return uri


def turn(
    places: Places, contest: Contest, data: Data, side: str, number: int, uri: str
) -> sides.Work:
    """Return the work of one side in one round."""
    if contest.direction == "down":
        return sides.down(places, data, side, uri)
    if contest.direction == "up":
        return sides.up(places, data, side, number)
    if contest.direction == "save":
        return sides.save(places, data, side, number)
    return sides.get(places, data, side)


def start_ups(places: Places, chosen: list[str]) -> dict[str, float]:
    """Return how long the tools that print nothing of it take to tell a version."""
    found = {"s5cmd": places.s5cmd, "rclone": str(places.peers / "rclone")}
    return {
        side: statistics.median(
            run([found.get(side, side), TOOLS[side]], {}, places.folder, 0).whole
            for _ in range(5)
        )
        for side in chosen
        if side in TOOLS
    }


def plain(taken: dict[str, dict[str, list[Taken]]]) -> dict[str, object]:
    """Return the figures as JSON has them."""
    return {
        name: {side: [asdict(one) for one in runs] for side, runs in of.items()}
        for name, of in taken.items()
    }


if __name__ == "__main__":
    sys.exit(main())
