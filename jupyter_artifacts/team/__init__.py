"""The team's runs, artifacts and datastores, as Python."""

from __future__ import annotations

from jupyter_artifacts.team.team import Team, connect

__all__ = ["Team", "connect"]
