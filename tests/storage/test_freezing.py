"""Versions of datastores are read-only where they lie."""

import os
import subprocess

import pytest

from jupyter_artifacts.storage.folder import FolderStorage

_ORDINARY_USER = 65534
_TRY = 'for file; do (echo x >> "$file") 2>/dev/null || echo refused; done'


@pytest.fixture(name="frozen")
def _frozen(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("one")
    storage = FolderStorage(tmp_path / "storage")
    storage.put("datastores/x/v1/sub/a.txt", source)
    storage.freeze("datastores/x/v1")
    return storage


def test_an_ordinary_user_cannot_write_into_a_frozen_folder(frozen, tmp_path):
    """Neither a file there nor a new one beside it can be written."""
    folder = frozen.root / "datastores/x/v1/sub"
    for above in [tmp_path, *tmp_path.parents]:
        if os.geteuid() == 0 and above.stat().st_uid == 0:
            above.chmod(above.stat().st_mode | 0o055)
    as_whom = {"user": _ORDINARY_USER} if os.geteuid() == 0 else {}

    told = subprocess.run(
        ["/bin/sh", "-c", _TRY, "sh", str(folder / "a.txt"), str(folder / "new.txt")],
        check=False,
        capture_output=True,
        text=True,
        **as_whom,
    )

    assert told.stdout.split() == ["refused", "refused"], told.stderr


def test_what_is_frozen_can_be_read(frozen):
    """Reading goes on as before."""
    assert b"".join(frozen.read("datastores/x/v1/sub/a.txt")) == b"one"


def test_what_is_frozen_can_be_deleted_with_its_datastore(frozen):
    """Deleting the datastore takes its read-only versions along."""
    frozen.delete("datastores/x")

    assert frozen.size("datastores/x/v1/sub/a.txt") is None


def test_freezing_nothing_is_no_error(frozen):
    """A version without files has no folder to freeze."""
    frozen.freeze("datastores/x/v2")

    assert frozen.local_path("datastores/x/v2") is None
