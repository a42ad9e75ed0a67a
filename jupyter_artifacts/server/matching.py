"""Which handler a request goes to: one class for each way of answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tornado.routing import Matcher, Rule

from jupyter_artifacts.operations.shares import PAGE_PATH
from jupyter_artifacts.operations.table import Kind
from jupyter_artifacts.server.calls import (
    CallHandler,
    DocumentHandler,
    NowhereHandler,
)
from jupyter_artifacts.server.downloads import DownloadHandler
from jupyter_artifacts.server.events import EventsHandler
from jupyter_artifacts.server.routes import (
    PREFIX,
    TOP,
    Found,
    Nothing,
    WrongMethod,
)
from jupyter_artifacts.server.sharing import (
    SharedFileHandler,
    ShareOpenHandler,
    SharePage,
    choose_shared,
)
from jupyter_artifacts.server.uploads import UploadHandler

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from jupyter_artifacts.server.handler import ProblemHandler
    from jupyter_artifacts.server.routes import Resolved, Routes
    from jupyter_artifacts.server.service import Service

_BY_KIND: Final[dict[Kind, type[ProblemHandler]]] = {
    Kind.CALL: CallHandler,
    Kind.PAGE: CallHandler,
    Kind.JOB: CallHandler,
    Kind.LOOK: CallHandler,
    Kind.BYTES: DownloadHandler,
    Kind.STREAM: EventsHandler,
}
_HANDLERS: Final = (
    *dict.fromkeys(_BY_KIND.values()),
    UploadHandler,
    DocumentHandler,
    SharePage,
    ShareOpenHandler,
    SharedFileHandler,
    NowhereHandler,
)
_DOCUMENT: Final = "openapi.json"


class _Chosen(Matcher):
    """Matches the requests that one handler class answers."""

    def __init__(
        self,
        base_url: str,
        routes: Routes,
        service: Service,
        handler: type[ProblemHandler],
    ) -> None:
        self._top = f"{base_url}{TOP}"
        self._api = f"{base_url}{PREFIX}"
        self._share = f"{base_url}{PAGE_PATH}/"
        self._routes = routes
        self._service = service
        self._handler = handler

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return what the handler is told; None when the request is not its own."""
        path = request.path
        if path != self._top and not path.startswith(f"{self._top}/"):
            return None
        handler, resolved = self._choose(request.method or "", path)
        if handler is not self._handler:
            return None
        return {"target_kwargs": {"service": self._service, "resolved": resolved}}

    def _choose(self, method: str, path: str) -> tuple[type[ProblemHandler], Resolved]:
        if path.startswith(self._share):
            return choose_shared(method, path.removeprefix(self._share))
        if not path.startswith(self._api):
            return NowhereHandler, Nothing()
        raw = path.removeprefix(self._api)
        if raw == _DOCUMENT:
            return _document(method)
        resolved = self._routes.resolve(method, raw)
        if not isinstance(resolved, Found):
            return NowhereHandler, resolved
        if resolved.operation.takes_body:
            return UploadHandler, resolved
        return _BY_KIND[resolved.operation.kind], resolved


def _document(method: str) -> tuple[type[ProblemHandler], Resolved]:
    if method in {"GET", "HEAD"}:
        return DocumentHandler, Nothing()
    return NowhereHandler, WrongMethod(("GET", "HEAD"))


def rules(base_url: str, routes: Routes, service: Service) -> list[Rule]:
    """Return the rules of everything below our prefix, none of it left open."""
    return [
        Rule(_Chosen(base_url, routes, service, handler), handler)
        for handler in _HANDLERS
    ]
