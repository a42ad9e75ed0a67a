"""The disk at the receiving end: it fills up, or may not be written.

Mounting takes root, as Ceph does: these run in `make test-s3`.
"""

import contextlib
import subprocess

import pytest

from jupyter_artifacts.errors import NoSpace, NotWritable
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.plan import make_plan

pytestmark = pytest.mark.s3
MIB = 1024 * 1024


@contextlib.contextmanager
def mounted(folder, options):
    """Have a small disk of its own at `folder` until the end of the block."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_plan_that_does_not_fit_is_refused_before_bytes_move(bench, saved):
    with mounted(bench.to, "size=20m"):
        with pytest.raises(NoSpace, match=r"needs [\d,]+ bytes and [\d,]+ are free"):
            make_plan("model@v0", saved, bench.to)
        assert bench.standing() == {}
    assert bench.between.count() == 0


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(bench, saved):
    total = sum(stored.asset.size for stored in saved)
    with mounted(bench.to, f"size={total + 4 * MIB}"):
        plan = make_plan("model@v0", saved, bench.to)
        other = bench.to / "other"
        other.write_bytes(b"x" * (total // 2))
        with pytest.raises(NoSpace, match="full"):
            carry_out(plan, bench.storage)
        other.unlink()
        assert bench.nothing_half()
        carry_out(make_plan("model@v0", saved, bench.to), bench.storage)
        assert bench.standing() == bench.wanted()


def test_a_read_only_folder_is_said_before_bytes_move(bench, saved):
    with mounted(bench.to, "ro"), pytest.raises(NotWritable, match="cannot be written"):
        make_plan("model@v0", saved, bench.to)
    assert bench.between.count() == 0
