"""What a page may tell a widget, one message each.

Every message carries its page and its number: a kernel's replies go
to every browser that shows the widget, and each takes only its own. Changes are
commands ("add this one"), never a new value of the whole, so that two people who
click at once both count.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from jupyter_artifacts.errors import InvalidRequest


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all messages carry.

    Attributes:
        page: names the page; its replies carry it.
        id: counts the page's messages; the reply carries it.
    """

    page: str
    id: int


class Select(Message, frozen=True, tag="select"):
    """Add experiments to the selection."""

    addresses: list[str]


class Deselect(Message, frozen=True, tag="deselect"):
    """Take experiments out of the selection."""

    addresses: list[str]


class SelectOnly(Message, frozen=True, tag="select-only"):
    """Let these experiments be the selection; none to clear it."""

    addresses: list[str]


class SetQuery(Message, frozen=True, tag="set-query"):
    """Show the experiments that match this."""

    query: str


class SetSort(Message, frozen=True, tag="set-sort"):
    """Sort by this field; "-" in front for the largest first."""

    sort: str


class SetColumns(Message, frozen=True, tag="set-columns"):
    """Show these fields; none for those that tell most."""

    columns: list[str]


class Ping(Message, frozen=True, tag="ping"):
    """Ask whether the kernel is still there."""


class Request(Message, frozen=True, tag="request"):
    """Read something from the table, where no server is there.

    Attributes:
        method: HTTP's.
        path: below the API's root, percent-encoded.
        query: of the path.
        body: JSON; None for none.
        range: like the `Range` header, e.g. "bytes=0-99"; "" for the whole.
    """

    method: str
    path: str
    query: dict[str, Any] = {}
    body: Any = None
    range: str = ""


AnyMessage: TypeAlias = (
    Select | Deselect | SelectOnly | SetQuery | SetSort | SetColumns | Ping | Request
)


def read_message(content: object) -> AnyMessage:
    """Return the message that a page sent.

    Raises:
        InvalidRequest: when it is none.
    """
    try:
        message: AnyMessage = msgspec.convert(content, AnyMessage)
    except msgspec.ValidationError as error:
        msg = f"a page sent no message that a widget knows: {error}"
        raise InvalidRequest(msg, hint="reload the page") from error
    return message
