"""A server with the extension, over a catalog and a storage of its own."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# Its fixtures and hooks count below this folder only: as a plugin they would run a
# server's clean-up after every test of the package.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.people import Role, Token

if TYPE_CHECKING:
    from tornado.httpclient import HTTPResponse
    from tornado.websocket import WebSocketClientConnection

BASE = "/a%40b/"
API = f"{BASE}jupyter-artifacts/api/v1/"


@pytest.fixture
def home(tmp_path):
    """The folder of the catalog, the spool and the storage."""
    return tmp_path / "home"


@pytest.fixture
def identity() -> str:
    """The identity provider; a test that wants another one overrides this."""
    return "jupyter_artifacts.server.identity.TeamIdentityProvider"


@pytest.fixture  # type: ignore[no-redef]
def jp_server_config(home, identity):
    """The server's configuration."""
    config: dict[str, Any] = {
        "ServerApp": {"jpserver_extensions": {"jupyter_artifacts": True}},
        "ArtifactsApp": {"home": str(home)},
    }
    if identity:
        config["ServerApp"]["identity_provider_class"] = identity
    return config


@pytest.fixture
def app(jp_serverapp):
    """The extension."""
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_artifacts"]
    return app


@pytest.fixture
def service(app):
    """What its handlers share."""
    return app.service


@dataclass(frozen=True)
class Person:
    """A member, and the secret of their token."""

    login: str
    secret: str
    token_id: str


@pytest.fixture
def sign_up(service):
    """Makes a member with a role and a token."""

    def make(login: str, role: Role = Role.MEMBER) -> Person:
        secret = f"jart_{login}_{new_id()}"
        token = Token(id=new_id(), handle=login, label="test", created=time.time())
        with service.catalog.write() as rows:
            rows.members.ensure(login, login.title(), time.time())
            rows.members.set_role(login, role)
            rows.members.add_token(token, hash_of(secret))
        return Person(login=login, secret=secret, token_id=token.id)

    return make


@pytest.fixture
def boss(sign_up):
    """The first member, who is owner."""
    return sign_up("boss", Role.OWNER)


@pytest.fixture
def alice(boss, sign_up):
    """A member."""
    return sign_up("alice")


@pytest.fixture
def bob(boss, sign_up):
    """Another member."""
    return sign_up("bob")


@pytest.fixture
def viewer(boss, sign_up):
    """A viewer."""
    return sign_up("vera", Role.VIEWER)


@pytest.fixture
def act(service):
    """Performs operations as a member, past the server."""

    def as_member(login: str) -> LocalCarrier:
        settings = replace(service.settings, session=service.place.id)
        return LocalCarrier(settings, user=login, catalog=service.catalog)

    return as_member


@pytest.fixture
def ask(http_server_client):
    """Sends a request below the API; the path goes out as it is given."""

    async def send(
        method: str,
        path: str,
        person: Person | None = None,
        *,
        data: Any = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> HTTPResponse:
        sent = dict(headers or {})
        if person is not None:
            sent.setdefault("Authorization", f"token {person.secret}")
        if data is not None:
            body = json.dumps(data).encode()
        response: HTTPResponse = await http_server_client.fetch(
            path if path.startswith("/") else API + path,
            method=method,
            headers=sent,
            body=body,
            raise_error=False,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=20,
        )
        return response

    return send


@pytest.fixture
def listen(http_server_port, http_server, jp_asyncio_loop):
    """Opens the events' socket as somebody; closed when the test is over."""
    port = http_server_port[1]
    opened = []

    async def connect(
        person: Person | None, query: str = "", **headers: str
    ) -> WebSocketClientConnection:
        if person is not None:
            headers["Authorization"] = f"token {person.secret}"
        url = f"ws://127.0.0.1:{port}{API}events{query}"
        socket = await websocket_connect(HTTPRequest(url, headers=headers))
        opened.append(socket)
        return socket

    async def close_all() -> None:
        for socket in opened:
            socket.close()

    yield connect
    jp_asyncio_loop.run_until_complete(close_all())


@pytest.fixture
def problem():
    """Gives the problem a response carries; fails when it carries none."""

    def read(response: HTTPResponse) -> dict[str, Any]:
        assert response.headers["Content-Type"] == "application/json", response.body
        said: dict[str, Any] = json.loads(response.body)
        assert {"code", "message", "address", "hint", "reason"} <= said.keys()
        return said

    return read


@pytest.fixture
def everything(service, tmp_path):
    """Gives all that the server keeps: every row, every file and its size.

    Not the audit log, which also keeps what was refused.
    """

    def look() -> tuple[list[str], dict[str, int]]:
        with closing(sqlite3.connect(service.settings.database)) as database:
            dump = database.iterdump()
            rows = [row for row in dump if not row.startswith('INSERT INTO "audit"')]
        files = {
            str(path.relative_to(tmp_path)): path.stat().st_size
            for path in Path(tmp_path).rglob("*")
            if path.is_file() and not path.name.startswith("catalog.sqlite")
        }
        return rows, files

    return look
