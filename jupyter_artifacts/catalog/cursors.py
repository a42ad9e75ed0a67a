"""Cursors: where the next page begins, opaque to whoever holds one."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, TypeVar

import msgspec

from jupyter_artifacts.errors import InvalidRequest

T = TypeVar("T")


def to_cursor(listing: str, place: Any) -> str:
    """Return the cursor of a place in a listing.

    Args:
        listing: everything that the order depends on, e.g. query and sort.
        place: what MessagePack can hold.
    """
    packed = msgspec.msgpack.encode((_mark(listing), place))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def from_cursor(listing: str, cursor: str, kind: type[T]) -> T:
    """Return the place that `to_cursor` was given.

    Raises:
        InvalidRequest: when it is no cursor, or of another listing.
    """
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mark, place = msgspec.msgpack.decode(packed, type=tuple[bytes, kind])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError) as error:
        msg = "this is no cursor of ours"
        raise InvalidRequest(msg, hint="ask for the first page again") from error
    if mark != _mark(listing):
        msg = "this cursor is of another listing"
        raise InvalidRequest(msg, hint="ask for the first page again")
    found: T = place
    return found


def _mark(listing: str) -> bytes:
    return hashlib.blake2b(listing.encode(), digest_size=8).digest()
