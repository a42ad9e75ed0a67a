"""Files that have to be unpickled: refused, or loaded for whoever trusts them."""

from __future__ import annotations

import importlib
import io
import pickle
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.formats.peeking import peek
from jupyter_artifacts.team.callers import warn_caller

if TYPE_CHECKING:
    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.records.peeks import Peek

_PICKLES: Final = frozenset({"pkl", "pickle", "dill"})
_TORCH: Final = frozenset({"pt", "pth", "ckpt", "bin"})
_ARRAYS: Final = frozenset({"npy", "npz"})
_ALWAYS: Final = _PICKLES | _TORCH | {"joblib"}
_SHOWN: Final = 20


class Unpickled(UserWarning):
    """A file was unpickled, and what it named was imported."""


def is_pickled(content: Content, address: str, ending: str) -> bool:
    """Whether a file cannot be loaded without unpickling."""
    if ending in _ARRAYS and content.size:
        found = peek(content.read, content.size, address)
        return any("pickled" in tensor.warning for tensor in found.tensors)
    return ending in _ALWAYS


def refusal(content: Content, address: str, ending: str) -> InvalidRequest:
    """Return what to raise for a file that would be unpickled, unasked."""
    found = peek(content.read, content.size, address)
    if ending in _TORCH and found.kind != "pickle":
        msg = f"it is no pickle of PyTorch's ({found.summary}), and not read here"
        return InvalidRequest(msg, address=address, hint="open it, or download it")
    msg = (
        f"a .{ending} file like this is unpickled to be read, which can run any code:"
        f" it would import {_names(found)}"
    )
    hint = "use safetensors, npy or parquet; or trust=True if you trust who made it"
    return InvalidRequest(msg, address=address, hint=hint)


def _names(found: Peek) -> str:
    names = ", ".join(found.imports[:_SHOWN]) or "nothing"
    if more := len(found.imports) - _SHOWN:
        names += f" and {more} more" if more > 0 else ""
    rest = [said for said in found.left_out if said.startswith(("what", "names"))]
    return f"{names} (not told: {'; '.join(rest)})" if rest else names


def announce(content: Content, address: str) -> None:
    """Warn that a file is about to be unpickled, and what that imports."""
    names = _names(peek(content.read, content.size, address))
    text = f"{address} is unpickled, which runs what is in it: it imports {names}"
    warn_caller(text, Unpickled)


def load_trusted(data: bytes | bytearray, ending: str) -> Any:
    """Unpickle a file that somebody trusts."""
    file = io.BytesIO(data)
    if ending in _ARRAYS:
        import numpy as np

        loaded = np.load(file, allow_pickle=True)
        return dict(loaded) if ending == "npz" else loaded
    if ending in _TORCH:
        torch = importlib.import_module("torch")
        return torch.load(file, map_location="cpu", weights_only=False)
    if ending == "joblib":
        return importlib.import_module("joblib").load(file)
    return pickle.load(file)  # noqa: S301 - which is what `trust` is asked for
