import os

import psutil
import pytest

from tests.servers.ceph import Failed, ceph

pytestmark = pytest.mark.s3


def ours(folder):
    """Return the ids of the processes whose command names `folder`."""
    every = psutil.process_iter(["pid", "cmdline"])
    return [
        each.info["pid"]
        for each in every
        if str(folder) in " ".join(each.info["cmdline"] or [])
    ]


def test_a_bucket_keeps_versions_while_ceph_runs_and_nothing_runs_after(tmp_path):
    folder = tmp_path / "c"
    with ceph(keep=folder) as server:
        client = server.client()
        bucket = server.make_bucket("versioned")
        first = client.put_object(Bucket=bucket, Key="a", Body=b"one")["VersionId"]
        client.put_object(Bucket=bucket, Key="a", Body=b"two")
        old = client.get_object(Bucket=bucket, Key="a", VersionId=first)["Body"].read()
        assert old == b"one"
        assert len(ours(folder)) == 4
    assert ours(folder) == []


def test_a_failed_start_names_the_log_and_stops_what_it_started(tmp_path, monkeypatch):
    broken = tmp_path / "bin" / "ceph-osd"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:{os.environ['PATH']}")
    folder = tmp_path / "c"
    with (
        pytest.raises(Failed, match=r"ceph-osd --mkfs failed: broken\n--- .*\.log"),
        ceph(keep=folder),
    ):
        pass
    assert ours(folder) == []
