"""A server with the extension, over a catalog and a storage of its own."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

# Its fixtures and hooks count below this folder only: as a plugin they would run a
# server's clean-up after every test of the package.
from pytest_jupyter.jupyter_server import *  # noqa: F403

from jupyter_artifacts.operations.members import hash_of
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.records.people import Role, Token

if TYPE_CHECKING:
    from pathlib import Path

    from tornado.httpclient import HTTPResponse

    from jupyter_artifacts.server.extension import ArtifactsApp
    from jupyter_artifacts.server.service import Service

API = "/a%40b/jupyter-artifacts/api/v1/"
TEAM_IDENTITY = "jupyter_artifacts.server.identity.TeamIdentityProvider"


@pytest.fixture
def home(tmp_path) -> Path:
    """The folder of the catalog, the spool and the storage."""
    return tmp_path / "home"


@pytest.fixture
def identity() -> str:
    """The identity provider; a test that wants another one overrides this."""
    return TEAM_IDENTITY


@pytest.fixture
def jp_server_config(home, identity) -> dict[str, Any]:
    """The server's configuration."""
    config: dict[str, Any] = {
        "ServerApp": {"jpserver_extensions": {"jupyter_artifacts": True}},
        "ArtifactsApp": {"home": str(home)},
    }
    if identity:
        config["ServerApp"]["identity_provider_class"] = identity
    return config


@pytest.fixture
def app(jp_serverapp) -> ArtifactsApp:
    """The extension."""
    apps = jp_serverapp.extension_manager.extension_apps["jupyter_artifacts"]
    (app,) = apps
    return app


@pytest.fixture
def service(app) -> Service:
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
def boss(sign_up) -> Person:
    """The first member, who is owner."""
    return sign_up("boss", Role.OWNER)


@pytest.fixture
def alice(boss, sign_up) -> Person:
    """A member."""
    return sign_up("alice")


@pytest.fixture
def bob(boss, sign_up) -> Person:
    """Another member."""
    return sign_up("bob")


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
        return await http_server_client.fetch(
            path if path.startswith("/") else API + path,
            method=method,
            headers=sent,
            body=body,
            raise_error=False,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=20,
        )

    return send


@pytest.fixture
def problem():
    """Gives the problem a response carries; fails when it carries none."""

    def read(response: HTTPResponse) -> dict[str, Any]:
        assert response.headers["Content-Type"] == "application/json"
        said = json.loads(response.body)
        assert {"code", "message", "address", "hint", "reason"} <= said.keys()
        return said

    return read
