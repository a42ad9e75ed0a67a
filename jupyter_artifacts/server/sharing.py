"""The page of a share link, and the files behind it.

    GET  share/<id>                the page: the same for everyone, without a name in it
    POST share/<id>                what the share shows, for the page's script
    GET  share/<id>/files/<path>   a file, saved and never shown

The secret stands behind the link's "#", so no request line, log or Referer has it. The
script sends it once, in a body; the answer sets a cookie for this share alone, which
the downloads bring.
"""

from __future__ import annotations

import functools
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_artifacts.operations.all import TABLE, perform
from jupyter_artifacts.operations.shares import PAGE_PATH
from jupyter_artifacts.server.asks import values_of
from jupyter_artifacts.server.calls import NowhereHandler
from jupyter_artifacts.server.downloads import DownloadHandler
from jupyter_artifacts.server.handler import Handler, ProblemHandler
from jupyter_artifacts.server.routes import Found, Routes

if TYPE_CHECKING:
    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.records.shares import OpenedShare
    from jupyter_artifacts.server.routes import Resolved

_FOLDER: Final = Path(__file__).parent / "page"
_COOKIE: Final = "artifacts-share"
_POLICY: Final = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@functools.cache
def _parts() -> tuple[str, str, str]:
    names = ("share.html", "share.css", "share.js")
    page, style, script = ((_FOLDER / name).read_text("utf-8") for name in names)
    return page, style, script


class SharePage(ProblemHandler):
    """Answers the page; whoever is not signed in is sent to sign in, and back."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the page. It holds nothing of the share: its script asks for that."""
        await self.context()
        nonce = secrets.token_urlsafe(16)
        page, style, script = _parts()
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", _POLICY.format(nonce=nonce))
        _ = self.xsrf_token  # sets the cookie that the script sends back
        said = page.replace("{nonce}", nonce)
        self.finish(said.replace("{style}", style).replace("{script}", script))


class _OfShare(Handler):
    """Keeps the secret in a cookie that goes nowhere but to this share."""

    @property
    def share(self) -> str:
        """The share's id."""
        return dict(self.found.values)["share"]

    def kept_secret(self) -> str:
        """Return the secret that this browser has shown before; "" when it has not."""
        kept = self.get_signed_cookie(_COOKIE, max_age_days=31)
        return kept.decode() if kept else ""

    def keep_secret(self, secret: str, *, until: float) -> None:
        """Have the browser bring the secret along to this share, and only there."""
        self.set_signed_cookie(
            _COOKIE,
            secret,
            expires_days=None,
            expires=until,
            path=f"{self.base_url}{PAGE_PATH}/{self.share}",
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )


class ShareOpenHandler(_OfShare):
    """Answers what a share shows, and remembers that this browser may see it."""

    async def respond(self) -> None:
        """Open the share with the secret sent, else with the one kept."""
        context = await self.context()
        declared = self.found.operation
        kept = self.kept_secret()

        def work() -> tuple[str, OpenedShare]:
            values = values_of(self.found, self.request.query, self.request.body)
            secret = values.get("secret") or kept
            values["secret"] = secret
            opened: OpenedShare = perform(declared, context, values)
            return secret, opened

        secret, opened = await self.service.in_change_pool(work)
        if secret and secret != kept:
            self.keep_secret(secret, until=opened.share.expires)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(msgspec.json.encode(opened))


class SharedFileHandler(DownloadHandler, _OfShare):
    """Sends a file of a share, or to where the store itself gives it for a moment."""

    def values(self) -> dict[str, Any]:
        """Return the path's values and the secret that the browser brings."""
        values = values_of(self.found, self.request.query, b"")
        return {**values, "secret": self.kept_secret()}

    async def send(self, content: Content) -> None:
        """Redirect where the store has a URL for it, else send the bytes."""
        url = None
        if content.elsewhere is not None and self.request.method == "GET":
            url = await self.service.in_change_pool(content.elsewhere)
        if url is None:
            await super().send(content)
            return
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.redirect(url, status=303)


_OPEN: Final = TABLE["shares.open"]
_READ: Final = TABLE["shares.read"]
_ROUTES: Final = Routes(
    [
        replace(_OPEN, method="GET", path="{share}"),
        replace(_OPEN, method="POST", path="{share}"),
        replace(_READ, method="GET", path="{share}/files/{path*}"),
    ]
)


def choose_shared(method: str, raw: str) -> tuple[type[ProblemHandler], Resolved]:
    """Return who answers a request, and for what, by its path below `share/`."""
    resolved = _ROUTES.resolve(method, raw)
    if not isinstance(resolved, Found):
        return NowhereHandler, resolved
    if resolved.operation.name == _READ.name:
        return SharedFileHandler, resolved
    return ShareOpenHandler if method == "POST" else SharePage, resolved
