"""Records ↔ the JSON documents that rows keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode


def to_document(record: object, *, address: str = "") -> str:
    """Return the JSON text of a record, or of a plain JSON value.

    Raises:
        InvalidRequest: when it holds what JSON cannot say.
    """
    try:
        return _encode(record).decode()
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"a value in it cannot be kept as JSON ({error})"
        hint = "use texts, numbers, booleans, lists and dicts with text keys"
        raise InvalidRequest(msg, address=address, hint=hint) from error


def document_reader(kind: type[T]) -> Callable[[Any], T]:
    """Return the function that turns a document's text into a record."""
    return msgspec.json.Decoder(kind).decode
