"""What a team's addresses download to a folder of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.records.base import several
from jupyter_artifacts.team.showing import showing_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.transfers import Receipt, Verified
    from jupyter_artifacts.transfer.plan import Planned
    from jupyter_artifacts.transfer.progress import Progress


class Downloads:
    """Plans, downloads and checks; part of a `Team`."""

    carrier: LocalCarrier

    def plan(
        self,
        address: str,
        to: str | Path = "",
        *,
        include: str | Iterable[str] = (),
        exclude: str | Iterable[str] = (),
        overwrite: str = "error",
        sha256: bool = False,
    ) -> Planned:
        """Return what `download` would do, before a byte moves."""
        return self.carrier.plan(
            address=address,
            to=str(to),
            include=several(include),
            exclude=several(exclude),
            overwrite=overwrite,
            sha256=sha256,
        )

    def download(  # noqa: PLR0913 - what may differ, by keyword
        self,
        address: str,
        to: str | Path = "",
        *,
        include: str | Iterable[str] = (),
        exclude: str | Iterable[str] = (),
        overwrite: str = "error",
        sha256: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> Receipt:
        """Download a run, experiment, folder, file, checkpoint, artifact or datastore.

        Args:
            address: what.
            to: the folder; "" for one below jupyter_artifacts_downloads/.
            include: globs; when there are any, a file must match one.
            exclude: globs; a file must match none.
            overwrite: "error", "skip", "replace" or "rename".
            sha256: whether SHA-256 is computed of every file beside BLAKE3; it stands
                in the receipt, and is compared where it was recorded.
            progress: told how far it is; None to show it here, once it takes a while.

        Returns:
            What was done, and which check ran on each file.
        """
        plan = self.plan(
            address,
            to,
            include=include,
            exclude=exclude,
            overwrite=overwrite,
            sha256=sha256,
        )
        if progress is not None:
            return self.carrier.carry_out(plan, progress=progress)
        with showing_progress(f"downloading {plan.address}") as tell:
            return self.carrier.carry_out(plan, progress=tell)

    def verify(self, address: str) -> Iterator[Verified]:
        """Read what is stored at an address again; say what became of each file."""
        return self.carrier.verify(address)
