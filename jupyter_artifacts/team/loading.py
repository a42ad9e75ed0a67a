"""A file of the team as a file object, or as what it holds."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import ChangedAtSource, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    from jupyter_artifacts.operations.table import Content


class RangeFile(io.RawIOBase):
    """A read-only file that fetches what is read, and only that."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content = content
        self._at = 0
        self.name = content.filename

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; return the new place."""
        start = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._at,
            io.SEEK_END: self._content.size,
        }[whence]
        if start + offset < 0:
            msg = "a place before the beginning of the file"
            raise ValueError(msg)
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Fill `buffer`; return how many bytes were there."""
        view = memoryview(buffer).cast("B")
        length = min(len(view), max(0, self._content.size - self._at))
        filled = 0
        if length:
            for chunk in self._content.read(self._at, length):
                view[filled : filled + len(chunk)] = chunk
                filled += len(chunk)
        self._at += filled
        return filled


def open_content(content: Content) -> io.BufferedReader:
    """Return a buffered file over the bytes."""
    return io.BufferedReader(RangeFile(content), buffer_size=1 << 17)


def load_content(content: Content, address: str) -> Any:
    """Return what a file holds, by its ending.

    parquet, csv, tsv, jsonl → DataFrame; json → what it says; npy → array; npz →
    dict of arrays; png, jpg, gif, webp → PIL image; text → str. The bytes are
    checked against the recorded digest first.

    Raises:
        ChangedAtSource: when the bytes are not those that were recorded.
        InvalidRequest: for a type that is not read here, or needs unpickling.
    """
    ending = content.filename.rpartition(".")[2].lower()
    if ending in _PICKLED:
        msg = f"a .{ending} file is unpickled when it is loaded, which can run any code"
        hint = "download it, and load it yourself if you trust who made it"
        raise InvalidRequest(msg, address=address, hint=hint)
    if ending not in _LOADERS:
        msg = f"nothing here reads .{ending} files"
        hint = "ja.open gives its bytes; ja.download a file"
        raise InvalidRequest(msg, address=address, hint=hint)
    data = b"".join(content.read(0, content.size))
    if content.etag.startswith("blake3:") and digest_of(data) != content.etag:
        msg = "its bytes are not those that were recorded"
        raise ChangedAtSource(msg, address=address, hint="look at it again and retry")
    return _LOADERS[ending](data)


def _parquet(data: bytes) -> Any:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(data))


def _csv(data: bytes, separator: str = ",") -> Any:
    import pandas as pd

    return pd.read_csv(io.BytesIO(data), sep=separator)


def _tsv(data: bytes) -> Any:
    return _csv(data, "\t")


def _jsonl(data: bytes) -> Any:
    import pandas as pd

    return pd.read_json(io.BytesIO(data), lines=True)


def _npy(data: bytes) -> Any:
    import numpy as np

    return np.load(io.BytesIO(data), allow_pickle=False)


def _npz(data: bytes) -> Any:
    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return dict(arrays)


def _image(data: bytes) -> Any:
    from PIL import Image

    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_PICKLED: Final = frozenset({"pkl", "pickle", "joblib", "pt", "pth", "ckpt", "bin"})
_LOADERS: Final[dict[str, Callable[[bytes], Any]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "tsv": _tsv,
    "json": json.loads,
    "jsonl": _jsonl,
    "npy": _npy,
    "npz": _npz,
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), _image),
    **dict.fromkeys(("txt", "log", "md", "py", "yaml", "yml", "toml", "html"), _text),
}
