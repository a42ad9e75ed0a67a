"""The server extension: configuration, what serves it, and the routes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_server.extension.application import ExtensionApp
from traitlets import Int, Unicode

from jupyter_artifacts.operations.all import TABLE
from jupyter_artifacts.server.environment import tell_kernels, tell_terminals
from jupyter_artifacts.server.identity import TeamIdentityProvider
from jupyter_artifacts.server.matching import rules
from jupyter_artifacts.server.people import names_people
from jupyter_artifacts.server.presence import Presence
from jupyter_artifacts.server.routes import Routes
from jupyter_artifacts.server.service import Limits, Service
from jupyter_artifacts.server.upkeep import Upkeep
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from jupyter_server.auth import User
    from jupyter_server.serverapp import ServerApp
    from tornado.web import Application

REOPEN_EVERY: Final = 10.0


class ArtifactsApp(ExtensionApp):
    """Runs, artifacts and datastores of a team, served to JupyterLab."""

    name = "jupyter_artifacts"

    home = Unicode(
        help="""Folder of the catalog, the spool and, by default, the storage.
        Default: JUPYTER_ARTIFACTS_HOME, else `artifacts` in Jupyter's data folder.""",
    ).tag(config=True)

    storage = Unicode(
        help="""Folder of the bytes.
        Default: JUPYTER_ARTIFACTS_STORAGE, else `storage` below the home.""",
    ).tag(config=True)

    team = Unicode("team", help="The team's name, for people. Default: team.").tag(
        config=True
    )

    session_name = Unicode(
        help="This server's name in the list of sessions. Default: its root folder's."
    ).tag(config=True)

    transfers_at_once = Int(
        4, min=1, help="Downloads that the server carries out at once. Default: 4."
    ).tag(config=True)

    max_upload = Int(
        64 << 30,
        min=1,
        help="Bytes of the largest file taken in one request. Default: 64 GiB.",
    ).tag(config=True)

    _opening: asyncio.Task[None] | None = None

    def initialize_settings(self) -> None:
        """Build what serves the team, and open the catalog."""
        app = self._server
        settings = self._where()
        self.service = Service(
            settings,
            self.log,
            root=Path(app.root_dir),
            team=self.team,
            named=names_people(app.identity_provider),
            limits=Limits(transfers=self.transfers_at_once, upload=self.max_upload),
        )
        self.presence = Presence(
            self.service,
            self.log,
            name=self.session_name or Path(app.root_dir).name,
            url=lambda: (app.custom_display_url or app.connection_url).partition("?")[
                0
            ],
        )
        self.upkeep = Upkeep(settings, self.log)
        if isinstance(app.identity_provider, TeamIdentityProvider):
            app.identity_provider.people = self.service.people
        self.service.open()
        tell_kernels(app.kernel_manager, self._variables)

    def initialize_handlers(self) -> None:
        """List the routes, made from the table."""
        app = self._server
        routes = Routes(TABLE.values())
        application: Application = app.web_app
        application.add_handlers(".*$", rules(app.base_url, routes, self.service))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Begin what goes on by itself; every extension is loaded by now."""
        terminals = serverapp.web_app.settings.get("terminal_manager")
        if terminals is not None:
            tell_terminals(terminals, self._variables)
        if self.service.is_open:
            await self._begin()
        else:
            self._opening = asyncio.create_task(self._open_later())

    async def _open_later(self) -> None:
        """Try again until the catalog opens: somebody may have mended it."""
        while not self.service.is_open:
            await asyncio.sleep(REOPEN_EVERY)
            await asyncio.to_thread(self.service.open)
        self.log.info("jupyter_artifacts serves the team: its catalog is open")
        await self._begin()

    async def _begin(self) -> None:
        await self.presence.start()
        self.upkeep.start(self.service.catalog)

    async def stop_extension(self) -> None:
        """End everything: pages first, then transfers, which say so themselves."""
        self.service.refuse()
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        await self.service.pump.stop()
        if self.service.is_open:
            await self.presence.stop()
        await asyncio.to_thread(self.upkeep.stop)
        await asyncio.to_thread(self.service.close)

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None  # noqa: S101 - linked before it initializes
        return self.serverapp

    def _url(self) -> str:
        """Return where this server is, without its token."""
        app = self._server
        return str(app.custom_display_url or app.connection_url).partition("?")[0]

    def _where(self) -> Settings:
        configured = {
            "JUPYTER_ARTIFACTS_HOME": self.home,
            "JUPYTER_ARTIFACTS_STORAGE": self.storage,
        }
        said = {name: value for name, value in configured.items() if value}
        return Settings.from_environment({**os.environ, **said})

    def _variables(self, user: User | None) -> dict[str, str]:
        """Return what kernels and terminals that `user` starts are told."""
        settings = self.service.settings
        told = {
            "JUPYTER_ARTIFACTS_USER": self.service.people.login_of(user),
            "JUPYTER_ARTIFACTS_SESSION": self.service.place.id,
        }
        if self.home:
            told["JUPYTER_ARTIFACTS_HOME"] = str(settings.home)
        if self.home or self.storage:
            told["JUPYTER_ARTIFACTS_STORAGE"] = str(settings.storage)
        return told
