"""Content digests, written ``blake3:<hex>``.

BLAKE3 as specified in https://github.com/BLAKE3-team/BLAKE3-specs, 32 bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from jupyter_artifacts.errors import InvalidRequest

if TYPE_CHECKING:
    from typing_extensions import Buffer

_DIGEST: Final = re.compile(r"blake3:[0-9a-f]{64}")


class Hasher:
    """A digest that grows as bytes come by."""

    def __init__(self) -> None:
        self._state = blake3()

    def update(self, chunk: Buffer) -> None:
        """Take in `chunk`."""
        self._state.update(chunk)

    def digest(self) -> str:
        """Return the digest of everything taken in so far."""
        return f"blake3:{self._state.hexdigest()}"


def digest_of(content: Buffer) -> str:
    """Return the digest of `content`."""
    return f"blake3:{blake3(content).hexdigest()}"


def check_digest(text: str) -> str:
    """Return `text` if it is a digest, else raise `InvalidRequest`."""
    if not _DIGEST.fullmatch(text):
        msg = f"{text!r} is no digest"
        raise InvalidRequest(msg, hint="write blake3: and 64 hexadecimal digits")
    return text
