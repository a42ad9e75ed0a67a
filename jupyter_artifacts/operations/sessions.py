"""Sessions: list them, attach a datastore to one, detach it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jupyter_artifacts.addresses import datastore_address, parse_address
from jupyter_artifacts.errors import (
    Conflict,
    InvalidAddress,
    NotWritable,
    Refused,
)
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import Nothing, version_folder
from jupyter_artifacts.operations.table import MAKE, SEE, operation
from jupyter_artifacts.records.base import Ok, Record
from jupyter_artifacts.records.sessions import Attachment, Session

ALIVE: Final = 15.0
"""Seconds without a sign of life after which a session is gone."""

DEAD: Final = 4 * ALIVE
"""Seconds after which what it had attached is nobody's: it keeps nothing in place."""


class AtSession(Record, frozen=True, kw_only=True):
    """A session, by its id."""

    session: str


class Attach(AtSession, frozen=True, kw_only=True):
    """A session, and the address of a datastore, the newest version if none."""

    address: str


class Detach(AtSession, frozen=True, kw_only=True):
    """A session, and a datastore's version."""

    name: str
    version: str


@operation("sessions.list", "GET sessions", needs=SEE)
def list_all(ctx: Context, ask: Nothing) -> list[Session]:  # noqa: ARG001
    """Return the sessions that are alive."""
    with ctx.catalog.read() as rows:
        return rows.sessions.all(seen_after=ctx.clock() - ALIVE)


@operation("sessions.get", "GET sessions/{session}", needs=SEE)
def get(ctx: Context, ask: AtSession) -> Session:
    """Return a session."""
    with ctx.catalog.read() as rows:
        return rows.sessions.get(ask.session)


@operation("sessions.attach", "POST sessions/{session}/attachments", needs=MAKE)
def attach(ctx: Context, ask: Attach) -> Attachment:
    """Attach a datastore: a read-only path below the session's root folder."""
    place = parse_address(ask.address, me=ctx.actor.handle)
    if place.root != "datastores" or not place.name or place.path is not None:
        msg = "only a datastore can be attached"
        hint = "write datastores/cats, or datastores/cats/v1"
        raise InvalidAddress(msg, address=ask.address, hint=hint)
    with ctx.catalog.read() as rows:
        session = rows.sessions.get(ask.session)
        _check_there(ctx, session)
        name = rows.datastores.get(place.name).name
    version, target = version_folder(ctx, place.name, place.version)
    relative = f"datastores/{name}/{version.version}"
    link = Path(session.root, relative)
    _link(link, target, version.address)
    attachment = Attachment(
        address=version.address,
        path=str(link),
        relative=relative,
        attached=ctx.clock(),
        attached_by=ctx.actor.handle,
    )
    with ctx.catalog.write() as rows:
        rows.sessions.attach(session.id, attachment)
        rows.events.add("session", "changed", session.id, ctx.clock())
        # whoever has the path reads what they like of it: nobody will say how much
        note(ctx, rows, "sessions.attach", version.address, grants=True)
    return attachment


def _check_there(ctx: Context, session: Session) -> None:
    """Only who works in a session may change what is attached to it."""
    here = ctx.place is not None and ctx.place.id == session.id
    if here or ctx.actor.handle in {session.owner, *session.people}:
        return
    msg = f"you are not in {session.owner}'s session"
    raise Refused(msg, address=session.id, hint="attach it in a session you are in")


def _link(link: Path, target: Path, address: str) -> None:
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_symlink() and link.readlink() == target:
            return
        link.symlink_to(target, target_is_directory=True)
    except FileExistsError as error:
        msg = f"something else stands at {link}"
        raise Conflict(msg, address=address, hint="move it away first") from error
    except OSError as error:
        msg = f"{link} cannot be made: {error.strerror}"
        raise NotWritable(msg, address=address) from error


@operation(
    "sessions.detach",
    "DELETE sessions/{session}/attachments/{name}/{version}",
    needs=MAKE,
)
def detach(ctx: Context, ask: Detach) -> Ok:
    """Detach a datastore from a session; its bytes stay where they are."""
    address = datastore_address(ask.name, ask.version).tree
    with ctx.catalog.write() as rows:
        session = rows.sessions.get(ask.session)
        _check_there(ctx, session)
        attachment = rows.sessions.detach(session.id, address)
        rows.events.add("session", "changed", session.id, ctx.clock())
        note(ctx, rows, "sessions.detach", attachment.address)
    unlink(attachment)
    return Ok(message=f"detached {attachment.address}", address=attachment.address)


def unlink(attachment: Attachment) -> None:
    """Take an attachment's path away, and its folders when they are empty now."""
    link = Path(attachment.path)
    if link.is_symlink():
        link.unlink()
    for folder in (link.parent, link.parent.parent):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
