"""What is left by downloads that die, of kill -9, of a full disk, of a huge file."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import NoSpace
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan

MIB = 1024 * 1024
_DOWNLOAD = """
import resource, signal, sys
from pathlib import Path
import msgspec
from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan

storage, assets, to = map(Path, sys.argv[1:4])
limit = int(sys.argv[4])
listed = msgspec.json.decode(assets.read_bytes(), type=list[StoredAsset])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
plan = make_plan("alice:mnist-exp0", listed, to)
print("begun", flush=True)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    carry_out(plan, FolderStorage(storage))
except ArtifactsError as error:
    print(type(error).__name__, error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "storage")


def _put(storage: FolderStorage, source: Path, path: str) -> StoredAsset:
    key = f"experiments/01J/artifacts/{path}"
    asset = msgspec.structs.replace(storage.put(key, source), path=path)
    return StoredAsset(asset=asset, key=key)


def _command(
    storage: FolderStorage, assets: list[StoredAsset], to: Path, limit: int = 0
):
    listed = to.parent / "assets.json"
    listed.write_bytes(msgspec.json.encode(assets))
    arguments = [str(storage.root), str(listed), str(to), str(limit)]
    return [sys.executable, "-c", _DOWNLOAD, *arguments]


def test_a_download_killed_at_any_moment_leaves_only_whole_files(storage, tmp_path):
    """Ten times kill -9; then the same download finishes and nothing is left over."""
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    source = tmp_path / "source"
    assets = []
    for number in range(400):
        source.write_bytes(chance.randbytes(2000))
        assets.append(_put(storage, source, f"small/{number % 7}/{number}"))
    for number in range(8):
        source.write_bytes(chance.randbytes(4 * MIB))
        assets.append(_put(storage, source, f"big/{number}"))
    recorded = {stored.asset.path: stored.asset.digest for stored in assets}
    to = tmp_path / "to"
    cut_short = 0
    for _ in range(10):
        with subprocess.Popen(
            _command(storage, assets, to), stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0, 0.03))
            child.send_signal(signal.SIGKILL)
            child.wait()
        standing = _digests(to)
        assert all(recorded[path] == digest for path, digest in standing.items())
        cut_short += len(standing) < len(recorded)
        for name in ("small/0/0", "small/3/3", "big/1", "big/2"):
            (to / name).unlink(missing_ok=True)
    assert cut_short
    carry_out(make_plan("alice:mnist-exp0", assets, to), storage)
    assert _digests(to) == recorded
    assert not list((to / ".jupyter_artifacts" / "incoming").iterdir())


def _digests(to: Path) -> dict[str, str]:
    return {
        str(path.relative_to(to)): digest_of(path.read_bytes())
        for path in to.rglob("*")
        if path.is_file() and ".jupyter_artifacts" not in path.parts
    }


def test_a_limit_on_file_sizes_ends_as_no_space(storage, tmp_path):
    """The file that is too large is not there in part; the smaller one stays."""
    source = tmp_path / "source"
    source.write_bytes(b"s" * 100_000)
    small = _put(storage, source, "a-small")
    source.write_bytes(b"b" * (3 * MIB))
    big = _put(storage, source, "big")
    to = tmp_path / "to"
    done = subprocess.run(
        _command(storage, [small, big], to, limit=2 * MIB),
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"NoSpace {to}/big: the file cannot be written" in done.stdout
    assert set(_digests(to)) <= {"a-small"}
    assert not list((to / ".jupyter_artifacts" / "incoming").iterdir())


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk takes root")
def test_a_disk_that_fills_up_meanwhile_is_said_and_nothing_is_half(storage, tmp_path):
    """The plan saw room, another program took it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)],  # noqa: S607 - the system's
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount")
    try:
        source = tmp_path / "source"
        source.write_bytes(b"s" * (2 * MIB))
        assets = [_put(storage, source, "a")]
        with pytest.raises(NoSpace, match="are free"):
            make_plan(
                "alice:mnist-exp0",
                [*assets, _put(storage, source, "b"), _put(storage, source, "c")],
                disk,
            )
        plan = make_plan("alice:mnist-exp0", assets, disk)
        (disk / "other").write_bytes(b"x" * (3 * MIB))
        with pytest.raises(NoSpace, match="full"):
            carry_out(plan, storage)
        assert list(_digests(disk)) == ["other"]
        assert not list((disk / ".jupyter_artifacts" / "incoming").iterdir())
        (disk / "other").unlink()
        carry_out(plan, storage)
        assert list(_digests(disk)) == ["a"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607 - the system's


def test_half_a_gibibyte_takes_less_than_50_mebibytes_of_memory(storage, tmp_path):
    """Memory does not grow with what is moved."""
    source = tmp_path / "source"
    with source.open("wb") as file:
        file.truncate(512 * MIB)
    to = tmp_path / "to"
    done = subprocess.run(
        _command(storage, [_put(storage, source, "big")], to),
        check=True,
        capture_output=True,
        text=True,
    )
    _, more = done.stdout.split()
    assert int(more) < 50
    assert (to / "big").stat().st_size == 512 * MIB
