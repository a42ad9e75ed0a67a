import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_artifacts.storage.folder import FolderStorage


@pytest.fixture
def synced(monkeypatch) -> list[int]:
    """Return the inodes that were synced one by one, really."""
    inodes: list[int] = []
    really = os.fdatasync

    def note(opened: int) -> None:
        really(opened)
        inodes.append(os.fstat(opened).st_ino)

    monkeypatch.setattr(os, "fdatasync", note)
    return inodes


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_was_put_or_appended_gets_to_the_disk(tmp_path: Path, synced):
    """Without anybody asking for it."""
    storage = FolderStorage(tmp_path / "storage")
    (tmp_path / "a").write_bytes(b"a")
    storage.put("a", tmp_path / "a")
    storage.append("log", b"line")
    storage.sync()
    stored = {(tmp_path / "storage" / name).stat().st_ino for name in ("a", "log")}
    assert stored <= set(synced)


def test_many_files_hold_few_open(tmp_path: Path):
    """Thousands of puts do not use up the process's files."""
    storage = FolderStorage(tmp_path / "storage")
    (tmp_path / "a").write_bytes(b"a")
    before = _open_files()
    for number in range(300):
        storage.put(f"d/{number}", tmp_path / "a")
        assert _open_files() < before + 40
    storage.sync()
    assert _open_files() <= before


def test_a_forked_child_stores_and_ends(tmp_path: Path):
    """Neither a lost thread nor a lock held at the fork stops it."""
    code = """
import os, sys
from pathlib import Path
from jupyter_artifacts.storage.folder import FolderStorage
source = Path(sys.argv[1])
storage = FolderStorage(source.parent / "storage")
for number in range(20):
    storage.put(f"parent/{number}", source)
    child = os.fork()
    if not child:
        storage.put(f"child/{number}", source)
        storage.sync()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
print(sum(1 for path in (source.parent / "storage").rglob("*") if path.is_file()))
"""
    (tmp_path / "a").write_bytes(b"a")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "40\n"
