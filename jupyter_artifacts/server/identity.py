"""An identity provider for a plain shared server: a personal token names its person.

Jupyter Server's own provider knows one token for everybody. This one looks every
token up among the team's: they are kept as SHA-256 only, made on the machine
(`jupyter artifacts team`, `jupyter artifacts demo`) and revoked at once. Use it by

    c.ServerApp.identity_provider_class = (
        "jupyter_artifacts.server.identity.TeamIdentityProvider"
    )
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, urlencode

from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.login import LoginFormHandler
from tornado.web import HTTPError
from traitlets import default, validate

from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.operations.members import hash_of

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler
    from tornado.web import RequestHandler

    from jupyter_artifacts.records.people import Member
    from jupyter_artifacts.server.people import People

_UNAVAILABLE: Final = 503


@dataclass
class TeamUser(User):
    """A person whose personal token was good.

    Attributes:
        sha256: of the token; what the signed cookie carries, so that revoking the
            token ends the cookie too.
    """

    sha256: str = ""


class TokenFormHandler(LoginFormHandler):
    """The login page, which says what to type."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        hint = {"info": "Your personal token is the password here."}
        super()._render(message or hint)  # type: ignore[no-untyped-call]


class TeamIdentityProvider(IdentityProvider):
    """Signs people in by their personal tokens: by link, form, header or cookie."""

    people: People | None = None
    """Given by the extension once it is there; nobody gets in before."""

    @default("token")
    def _no_shared_token(self) -> str:
        return ""

    @validate("token")
    def _refuse_shared_token(self, proposal: Any) -> str:
        if proposal["value"]:
            self.log.warning("IdentityProvider.token is ignored: tokens are personal")
        return ""

    @default("cookie_options")
    def _stay_on_this_site(self) -> dict[str, Any]:
        return {"samesite": "Lax"}

    @default("updatable_fields")
    def _nothing_to_update(self) -> list[str]:
        return []

    @default("login_handler_class")
    def _token_form(self) -> type[TokenFormHandler]:
        return TokenFormHandler

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return who a token in the URL or the header names."""
        secret = self.get_token(handler)
        if not secret:
            return None
        try:
            user = await asyncio.to_thread(self._of_secret, secret)
        except ArtifactsError as error:
            raise self._unavailable(handler, error) from error
        if user is not None and _is_sign_in_link(handler):
            self.set_login_cookie(handler, user)
            _send_on(cast("JupyterHandler", handler))
        return user

    async def get_user_cookie(self, handler: RequestHandler) -> User | None:
        """Return whom the cookie names, as long as their token is good."""
        signed = handler.get_secure_cookie(
            self.get_cookie_name(handler), **self.get_secure_cookie_kwargs
        )
        if not signed:
            return None
        try:
            return await asyncio.to_thread(self.user_from_cookie, signed.decode())
        except ArtifactsError as error:
            raise self._unavailable(handler, error) from error

    def user_to_cookie(self, user: User) -> str:
        """Return what the cookie holds: the name and the token's SHA-256."""
        sha256 = user.sha256 if isinstance(user, TeamUser) else ""
        return json.dumps({"username": user.username, "sha256": sha256})

    def user_from_cookie(self, cookie_value: str) -> User | None:
        """Look the cookie's token up again; None once it is revoked. Blocks."""
        try:
            held = json.loads(cookie_value)
            username, sha256 = str(held["username"]), str(held["sha256"])
        except (ValueError, KeyError, TypeError):
            return None
        user = self._of_hash(sha256)
        return user if user is not None and user.username == username else None

    def process_login_form(self, handler: RequestHandler) -> User | None:
        """Return who the token typed into the login page names."""
        secret = handler.get_argument("password", default="")
        try:
            return self._of_secret(secret) if secret else None
        except ArtifactsError as error:
            raise self._unavailable(handler, error) from error

    def identity_model(self, user: User) -> dict[str, Any]:
        """Return what pages may know of a person."""
        return {field.name: getattr(user, field.name) for field in fields(User)}

    def _of_secret(self, secret: str) -> TeamUser | None:
        return self._of_hash(hash_of(secret))

    def _of_hash(self, sha256: str) -> TeamUser | None:
        if self.people is None:
            self.log.error("nobody can sign in: jupyter_artifacts is not enabled")
            return None
        member = self.people.of_hash(sha256)
        return None if member is None else _user(member, sha256)

    def _unavailable(self, handler: RequestHandler, error: ArtifactsError) -> HTTPError:
        """Return why nobody can sign in; a 401 would have them doubt their token.

        It is an HTTPError without a log message: of others the server would log the
        request, with its token.
        """
        self.log.error("nobody can sign in: %s", error)
        # what error pages ask for, which nothing has set yet
        page = cast("JupyterHandler", handler)
        page.current_user = page._jupyter_current_user = None  # noqa: SLF001
        said = error.message.encode("ascii", "replace").decode()
        return HTTPError(_UNAVAILABLE, reason=" ".join(said.split()))


def _user(member: Member, sha256: str) -> TeamUser:
    name = member.display_name or member.handle
    initials = "".join(part[0] for part in name.split()[:2]).upper()
    return TeamUser(
        username=member.login,
        name=name,
        display_name=name,
        initials=initials,
        sha256=sha256,
    )


def _is_sign_in_link(handler: RequestHandler) -> bool:
    """Whether a person opened a page by a link with a token in it."""
    request = handler.request
    return (
        request.method == "GET"
        and "token" in request.query_arguments
        and "text/html" in request.headers.get("Accept", "")
        and "Upgrade" not in request.headers
    )


def _send_on(handler: JupyterHandler) -> None:
    r"""Redirect to the same page without the token, so that no history keeps it.

    A browser reads "//host" and "/\\host" as another site; so the path begins with
    one slash, and has no backslash.
    """
    path = "/" + handler.request.path.lstrip("/\\").replace("\\", "%5C")
    rest = parse_qsl(handler.request.query, keep_blank_values=True)
    query = urlencode([(name, value) for name, value in rest if name != "token"])
    handler.set_header("Referrer-Policy", "no-referrer")
    handler.set_header("Cache-Control", "no-store")
    handler.redirect(f"{path}?{query}" if query else path)
