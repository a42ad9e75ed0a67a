"""What every handler of ours has in common: who asks, and how errors travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web
from tornado.web import HTTPError

from jupyter_artifacts.server.problems import (
    UNEXPECTED,
    not_authenticated,
    problem_of,
)

if TYPE_CHECKING:
    from asyncio import Future as Finished

    from jupyter_server.auth import User

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.server.routes import Found, Resolved
    from jupyter_artifacts.server.service import Service

AUTH_RESOURCE: Final = "artifacts"


class ProblemHandler(JupyterHandler):
    """Knows the service and who asks, and answers every error with a `Problem`."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, service: Service, resolved: Resolved) -> None:
        """Keep what the routes hand over."""
        self.service = service
        self.resolved = resolved

    @property
    def found(self) -> Found:
        """The operation asked for; the routes give this class nothing else."""
        return cast("Found", self.resolved)

    @property
    def asked(self) -> str:
        """Method and path, for the log; never the query, which may hold a token."""
        return f"{self.request.method} {self.request.path}"

    @property
    def signed_in(self) -> User | None:
        """Who is signed in; None also when the request failed before that was known."""
        return cast("User | None", getattr(self, "_jupyter_current_user", None))

    async def context(self) -> Context:
        """Return the context of this request: who asks, and what they may touch."""
        user = self.signed_in
        if user is None:
            raise not_authenticated()
        return await self.service.context(user)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with the problem, in the shape Jupyter's front end reads."""
        raised = kwargs.get("exc_info", (None, None, None))[1]
        error: BaseException = raised or HTTPError(status_code)
        if self.signed_in is None and _is_refusal(error) and self.check_host():
            error = not_authenticated()
            self.set_header("WWW-Authenticate", "token")
        status, problem = problem_of(error, self.log, self.asked)
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "application/json")
        JupyterHandler.finish(self, msgspec.json.encode(problem))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ARG002
        """Leave errors to `write_error`: Tornado would log the query and its token."""
        if isinstance(value, HTTPError) and value.status_code < UNEXPECTED:
            self.log.debug("%s: %s", self.asked, value)

    def _log(self) -> None:
        """Leave a line in the log, unless the request only came too late."""
        if not self.service.refusing:
            super()._log()


def _is_refusal(error: BaseException) -> bool:
    return isinstance(error, HTTPError) and error.status_code in {401, 403}


class Handler(ProblemHandler, APIHandler):
    """A handler that answers a request and is done.

    Every verb is authenticated and authorized here, for all kinds at once; a kind
    only says how it responds.
    """

    async def respond(self) -> None:
        """Answer the request."""
        raise NotImplementedError

    # One wrapper a verb: `authorized` keeps the action of its first request, so
    # one function under two verbs would check "read" for both.
    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer a GET."""
        await self.respond()

    @web.authenticated
    @authorized
    async def head(self) -> None:
        """Answer what GET would, without the body."""
        await self.respond()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer a POST."""
        await self.respond()

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Answer a PUT."""
        await self.respond()

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Answer a PATCH."""
        await self.respond()

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Answer a DELETE."""
        await self.respond()

    @web.authenticated
    @authorized
    async def options(self) -> None:  # type: ignore[override]
        """Answer an OPTIONS, which nothing here takes."""
        await self.respond()

    def finish(self, *args: Any, **kwargs: Any) -> Finished[Any]:
        """Finish with the content type that was set, not with JSON whatever it is."""
        self.update_api_activity()
        return cast("Finished[Any]", JupyterHandler.finish(self, *args, **kwargs))

    def on_finish(self) -> None:
        """Remember who was here."""
        if self.signed_in is not None:
            self.service.people.seen(self.signed_in)
        super().on_finish()
