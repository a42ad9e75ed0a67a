"""What an operation is handed: who asks, the catalog, the storage, the clock.

The contracts stand here, so that declaring an operation imports neither catalog
nor storage; both fulfil them by shape.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from jupyter_artifacts.operations.readings import Readings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.operations.stores import Storage
    from jupyter_artifacts.records.people import Role
    from jupyter_artifacts.transfer.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks.

    Attributes:
        handle: the name addresses use.
        login: what the identity provider calls them.
        role: what they may do.
    """

    handle: str
    login: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The session this asker works in: its id and its root folder."""

    id: str
    root: Path


class Catalog(Protocol):
    """The rows."""

    def read(self) -> AbstractContextManager[Rows]:
        """Open a snapshot; nothing it gives may be written through."""

    def write(self) -> AbstractContextManager[Rows]:
        """Open a short transaction: committed at the end, undone by an exception.

        Raises:
            CatalogBusy: when another process holds the lock for too long.
            NoSpace: when the disk is full; nothing was written.
        """

    def data_version(self) -> int:
        """Return a number that differs once any process has committed a change."""


class Jobs(Protocol):
    """Where long work goes on after its operation has answered."""

    @property
    def lasting(self) -> bool:
        """Whether it does, so that others may join it; else it is done by then."""

    def submit(self, job_id: str, work: Callable[[Callable[[], bool]], None]) -> None:
        """Run `work(canceled)` later; `canceled()` turns True when asked to stop."""

    def cancel(self, job_id: str) -> bool:
        """Ask the job to stop; return whether there is one here that has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything an operation may touch.

    Attributes:
        actor: who asks.
        catalog: the rows.
        storage: the bytes.
        spool: folder for what is on its way.
        jobs: where long work goes on.
        place: the session the asker works in; None outside one.
        confined: folder that paths given by the asker must lie in (a server's root);
            None when the asker's own process resolves them.
        team: the team's name.
        clock: seconds since 1970.
        readings: what is being read.
        progress: told how far it is, when who asks waits for it in this process.
    """

    actor: Actor
    catalog: Catalog
    storage: Storage
    spool: Path
    jobs: Jobs
    place: Place | None = None
    confined: Path | None = None
    team: str = "team"
    clock: Callable[[], float] = field(default=time.time)
    readings: Readings = field(default_factory=Readings)
    progress: Callable[[Progress], None] | None = None
