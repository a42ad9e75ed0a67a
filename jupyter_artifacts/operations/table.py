"""THE TABLE: every operation there is, declared once.

From it come the Jupyter handlers, the OpenAPI document, the TypeScript types, what
a carrier may call, what a widget may ask over its comm, and the test that walks
every operation as every role. An operation without a permission does not import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from jupyter_artifacts import policy
from jupyter_artifacts.errors import InvalidRequest, Refused
from jupyter_artifacts.operations.auditing import granted, note_refusal
from jupyter_artifacts.operations.checking import check_numbers, check_values, refusal
from jupyter_artifacts.operations.owners import asker_of, owner_of
from jupyter_artifacts.policy import Action, Permission, Thing

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.readings import Reading
    from jupyter_artifacts.records.assets import Asset


class Kind(StrEnum):
    """What a door must know to carry an operation."""

    CALL = "call"
    """Answers a record."""
    PAGE = "page"
    """Answers a `Page`; `cursor` and `limit` are in its ask."""
    BYTES = "bytes"
    """Answers a `Content`: bytes that may be asked for in ranges."""
    STREAM = "stream"
    """Answers the events since `since`; asked again while the door stays open."""
    JOB = "job"
    """Answers a record at once; the work goes on in `Context.jobs`."""
    LOOK = "look"
    """Answers a record told from bytes: slower than rows, so it waits elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Bytes that somebody may have.

    Attributes:
        size: how many.
        media_type: for their reader; a door never serves them as its own page.
        etag: changes when they do; "" when unknown.
        filename: what a saved copy is called.
        modified: seconds since 1970; 0 when unknown.
        local_path: where they lie on this machine; None when they do not.
        read: `read(start, length)` yields them in chunks of at most 1 MiB.
        elsewhere: makes a short-lived URL that gives these bytes, for a door that may
            redirect, and notes that it was given; it returns None when the store has
            no such URLs. None where nobody may be sent there.
        address: what the audit log notes its reading under; "" where nothing is noted,
            or whoever answers it does so.
        reading: holds the line of the log open, for several reads; None for no line.
        remote: what was recorded of an object of other people, which has no digest of
            ours; None of what we hold.
    """

    size: int
    media_type: str
    etag: str
    filename: str
    modified: float
    local_path: Path | None
    read: Callable[[int, int], Iterator[bytes]]
    elsewhere: Callable[[], str | None] | None = None
    address: str = ""
    reading: Reading | None = None
    remote: Asset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Raw bytes that come with a request, in memory or in a file."""

    content: bytes | None = None
    path: Path | None = None

    def read(self) -> bytes:
        """Return all of them."""
        if self.path is not None:
            return self.path.read_bytes()
        return self.content or b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One line of the table.

    Attributes:
        name: "<noun>.<verb>".
        method: HTTP's.
        path: below the API's root; "{name}" is one segment, "{path*}" the rest.
        kind: how it is carried.
        permission: what it needs.
        ask: type of its input: path, query and JSON body together.
        answer: type of its output.
        takes_body: whether raw bytes come with it.
        function: does it.
        summary: one sentence.
        routine: whether the audit log has no line of a change by it.
    """

    name: str
    method: str
    path: str
    kind: Kind
    permission: Permission
    ask: type[msgspec.Struct]
    answer: Any
    takes_body: bool
    function: Callable[..., Any]
    summary: str
    routine: bool = False

    @property
    def path_fields(self) -> tuple[str, ...]:
        """Return the names in the path, in order."""
        return tuple(re.findall(r"{(\w+)\*?}", self.path))

    @property
    def reads_only(self) -> bool:
        """Whether it changes nothing, whatever its method."""
        return self.permission.action is Action.SEE

    @property
    def is_audited(self) -> bool:
        """Whether the log has a line each time it is done, and how it ended.

        What is made (`Action.MAKE`) notes itself, once it has an address.
        """
        changes = self.permission.action in _CHANGES
        return changes and self.method != "GET" and not self.routine


TABLE: Final[dict[str, Operation]] = {}
_CHANGES: Final = frozenset({Action.CHANGE, Action.DELETE, Action.MANAGE})

_Function = TypeVar("_Function", bound=Callable[..., Any])


def operation(
    name: str,
    route: str,
    *,
    needs: Permission,
    kind: Kind = Kind.CALL,
    routine: bool = False,
) -> Callable[[_Function], _Function]:
    """Declare an operation.

    Args:
        name: "<noun>.<verb>".
        route: "METHOD path".
        needs: the permission.
        kind: how it is carried.
        routine: whether the audit log needs no line of it: a run does it over and over
            as its owner, and it says what it did in the run; or it notes itself.
    """
    method, _, path = route.partition(" ")

    def declare(function: _Function) -> _Function:
        hints = function.__annotations__
        if name in TABLE:
            msg = f"there are two operations called {name}"
            raise ValueError(msg)
        TABLE[name] = Operation(
            name=name,
            method=method,
            path=path,
            kind=kind,
            permission=needs,
            ask=_resolve(hints["ask"], function),
            answer=_resolve(hints["return"], function),
            takes_body="body" in hints,
            function=function,
            routine=routine,
            summary=(function.__doc__ or "").strip().splitlines()[0],
        )
        return function

    return declare


def _resolve(hint: Any, function: Callable[..., Any]) -> Any:
    if isinstance(hint, str):
        return eval(hint, function.__globals__)  # noqa: S307 - our own annotation
    return hint


def perform(
    declared: Operation,
    context: Context,
    values: dict[str, Any],
    body: Body | None = None,
) -> Any:
    """Check the ask and the permission, then do it; a refusal goes into the log.

    So does whoever reads what an operation of bytes answers, see `readings`.

    Args:
        declared: which operation.
        context: who asks, and everything it may touch.
        values: path, query and JSON body together; texts are converted.
        body: raw bytes, for an operation that takes them.

    Raises:
        InvalidRequest: when a value is missing, unknown or of the wrong type.
        Refused: when the asker may not.
        ArtifactsError: what the operation raises.
    """
    ask = convert_ask(declared, values)
    more = (body or Body(content=b""),) if declared.takes_body else ()
    try:
        address = authorize(declared.permission, context, ask)
        if declared.kind is Kind.BYTES:
            content: Content = declared.function(context, ask, *more)
            return context.readings.noted(context, declared.name, content)
        if not declared.is_audited:
            return declared.function(context, ask, *more)
        reason = getattr(ask, "reason", "")
        address = address or getattr(ask, "handle", "")
        with granted(context, declared.name, address, reason=reason):
            return declared.function(context, ask, *more)
    except Refused as error:
        note_refusal(context, declared.name, error)
        raise


def authorize(permission: Permission, context: Context, ask: Any) -> str:
    """Return the address of what the ask names, if the asker has the permission on it.

    Raises:
        Refused: when they have not.
    """
    owner, address = owner_of(permission, context, ask)
    policy.check(
        asker_of(context),
        permission,
        owner=owner,
        address=address,
        reason=getattr(ask, "reason", ""),
    )
    return address


def convert_ask(declared: Operation, values: dict[str, Any]) -> msgspec.Struct:
    """Return the operation's input made of `values`; raise `InvalidRequest`."""
    known = {field.encode_name for field in msgspec.structs.fields(declared.ask)}
    if unknown := sorted(set(values) - known):
        msg = f"{declared.name} takes no {unknown[0]!r}"
        hint = f"it takes {', '.join(sorted(known))}" if known else "it takes nothing"
        raise InvalidRequest(msg, hint=hint)
    check_values(values)
    try:
        ask = msgspec.convert(values, declared.ask, strict=False)
    except msgspec.ValidationError as error:
        raise refusal(declared.name, declared.ask, error) from error
    check_numbers(declared.name, ask)
    return ask


SEE: Final = Permission(Action.SEE, Thing.TEAM)
MAKE: Final = Permission(Action.MAKE, Thing.TEAM)
CHANGE_RUN: Final = Permission(Action.CHANGE, Thing.RUN)
DELETE_RUN: Final = Permission(Action.DELETE, Thing.RUN)
CHANGE_DATASTORE: Final = Permission(Action.CHANGE, Thing.DATASTORE)
DELETE_DATASTORE: Final = Permission(Action.DELETE, Thing.DATASTORE)
CHANGE_ARTIFACT: Final = Permission(Action.CHANGE, Thing.ARTIFACT)
CHANGE_VERSION: Final = Permission(Action.CHANGE, Thing.VERSION)
DELETE_ARTIFACT: Final = Permission(Action.DELETE, Thing.ARTIFACT)
CHANGE_TRANSFER: Final = Permission(Action.CHANGE, Thing.TRANSFER)
CHANGE_SHARE: Final = Permission(Action.CHANGE, Thing.SHARE)
DELETE_SHARE: Final = Permission(Action.DELETE, Thing.SHARE)
MANAGE_MEMBER: Final = Permission(Action.MANAGE, Thing.MEMBER)
MANAGE_TEAM: Final = Permission(Action.MANAGE, Thing.TEAM)
