"""Artifacts as a whole, as Python sees them; a version is `TeamVersion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.records.base import several
from jupyter_artifacts.team.versions import every_artifact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.artifacts import Artifact


class Artifacts:
    """The part of a team that lists artifacts, and says who may see them."""

    carrier: LocalCarrier

    def artifacts(self) -> list[Artifact]:
        """Return every artifact of the team that I may know of, by name."""
        return list(every_artifact(self.carrier))

    def edit_artifact(
        self,
        name: str,
        *,
        description: str | None = None,
        visibility: str | None = None,
        readers: Iterable[str] | None = None,
    ) -> Artifact:
        """Say what an artifact of mine is, and who may see it; None changes nothing.

        Args:
            name: its name.
            description: for people.
            visibility: "team", or "private".
            readers: handles of who may see it while it is private.
        """
        who = {
            "visibility": visibility,
            "readers": readers if readers is None else several(readers),
        }
        changed: Artifact = self.carrier.call(
            "artifacts.edit", name=name, description=description, **who
        )
        return changed
