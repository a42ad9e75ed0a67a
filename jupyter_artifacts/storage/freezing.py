"""Folders that nobody writes into any more, on a file system.

Permission bits guard against accident: their owner can set them back.
"""

from __future__ import annotations

import os
from typing import Final

_FOLDER_MODE: Final = 0o555
_FILE_MODE: Final = 0o444
_WRITABLE_FOLDER: Final = 0o755


def freeze(folder: int) -> None:
    """Make everything below an open folder, and the folder itself, read-only."""
    for _, _, files, at in os.fwalk(".", dir_fd=folder, topdown=False):
        for name in files:
            os.chmod(name, _FILE_MODE, dir_fd=at)
        os.fchmod(at, _FOLDER_MODE)


def thaw(folder: int) -> None:
    """Make the folders below an open folder, and itself, writable by their owner."""
    os.fchmod(folder, _WRITABLE_FOLDER)
    for _, _, _, at in os.fwalk(".", dir_fd=folder):
        os.fchmod(at, _WRITABLE_FOLDER)
