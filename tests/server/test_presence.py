"""Sessions that come, change and go, without a server."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.identity import PasswordIdentityProvider

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.people import Role
from jupyter_artifacts.records.sessions import Session
from jupyter_artifacts.server.identity import TeamIdentityProvider
from jupyter_artifacts.server.people import names_people
from jupyter_artifacts.server.presence import Presence
from jupyter_artifacts.server.service import Limits, Service
from jupyter_artifacts.settings import Settings

LOG = logging.getLogger("test")


@pytest.fixture
def service(tmp_path):
    """One server's part of a team."""
    home = tmp_path / "home"
    settings = Settings(home=home, storage=home / "storage", user="alice")
    root = tmp_path / "root"
    root.mkdir()
    limits = Limits(transfers=1, upload=1000)
    service = Service(settings, LOG, root=root, limits=limits, team="team", named=True)
    service.open()
    yield service
    service.close()


@pytest.fixture
def presence(service):
    """Its session."""
    return Presence(service, LOG, name="root", url=lambda: "http://here/")


@pytest.fixture
def sessions(service):
    """Gives the sessions that are alive."""

    def alive():
        with service.catalog.read() as rows:
            return rows.sessions.all(seen_after=time.time() - 15)

    return alive


@pytest.fixture
def changes(service):
    """Gives what pages were told of sessions."""

    def told() -> list[str]:
        with service.catalog.read() as rows:
            events = rows.events.since(0)
        return [event.change for event in events if event.kind == "session"]

    return told


async def test_a_session_comes_and_goes(presence, sessions, changes):
    """It is announced at the start, and taken back at the end."""
    await presence.start()
    (session,) = sessions()
    assert (session.owner, session.url) == ("alice", "http://here/")

    await presence.stop()

    assert sessions() == []
    assert changes() == ["created", "deleted"]


def test_pages_hear_of_people_not_of_beats(presence, service, sessions, changes):
    """A beat is told to nobody; somebody who comes is told to everybody."""
    presence.announce()
    presence.announce()
    assert changes() == ["created"]

    bob = User(username="bob")
    service.people.member(bob)
    service.people.seen(bob)
    presence.announce()

    assert sessions()[0].people == ["bob"]
    assert changes() == ["created", "changed"]


@pytest.fixture
def other(service):
    """Announces another session in the same folder; gives its id."""

    def announce(last_seen: float, host: str = socket.gethostname()) -> str:
        session = Session(
            id=new_id(),
            owner="alice",
            name="other",
            url="",
            root=str(service.place.root),
            host=host,
            started=last_seen,
            last_seen=last_seen,
        )
        with service.catalog.write() as rows:
            rows.sessions.announce(session)
        return session.id

    return announce


@pytest.fixture
def attach(service, tmp_path):
    """Attaches a datastore to a session; gives its path."""
    folder = tmp_path / "cats"
    folder.mkdir()
    (folder / "a.txt").write_text("cat")
    made: list[Any] = []

    def to(session):
        settings = replace(service.settings, session=session)
        team = LocalCarrier(settings, catalog=service.catalog)
        if not made:
            made.append(team.call("datastores.create", name="cats", source=str(folder)))
        team.call("sessions.attach", session=session, address="datastores/cats")
        return service.place.root / "datastores" / "cats" / "v1"

    return to


async def test_what_a_dead_session_attached_is_swept(presence, service, other, attach):
    """A new server forgets this machine's dead sessions and their attachments."""
    service.people.member(None)
    dead = other(time.time() - 3600)
    path = attach(dead)
    assert (path / "a.txt").read_text() == "cat"

    await presence.start()

    with service.catalog.read() as rows:
        assert [each.id for each in rows.sessions.all(seen_after=0)] == [
            service.place.id
        ]
    assert not path.is_symlink()
    await presence.stop()


async def test_what_another_session_uses_stays(presence, service, other, attach):
    """A dead server's attachment stays where a living one in its folder has it."""
    service.people.member(None)
    alive, dead = other(time.time()), other(time.time() - 3600)
    attach(dead)
    path = attach(alive)

    await presence.start()
    await presence.stop()

    assert (path / "a.txt").read_text() == "cat"


def test_another_machines_session_is_forgotten_after_a_day(
    presence, service, other, attach
):
    """Nobody there may ever come back to say so; its paths are not ours to remove."""
    service.people.member(None)
    gone = other(time.time() - 2 * 24 * 3600, "container-7f3a")
    slow = other(time.time() - 3600, "container-8a11")
    path = attach(gone)

    presence.sweep()

    with service.catalog.read() as rows:
        assert [each.id for each in rows.sessions.all(seen_after=0)] == [slow]
    assert path.is_symlink()


async def test_a_server_goes_on_sweeping(presence, service, other, monkeypatch):
    """What dies while it runs is forgotten as well."""
    monkeypatch.setattr("jupyter_artifacts.server.presence.BEAT", 0.01)
    monkeypatch.setattr("jupyter_artifacts.server.presence.SWEEP", 0.01)
    await presence.start()
    dead = other(time.time() - 3600)

    def is_known():
        with service.catalog.read() as rows:
            return dead in {each.id for each in rows.sessions.all(seen_after=0)}

    for _ in range(1000):
        if not is_known():
            break
        await asyncio.sleep(0.01)
    await presence.stop()
    assert not is_known()


async def test_a_beat_under_way_brings_no_stopped_server_back(presence, sessions):
    """Once it said good-bye, a server is not announced any more."""
    await presence.start()
    await presence.stop()

    presence.announce()

    assert sessions() == []


@pytest.mark.parametrize(
    ("provider", "named"),
    [
        (IdentityProvider, False),
        (PasswordIdentityProvider, False),
        (TeamIdentityProvider, True),
    ],
)
def test_which_providers_name_people(provider, named):
    """Jupyter's own two know nobody by name; one that says who it is, does."""
    assert names_people(provider(token="x")) is named  # noqa: S106 - of nothing


def test_a_provider_of_somebody_elses_names_people():
    """A hub's provider overrides who the user is."""

    class Hub(IdentityProvider):
        async def _get_user(self, _handler):
            return None

        get_user = _get_user

    assert names_people(Hub())


def test_a_member_that_changed_is_read_again(service):
    """What is remembered of a person holds until anybody commits anything."""
    bob = User(username="bob")
    owner = service.people.member(None)
    assert (owner.login, owner.role) == ("alice", "owner")
    assert service.people.actor(bob).role == "member"

    with service.catalog.write() as rows:
        rows.members.set_role("bob", Role.VIEWER)

    assert service.people.actor(bob).role == "viewer"
