from pathlib import Path

import pytest

from jupyter_artifacts.catalog.mounts import (
    NETWORK,
    file_system_of,
    refuse_network,
)
from jupyter_artifacts.errors import NetworkFileSystem

TABLE = """\
21 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw
30 21 0:40 / /home rw,relatime shared:3 master:1 - nfs4 server:/home rw
31 30 0:41 / /home/alice/my\\040disk rw - xfs /dev/sdb rw
32 21 0:42 / /mnt/shared rw - fuse.sshfs bob@there: rw
33 21 0:43 / /srv rw - cifs //there/srv rw
34 21 0:44 / /srv rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home/alice/x", "nfs4"),
        ("/homestead", "ext4"),
        ("/home/alice/my disk/x", "xfs"),
        ("/mnt/shared", "fuse.sshfs"),
        ("/srv/x", "tmpfs"),
    ],
)
def test_the_nearest_mount_decides(path, kind):
    """The longest mount point above a path says its file system, the last of equals."""
    assert file_system_of(Path(path), TABLE) == kind


def test_an_unreadable_table_decides_nothing():
    """Without a mount table there is nothing to refuse by."""
    assert file_system_of(Path("/x"), "") == ""


def test_a_network_file_system_is_refused_with_the_cure(tmp_path):
    """The error names the file system and the setting that moves the catalog."""
    table = f"1 0 0:1 / {tmp_path} rw - nfs server:/x rw\n"
    with pytest.raises(NetworkFileSystem, match=r"nfs.*JUPYTER_ARTIFACTS_HOME"):
        refuse_network(tmp_path, table)


def test_a_local_file_system_is_taken(tmp_path):
    """ext4 and the like pass."""
    refuse_network(tmp_path, "1 0 0:1 / / rw - ext4 /dev/vda rw\n")


def test_the_known_network_file_systems_are_listed():
    """Those that clusters have are among them."""
    assert {"nfs", "nfs4", "cifs", "lustre", "gpfs", "beegfs", "ceph"} <= NETWORK
