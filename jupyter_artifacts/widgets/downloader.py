"""The artifact downloader, as a widget."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import traitlets

from jupyter_artifacts.widgets.base import TeamWidget
from jupyter_artifacts.widgets.forms.downloader import downloader_html, downloader_text

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.records.transfers import Plan, Receipt
    from jupyter_artifacts.team import Team
    from jupyter_artifacts.widgets.forms.markup import Markup


class ArtifactDownloader(TeamWidget):
    """Files of the team: what there is, what a download will do, its progress.

    Args:
        address: e.g. "alice:mnist-exp0", or a folder, file or datastore version.
        to: where downloads go, below the session's folder; "" for a folder of the
            address's own below jupyter_artifacts_downloads/.
        team: whose; by default the one `jupyter_artifacts.connect()` finds.
    """

    view = "downloader"

    address = traitlets.Unicode().tag(sync=True)
    to = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, address: str, to: str | Path = "", *, team: Team | None = None
    ) -> None:
        super().__init__(address=address, to=str(to), team=team)

    @traitlets.validate("address")
    def _check_address(self, proposal: dict[str, Any]) -> str:
        return self.team.parse(proposal["value"]).short

    def plan(self) -> Plan:
        """Return what `download` will do; nothing is moved."""
        return self.team.plan(self.address, self.to).record()

    def download(self) -> Receipt:
        """Download here, in the kernel; every file is checked.

        Raises:
            WouldOverwrite: when a file of another content stands in the way.
        """
        return self.team.download(self.address, self.to)

    def forms(self) -> tuple[Markup, str]:
        """Return the files as tables."""
        plan, moment = self.plan(), time.time()
        return downloader_html(plan, moment), downloader_text(plan, moment)

    def spec(self) -> dict[str, Any]:
        """Return what this shows."""
        return {
            "kind": self.view,
            "query": "",
            "columns": [],
            "addresses": [self.address],
            "to": self.to,
        }
