"""What a file's name says of its bytes."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from typing import Final

_TYPES: Final = {
    ".parquet": "application/vnd.apache.parquet",
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".safetensors": "application/x-safetensors",
    ".ipynb": "application/x-ipynb+json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".md": "text/markdown",
    ".log": "text/plain",
}


def media_type_of(path: str) -> str:
    """Return the media type a name suggests."""
    return _of_endings(path.rpartition("/")[2].lstrip(".").partition(".")[2])


@lru_cache(1024)
def _of_endings(endings: str) -> str:
    last = f".{endings.rpartition('.')[2].lower()}"
    guessed = _TYPES.get(last) or mimetypes.guess_type(f"x.{endings}")[0]
    return guessed or "application/octet-stream"
