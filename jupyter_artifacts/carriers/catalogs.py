"""The catalogs that this process has open."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.catalog.catalog import Catalog

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.settings import Settings

_open: Final[dict[Path, Catalog]] = {}
_opening: Final = threading.Lock()


def shared_catalog(settings: Settings) -> Catalog:
    """Return this process's catalog of these settings, opened once."""
    with _opening:
        if settings.database not in _open:
            _open[settings.database] = Catalog.open(settings)
        return _open[settings.database]


def close_catalogs() -> None:
    """Close them all; the last process to do so leaves one file of each."""
    with _opening:
        while _open:
            _open.popitem()[1].close()
