"""A file of the team as what it holds."""

from __future__ import annotations

import io
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    InvalidRequest,
    TooLarge,
    Unavailable,
    Unreadable,
)
from jupyter_artifacts.formats.source import Inflated
from jupyter_artifacts.operations.readings import held
from jupyter_artifacts.team import loaders
from jupyter_artifacts.team.caching import from_cache, keep
from jupyter_artifacts.team.opening import whole_content
from jupyter_artifacts.team.trusting import announce, is_pickled, load_trusted, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.transfer.cache import Cache

MOST: Final = 2 << 30
_ELSEWHERE: Final = {
    **dict.fromkeys(("rds", "rdata"), "R reads it, and runs what is in it"),
    **dict.fromkeys(
        ("h5", "hdf5", "keras"),
        "it may hold layers of Keras that are code; open plain HDF5 with"
        " h5py.File(ja.open(address))",
    ),
}


def load_content(
    content: Content,
    address: str,
    *,
    trust: bool = False,
    max_bytes: int = MOST,
    cache: Cache | None = None,
) -> Any:
    """Return what a file holds, by its ending.

    parquet, csv, tsv, jsonl → DataFrame; json → what it says; npy → array; npz,
    safetensors → dict of arrays; png, jpg, … → PIL image; text, yaml → str; with .gz
    behind them the same. The bytes are checked against the recorded digest first.

    Args:
        content: the file's bytes.
        address: where it is, as it was asked for.
        trust: whether it may be unpickled, which can run any code.
        max_bytes: as many are read, and come out of what is packed, at most.
        cache: of the user: asked before the store, and filled; None for none.

    Raises:
        ChangedAtSource: when the bytes are not those that were recorded.
        InvalidRequest: for a type that is not read here, or needs unpickling; says
            what it would import.
        TooLarge: when it has more than `max_bytes`.
        Unreadable: when it is damaged, or not what its name says.
    """
    with ExitStack() as stack:
        stack.enter_context(held(content))
        known, fill = content, None
        if cache is not None:
            known = stack.enter_context(from_cache(content, cache))
            fill = cache if known is content else None
        return _loaded(known, address, fill, trust=trust, max_bytes=max_bytes)


def _loaded(
    content: Content, address: str, fill: Cache | None, *, trust: bool, max_bytes: int
) -> Any:
    ending, packed = _ending(content.filename)
    pickled = is_pickled(content, address, ending)
    if pickled and not trust:
        raise refusal(content, address, ending)
    if not pickled and ending not in LOADERS:
        raise _not_read(address, ending)
    _check_size(content.size, address, max_bytes)
    data: bytes | bytearray = whole_content(content, address)
    if fill is not None:
        keep(content, data, fill)
    if pickled:
        announce(content, address)
    with _explained(address, ending):
        if packed:
            data = Inflated(io.BytesIO(data), wbits=31, most=max_bytes).readall()
        if pickled:
            return load_trusted(data, ending)
        return LOADERS[ending](data, max_bytes)


@contextmanager
def _explained(address: str, ending: str) -> Iterator[None]:
    """Say what could not be read, whichever library said so."""
    try:
        yield
    except ArtifactsError as error:
        raise type(error)(error.message, address=address, hint=error.hint) from error
    except ImportError as error:
        msg = f".{ending} is read by {error.name or 'a library'}, which is missing"
        raise Unavailable(msg, address=address, hint=_HOW.get(ending, "")) from error
    except Exception as error:  # a parser raises what it likes
        said = str(error).partition("\n")[0] or type(error).__name__
        msg = f"it could not be read as .{ending}: {said}"
        hint = "look into it with ja.peek, or read its bytes with ja.open"
        raise Unreadable(msg, address=address, hint=hint) from error


def _ending(name: str) -> tuple[str, bool]:
    """Return the ending that decides, and whether the file is packed with gzip."""
    *_, before, last = ["", *name.lower().split(".")]
    if last == "gz" and before in LOADERS:
        return before, True
    return last if "." in name else "", False


def _not_read(address: str, ending: str) -> InvalidRequest:
    if ending in _ELSEWHERE:
        msg = f"a .{ending} file is not read here"
        return InvalidRequest(msg, address=address, hint=_ELSEWHERE[ending])
    msg = f"a .{ending} file is not read here" if ending else "it has no ending"
    hint = f"open it, or download it; read here: {', '.join(sorted(LOADERS))}"
    return InvalidRequest(msg, address=address, hint=hint)


def _check_size(size: int, address: str, max_bytes: int) -> None:
    if size > max_bytes:
        msg = f"it has {size:,} bytes, and {max_bytes:,} are loaded at most"
        hint = f"read a part with ja.open, download it, or give max_bytes={size}"
        raise TooLarge(msg, address=address, hint=hint)


LOADERS: Final[dict[str, Callable[[Any, int], Any]]] = {
    "parquet": loaders.load_parquet,
    "csv": loaders.load_csv,
    "tsv": loaders.load_tsv,
    "json": loaders.load_json,
    "jsonl": loaders.load_jsonl,
    "npy": loaders.load_npy,
    "npz": loaders.load_npz,
    "safetensors": loaders.load_safetensors,
    **dict.fromkeys(
        ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"), loaders.load_image
    ),
    **dict.fromkeys(
        ("txt", "log", "md", "rst", "py", "yaml", "yml", "toml", "ini", "cfg", "html"),
        loaders.load_text,
    ),
}
_HOW: Final = {
    "parquet": "pip install pyarrow",
    "joblib": "pip install joblib",
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), "pip install pillow"),
    **dict.fromkeys(("pt", "pth", "ckpt", "bin"), "pip install torch"),
    "safetensors": "pip install ml_dtypes",
}
