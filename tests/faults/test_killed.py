"""kill -9 at random moments, up and down: nothing lost, nothing half.

20 rounds each; `make soak` makes it 200.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import msgspec

ROUNDS = int(os.environ.get("JUPYTER_ARTIFACTS_SOAK", "20"))
MIB = 1024 * 1024
DOWN = """
import sys
from pathlib import Path
import msgspec
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan

place, live, assets, to = sys.argv[1:]
listed = msgspec.json.decode(Path(assets).read_bytes(), type=list[StoredAsset])
storage = open_storage(place, Path(live))
print("begun", flush=True)
carry_out(make_plan("model@v0", listed, Path(to)), storage)
"""
UP = """
import sys
from pathlib import Path
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer.saving import NothingHeld, save
from jupyter_artifacts.transfer.tree import walk

place, live, source = sys.argv[1:]
storage = open_storage(place, Path(live))
print("begun", flush=True)
for stored in save(walk(Path(source)), storage, "a", packed=True, held=NothingHeld()):
    print(stored.key, flush=True)
"""


def killed_after(seconds, script, *arguments):
    """Run a script, kill it so many seconds after it began; return what it printed.

    Returns:
        The lines after "begun", and whether it was killed before its end.
    """
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read().splitlines()
        return said, child.wait() == -signal.SIGKILL


def test_downloads_killed_at_any_moment_leave_only_whole_files(bench, saved, tmp_path):
    dice = random.Random(11)  # noqa: S311 - moments, no secrets
    listed = tmp_path / "assets.json"
    listed.write_bytes(msgspec.json.encode(saved))
    place = f"s3://{bench.bucket}/team"
    total = sum(stored.asset.size for stored in saved)
    cut_short = 0
    for _ in range(ROUNDS):
        given = (place, tmp_path / "live", listed, bench.to)
        _, killed = killed_after(dice.uniform(0, 0.25), DOWN, *given)
        cut_short += killed
        assert bench.nothing_half()
        if bench.standing() == bench.wanted():
            shutil.rmtree(bench.to)
    assert cut_short > ROUNDS // 4
    bench.between.forget()
    before = sum((bench.to / path).stat().st_size for path in bench.standing())
    bench.download(saved)
    assert bench.standing() == bench.wanted()
    moved = sum(seen.sent for seen in bench.between.seen)
    assert moved <= total - before
    assert not list((bench.to / ".jupyter_artifacts" / "incoming").iterdir())
    assert not list((bench.to / ".jupyter_artifacts" / "partial").iterdir())


def test_saves_killed_at_any_moment_leave_only_whole_objects(bench, tmp_path):
    dice = random.Random(12)  # noqa: S311 - as above
    place = f"s3://{bench.bucket}/team"
    client = bench.store.client()
    packed = sum(path.stat().st_size for path in bench.source.glob("small/*/*"))
    large = {path.stat().st_size for path in bench.source.glob("large/*")}
    cut_short = 0
    for _ in range(ROUNDS):
        given = (place, tmp_path / "live", bench.source)
        said, killed = killed_after(dice.uniform(0, 0.6), UP, *given)
        cut_short += killed
        kept = client.list_objects_v2(Bucket=bench.bucket).get("Contents", [])
        assert {each["Size"] for each in kept} <= {packed, *large}
        # what it said is stored is stored
        assert {f"team/{key}" for key in said if key} <= {each["Key"] for each in kept}
    assert cut_short > ROUNDS // 4
    bench.download(bench.save())
    assert bench.standing() == bench.wanted()
