"""Bytes → what they hold, one function a type; none of them unpickles."""

from __future__ import annotations

import importlib
import io
import json
import math
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import TooLarge, Unreadable
from jupyter_artifacts.formats.arrays import read_header
from jupyter_artifacts.formats.source import Source
from jupyter_artifacts.formats.tensors import read_tensors
from jupyter_artifacts.formats.zips import members, open_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from jupyter_artifacts.formats.arrays import Header
    from jupyter_artifacts.formats.zips import Member

# a format of Pillow's that is read by running another program (EPS) is not among them
_IMAGES: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_BYTES_A_PIXEL: Final = 4
MOST_MEMBERS: Final = 100_000
_LONGEST_HEADER: Final = 1 << 16
_NUMPY: Final = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "I16": "<i2",
    "U16": "<u2",
    "F16": "<f2",
    "I32": "<i4",
    "U32": "<u4",
    "F32": "<f4",
    "C64": "<c8",
    "F64": "<f8",
    "I64": "<i8",
    "U64": "<u8",
}
_ML_DTYPES: Final = {
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}


def load_parquet(data: bytes, most: int) -> Any:
    """Return a DataFrame."""
    import pandas as pd
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(io.BytesIO(data))
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    unpacked = sum(group.total_byte_size for group in groups)
    # values that repeat take next to nothing in the file, and a byte each out of it
    _check(max(unpacked, metadata.num_rows * metadata.num_columns), most)
    return pd.read_parquet(io.BytesIO(data))


def load_csv(data: bytes, most: int) -> Any:  # noqa: ARG001
    """Return a DataFrame."""
    import pandas as pd

    return pd.read_csv(io.BytesIO(data))


def load_tsv(data: bytes, most: int) -> Any:  # noqa: ARG001
    """Return a DataFrame."""
    import pandas as pd

    return pd.read_csv(io.BytesIO(data), sep="\t")


def load_jsonl(data: bytes, most: int) -> Any:  # noqa: ARG001
    """Return a DataFrame."""
    import pandas as pd

    return pd.read_json(io.BytesIO(data), lines=True)


def load_json(data: bytes, most: int) -> Any:  # noqa: ARG001
    """Return what it says."""
    return json.loads(data)


def load_text(data: bytes, most: int) -> str:  # noqa: ARG001
    """Return the text; one that is not UTF-8 is an error, never changed in silence."""
    return data.decode("utf-8")


def load_npy(data: bytes, most: int) -> Any:  # noqa: ARG001
    """Return an array."""
    import numpy as np

    file = io.BytesIO(data)
    check_array(read_header(file), len(data) - file.tell())
    file.seek(0)
    return np.load(file, allow_pickle=False)


def load_npz(data: bytes, most: int) -> dict[str, Any]:
    """Return the arrays by their names."""
    import numpy as np

    for member, header in headers(data, most):
        check_array(header, member.size - header.start)
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return dict(arrays)


def headers(data: bytes, most: int) -> Iterator[tuple[Member, Header]]:
    """Yield each array of an archive, by its header.

    Raises:
        TooLarge: when they unpack to more than `most` bytes, or are too many: each
            takes memory, whatever is in it.
    """
    source = in_memory(data)
    unpacked = 0
    for number, member in enumerate(members(source)[1]):
        if number == MOST_MEMBERS:
            msg = f"it has more than {MOST_MEMBERS:,} members"
            raise TooLarge(msg, hint="download it, and unpack it with a tool for zip")
        unpacked += member.size
    _check(unpacked, most)
    for member in members(source)[1]:
        if member.name.endswith(".npy"):
            with open_member(source, member, _LONGEST_HEADER) as file:
                yield member, read_header(file)


def in_memory(data: bytes) -> Source:
    """Return bytes as what formats read from, without a budget."""
    view = memoryview(data)
    endless = 1 << 62
    return Source(
        lambda start, length: [view[start : start + length]],
        len(data),
        most_bytes=endless,
        most_requests=endless,
    )


def check_array(header: Header, length: int) -> None:
    """Raise unless an array's header fits its bytes: memory comes by the header."""
    import numpy as np

    dtype: np.dtype[Any] = np.lib.format.descr_to_dtype(header.descr)
    expected = math.prod(header.shape) * max(1, dtype.itemsize)
    if expected > length and not dtype.hasobject:
        msg = f"its header promises {expected:,} bytes, and {length:,} are there"
        raise Unreadable(msg)


def load_safetensors(data: bytes, most: int) -> dict[str, Any]:  # noqa: ARG001
    """Return the tensors as arrays, by their names."""
    import numpy as np

    header = read_tensors(in_memory(data))
    numbers = memoryview(data)[header.start :]
    return {
        name: np.frombuffer(
            numbers[slice(*tensor.data_offsets)], _dtype(tensor.dtype)
        ).reshape(tensor.shape)
        for name, tensor in header.tensors.items()
    }


def _dtype(name: str) -> Any:
    import numpy as np

    if name in _NUMPY:
        return np.dtype(_NUMPY[name])
    if name in _ML_DTYPES:
        return getattr(importlib.import_module("ml_dtypes"), _ML_DTYPES[name])
    raise Unreadable(f"NumPy has no numbers of the type {name}")


def load_image(data: bytes, most: int) -> Any:
    """Return an image of Pillow's."""
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(data), formats=_IMAGES)
    except Image.DecompressionBombError as error:
        msg = "it has more pixels than Pillow opens"
        hint = "raise PIL.Image.MAX_IMAGE_PIXELS, or download it"
        raise TooLarge(msg, hint=hint) from error
    _check(image.width * image.height * _BYTES_A_PIXEL, most)
    image.load()
    return image


def _check(unpacked: int, most: int) -> None:
    if unpacked > most:
        msg = f"it unpacks to {unpacked:,} bytes, and {most:,} are loaded at most"
        hint = f"read a part with ja.open, or give max_bytes={unpacked}"
        raise TooLarge(msg, hint=hint)
