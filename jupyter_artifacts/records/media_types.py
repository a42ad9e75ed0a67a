"""What a file's name says of its bytes."""

from __future__ import annotations

import mimetypes
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
    ending = f".{path.rpartition('.')[2].lower()}" if "." in path else ""
    guessed = _TYPES.get(ending) or mimetypes.guess_type(path)[0]
    return guessed or "application/octet-stream"
