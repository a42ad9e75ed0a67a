"""What a file holds, without its download."""

from __future__ import annotations

import msgspec

from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    TooLarge,
    Unreadable,
)
from jupyter_artifacts.operations.addressed import to_read
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.readings import held
from jupyter_artifacts.operations.table import SEE, TABLE, Kind, operation, perform
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.peeks import Peek


class AskPeek(Record, frozen=True, kw_only=True):
    """Which file, short or as the tree has it."""

    address: str


@operation("peeks.get", "GET peek", needs=SEE, kind=Kind.LOOK)
def get(ctx: Context, ask: AskPeek) -> Peek:
    """Tell what a file holds from a few of its bytes; nothing of it is run."""
    place = parse_address(ask.address, me=ctx.actor.handle)
    name, asked = to_read(place)
    content = perform(TABLE[name], ctx, asked)
    try:
        from jupyter_artifacts.formats.peeking import peek  # brings pickletools

        with held(content):
            found = peek(content.read, content.size, content.filename)
    except (ChangedAtSource, TooLarge, Unreadable) as error:
        raise _at(place.short, error) from error
    return msgspec.structs.replace(found, address=place.short)


def _at(address: str, error: ArtifactsError) -> ArtifactsError:
    """Return an error of a file's name as one of its address."""
    return type(error)(error.message, address=address, hint=error.hint)
