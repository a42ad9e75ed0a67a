"""Headers that keep somebody's bytes from becoming a page of ours.

A browser never shows user bytes under Jupyter's origin: it saves them, guesses no
type, runs no script of them, and no page of another origin may load them.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_TOKEN: Final = r"[A-Za-z0-9!#$&^_.+-]{1,64}"  # noqa: S105 - RFC 9110's word
_MEDIA_TYPE: Final = re.compile(rf"{_TOKEN}/{_TOKEN}")
_PLAIN: Final = re.compile(r"[^A-Za-z0-9 ._()+-]")

USER_BYTES: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
}


def disposition(filename: str) -> str:
    """Return a Content-Disposition that saves under `filename` (RFC 6266, 8187)."""
    plain = _PLAIN.sub("_", filename).strip(" .") or "download"
    exact = quote(filename, safe="", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


def content_type(media_type: str) -> str:
    """Return `media_type` if it is one, with the charset our texts have."""
    if not _MEDIA_TYPE.fullmatch(media_type):
        return "application/octet-stream"
    return f"{media_type}; charset=utf-8" if _textual(media_type) else media_type


def _textual(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type == "application/json"
