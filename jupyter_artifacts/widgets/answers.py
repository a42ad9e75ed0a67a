"""What a page may read through the kernel, where no server of ours is there.

In VS Code or Colab a widget has only its comm. Replies go to every browser and the
kernel cannot know who clicked, so the table is open for reading alone.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote

import msgspec

from jupyter_artifacts.errors import (
    InvalidRequest,
    NotFound,
    RangeNotSatisfiable,
    Refused,
)
from jupyter_artifacts.operations.table import Content, Kind

if TYPE_CHECKING:
    from jupyter_artifacts.operations.table import Operation
    from jupyter_artifacts.widgets.messages import Request

_READ_BY_POST: Final = frozenset({"metrics.points", "transfers.plan"})
_MOST_BYTES: Final = 32 << 20
_RANGE: Final = re.compile(r"bytes=(?P<first>\d*)-(?P<last>\d*)")


class Carrier(Protocol):
    """The part of a carrier that an answer needs."""

    def call(self, operation: str, /, **ask: Any) -> Any:
        """Perform an operation."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back to the page.

    Attributes:
        json: the answer; None when bytes go back.
        content: the bytes, sent as the message's only buffer.
        total: size of the whole file.
        media_type: of the bytes.
        etag: of the whole file.
    """

    json: Any = None
    content: bytes | None = None
    total: int = 0
    media_type: str = ""
    etag: str = ""


def answer(carrier: Carrier, request: Request) -> Answer:
    """Read what a page asks for.

    Raises:
        Refused: when it would change something, or watch.
        NotFound: when the table has no such route.
        ArtifactsError: what the operation raises.
    """
    operation, values = _matching(request)
    _check_reads(operation)
    body = request.body if isinstance(request.body, dict) else {}
    found = carrier.call(operation.name, **{**request.query, **body, **values})
    if isinstance(found, Content):
        return _bytes_answer(found, request)
    return Answer(json=msgspec.to_builtins(found))


def _check_reads(operation: Operation) -> None:
    by_method = operation.method == "GET" or operation.name in _READ_BY_POST
    if by_method and operation.reads_only and operation.kind is not Kind.STREAM:
        return
    msg = f"a widget's messages may read, and {operation.name} does more than that"
    hint = "use JupyterLab with jupyter_artifacts on its server, or Python"
    raise Refused(msg, address=operation.path, hint=hint)


def _matching(request: Request) -> tuple[Operation, dict[str, str]]:
    for operation, pattern in _routes():
        found = pattern.fullmatch(request.path)
        if found and operation.method == request.method:
            return operation, {
                name: unquote(text) for name, text in found.groupdict().items()
            }
    msg = f"the table has no {request.method} {request.path}"
    hint = "the page and the kernel have different versions; reload the page"
    raise NotFound(msg, address=request.path, hint=hint)


@cache
def _routes() -> list[tuple[Operation, re.Pattern[str]]]:
    """Return the table's routes, those with the most fixed text first."""
    from jupyter_artifacts.operations.all import TABLE

    ordered = sorted(
        TABLE.values(),
        key=lambda one: len(re.sub(r"{.*?}", "", one.path)),
        reverse=True,
    )
    return [(operation, re.compile(_pattern(operation.path))) for operation in ordered]


def _pattern(path: str) -> str:
    parts = re.split(r"({\w+\*?})", path)
    return "".join(
        f"(?P<{part[1:-1].removesuffix('*')}>{'.+' if '*' in part else '[^/]+'})"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )


def _bytes_answer(content: Content, request: Request) -> Answer:
    start, length = _part(request.range, content.size)
    if length > _MOST_BYTES:
        msg = f"{length:,} bytes are too many for a widget's message"
        hint = f"ask for ranges of at most {_MOST_BYTES:,} bytes"
        raise InvalidRequest(msg, address=request.path, hint=hint)
    return Answer(
        content=b"".join(content.read(start, length)) if length else b"",
        total=content.size,
        media_type=content.media_type,
        etag=content.etag,
    )


def _part(text: str, size: int) -> tuple[int, int]:
    """Return where a range begins, and how many bytes it has."""
    if not text:
        return 0, size
    found = _RANGE.fullmatch(text)
    if not found or not (found["first"] or found["last"]):
        msg = f"{text!r} is no range of bytes"
        raise RangeNotSatisfiable(msg, hint="write bytes=0-99 or bytes=-100")
    if not found["first"]:
        length = min(int(found["last"]), size)
        return size - length, length
    first = int(found["first"])
    if first >= size:
        if size == 0:
            return 0, 0
        msg = f"{text!r} lies outside the file's {size:,} bytes"
        raise RangeNotSatisfiable(msg, hint=f"ask for bytes below {size}")
    last = min(int(found["last"]), size - 1) if found["last"] else size - 1
    return first, max(0, last - first + 1)
