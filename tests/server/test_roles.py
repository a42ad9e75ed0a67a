"""Every operation, of every kind, as everybody."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_artifacts.operations.all import TABLE, Kind
from jupyter_artifacts.operations.members import issue_token
from jupyter_artifacts.transfer.saving import ToSave

SEE = {"boss": True, "alice": True, "bob": True, "vera": True}
MAKE = {"boss": True, "alice": True, "bob": True, "vera": False}
OWN = {"boss": False, "alice": True, "bob": False, "vera": False}
DELETE = {"boss": True, "alice": True, "bob": False, "vera": False}
MANAGE = {"boss": True, "alice": False, "bob": False, "vera": False}

EXPECTED = {
    "artifacts.alias": OWN,
    "artifacts.delete": DELETE,
    "artifacts.edit": OWN,
    "artifacts.get": SEE,
    "artifacts.list": SEE,
    "artifacts.log": MAKE,
    "artifacts.read": SEE,
    "artifacts.tree": SEE,
    "artifacts.unalias": OWN,
    "artifacts.use": OWN,
    "audit.list": MANAGE,
    "checkpoints.begin": OWN,
    "checkpoints.capture": OWN,
    "checkpoints.complete": OWN,
    "checkpoints.get": SEE,
    "checkpoints.list": SEE,
    "checkpoints.read": SEE,
    "datastores.create": MAKE,
    "datastores.delete": DELETE,
    "datastores.get": SEE,
    "datastores.list": SEE,
    "datastores.read": SEE,
    "datastores.tree": SEE,
    "datastores.update": OWN,
    "events.watch": SEE,
    "experiments.add": OWN,
    "experiments.get": SEE,
    "experiments.lineage": SEE,
    "experiments.move": OWN,
    "experiments.note": OWN,
    "files.capture": OWN,
    "files.manifest": SEE,
    "files.read": SEE,
    "files.refuse": OWN,
    "files.tree": SEE,
    "logs.append": OWN,
    "logs.list": SEE,
    "logs.read": SEE,
    "members.revoke": DELETE,
    "members.role": MANAGE,
    "members.tokens": DELETE,
    "metrics.points": SEE,
    "metrics.report": MAKE,
    "metrics.series": SEE,
    "peeks.get": SEE,
    "runs.clone": MAKE,
    "runs.delete": DELETE,
    "runs.fields": SEE,
    "runs.get": SEE,
    "runs.of_user": SEE,
    "runs.search": SEE,
    "runs.start": MAKE,
    "runs.stop": OWN,
    "runs.tag": OWN,
    "sessions.attach": MAKE,
    "sessions.detach": MAKE,
    "sessions.get": SEE,
    "sessions.list": SEE,
    "shares.get": SEE,
    "shares.list": SEE,
    "shares.make": MAKE,
    "shares.open": SEE,
    "shares.read": SEE,
    "shares.renew": OWN,
    "shares.revoke": DELETE,
    "teams.get": SEE,
    "teams.overview": SEE,
    "transfers.cancel": OWN,
    "transfers.get": SEE,
    "transfers.list": SEE,
    "transfers.plan": SEE,
    "transfers.start": MAKE,
    "versions.delete": DELETE,
    "versions.diff": SEE,
    "versions.edit": OWN,
    "versions.files": SEE,
    "versions.get": SEE,
    "versions.lineage": SEE,
    "versions.list": SEE,
}
"""Who may, of: the team's owner, the thing's owner, another member, a viewer."""

FIRST = {
    "datastores.delete": "sessions.detach",
    "runs.delete": "experiments.move",
}
"""What has to be done before, for anyone to do it."""

_DELETING = (
    "artifacts.delete",
    "datastores.delete",
    "runs.delete",
    "shares.revoke",
    "versions.delete",
)
NEEDS_A_REASON = {(name, "boss") for name in _DELETING}


def test_every_operation_has_an_expectation():
    """Whoever adds an operation says here who may use it."""
    assert sorted(EXPECTED) == sorted(TABLE)


@dataclasses.dataclass
class World:
    """Things of alice's, and what every operation is asked about them."""

    path: dict[str, Any]
    said: dict[str, dict[str, Any]]


@pytest.fixture
def everybody(boss, alice, bob, viewer):
    """Everyone by their login."""
    return {person.login: person for person in (boss, alice, bob, viewer)}


@pytest.fixture
def world(act, alice, app, service, tmp_path, jp_root_dir):
    """Makes fresh things of alice's."""
    source = jp_root_dir / "cats"
    source.mkdir()
    (source / "a.txt").write_text("cat")
    file = tmp_path / "model.bin"
    file.write_bytes(b"weights")
    app.presence.announce()
    made = iter(range(100))

    def make() -> World:
        run, store = (f"{kind}{next(made)}" for kind in ("run", "cats"))
        team = act("alice")
        team.call("runs.start", name=run)
        here = {"user": "alice", "run": run, "number": 0}
        team.call("files.capture", **here, path="a.txt", source=file)
        team.call("logs.append", **here, stream="stdout", body=b"hello\n")
        checkpoint = team.call("checkpoints.begin", **here, steps_completed=1).uuid
        saved = {**here, "uuid": checkpoint, "path": "a.txt"}
        team.call("checkpoints.capture", **saved, source=file)
        team.call("datastores.create", name=store, source=str(source))
        for content in (b"0", b"1"):
            line = ToSave(path="a.txt", content=content, size=1)
            team.log_artifact([line], name=store)
        team.call("artifacts.alias", name=store, alias="best", version="v0")
        session = service.place.id
        address = f"datastores/{store}/v1"
        team.call("sessions.attach", session=session, address=address)
        to = str(tmp_path / run)
        transfer = team.call("transfers.start", address=f"alice:{run}-exp0", to=to)
        token, _ = issue_token(team.context, "alice", "another")
        shared = team.call("shares.make", address=f"alice:{run}-exp0")
        return World(
            path={
                **saved,
                "stream": "stdout",
                "name": store,
                "version": "v1",
                "other": "v0",
                "alias": "best",
                "session": session,
                "handle": "alice",
                "file": f"runs/alice/{run}/exp0/files/a.txt",
                "token": token.id,
                "transfer": transfer.id,
                "share": shared.share.id,
            },
            said=_said(run, store, shared.path.partition("#")[2]),
        )

    return make


def _said(run: str, store: str, secret: str) -> dict[str, dict[str, Any]]:
    address = f"datastores/{store}/v1"
    return {
        "artifacts.alias": {"version": "v0"},
        "artifacts.edit": {"description": "of cats"},
        "artifacts.log": {"source": "cats"},
        "artifacts.use": {"address": f"{store}@v1"},
        "checkpoints.begin": {"steps_completed": 2},
        "datastores.create": {"name": f"{run}-store", "source": "cats"},
        "experiments.move": {"state": "COMPLETED"},
        "experiments.note": {"runner_state": "busy"},
        "files.refuse": {"path": "b.txt", "reason": "too large"},
        "members.role": {"role": "member"},
        "metrics.points": {"series": []},
        "runs.start": {"name": f"{run}-new"},
        "runs.tag": {"tags": ["good"]},
        "sessions.attach": {"address": address},
        "shares.make": {"address": f"alice:{run}-exp0"},
        "shares.open": {"secret": secret},
        "shares.read": {"secret": secret},
        "transfers.plan": {"address": f"alice:{run}-exp0"},
        "transfers.start": {"address": f"alice:{run}-exp0", "to": f"{run}-down"},
        "versions.edit": {"tags": ["good"]},
    }


def request_of(name: str, world: World) -> tuple[str, str, dict[str, Any]]:
    """The method, the path and the rest of a request for an operation."""
    declared = TABLE[name]
    path = declared.path.replace("*}", "}").format(**world.path)
    if declared.takes_body:
        query = f"?segment=of-{world.path['run']}&offset=0"
        is_report = name == "metrics.report"
        return declared.method, path + query * is_report, {"body": b""}
    if name == "peeks.get":
        return declared.method, f"{path}?address={world.path['file']}", {}
    said = world.said.get(name)
    return declared.method, path, {} if said is None else {"data": said}


@pytest.fixture
def send(ask, listen, world):
    """Asks for an operation on fresh things; gives the status and what was said."""

    async def to(name: str, person, fresh: World) -> tuple[int, dict[str, Any]]:
        if TABLE[name].kind is Kind.STREAM:
            try:
                (await listen(person)).close()
            except HTTPClientError as error:
                said = error.response.body if error.response else b"{}"
                return error.code, json.loads(said)
            return 200, {}
        method, path, rest = request_of(name, fresh)
        if (name, getattr(person, "login", "")) in NEEDS_A_REASON:
            path += "?reason=cleaning"
        response = await ask(method, path, person, **rest)
        binary = TABLE[name].kind is Kind.BYTES and response.code == 200
        return response.code, {} if binary else json.loads(response.body)

    return to


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_who_may(name, everybody, world, send, everything):
    """An operation does what it does for those who may, and nothing for the rest."""
    for login, may in EXPECTED[name].items():
        fresh = world()
        if before_it := FIRST.get(name):
            await send(before_it, everybody["alice"], fresh)
        before = everything()

        status, said = await send(name, everybody[login], fresh)

        if may:
            assert status == 200, (login, said)
        else:
            assert (status, said["code"]) == (403, "refused"), (login, said)
            assert said["message"]
            assert everything() == before


async def test_nobody_gets_in_unsigned(alice, world, send, everything):
    """No operation tells a stranger anything, or does anything for one."""
    fresh = world()
    before = everything()

    answers = {name: await send(name, None, fresh) for name in sorted(TABLE)}

    assert {
        name: (status, said["code"])
        for name, (status, said) in answers.items()
        if (status, said["code"]) != (401, "not-authenticated")
    } == {}
    assert everything() == before


async def test_the_reason_names_who_may(bob, world, send):
    """Whoever is refused because a thing is somebody else's is told whose it is."""
    fresh = world()
    owned = [
        name
        for name, expected in EXPECTED.items()
        if expected in (OWN, DELETE) and not name.startswith("members.")
    ]

    answers = {name: await send(name, bob, fresh) for name in owned}

    assert {
        name: said
        for name, (_, said) in answers.items()
        if "alice" not in said["message"]
    } == {}


@pytest.mark.parametrize("name", _DELETING)
async def test_an_owner_gives_a_reason(name, boss, alice, world, ask, problem):
    """The team's owner deletes what is somebody else's only with a reason."""
    method, path, rest = request_of(name, world())

    refused = await ask(method, path, boss, **rest)

    assert refused.code == 403
    assert "reason" in problem(refused)["message"]
