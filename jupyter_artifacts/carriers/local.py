"""The carrier within this process: the catalog and the storage are on this machine."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from jupyter_artifacts import policy
from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.carriers.catalogs import shared_catalog
from jupyter_artifacts.carriers.jobs import JobsAtOnce
from jupyter_artifacts.errors import Refused
from jupyter_artifacts.operations import metrics, transfers
from jupyter_artifacts.operations.all import TABLE, perform
from jupyter_artifacts.operations.artifact_logging import (
    check_files,
    log_files,
    may_log,
)
from jupyter_artifacts.operations.auditing import granted, note_refusal
from jupyter_artifacts.operations.capturing import capture_many
from jupyter_artifacts.operations.contents import assets_at
from jupyter_artifacts.operations.context import Actor, Context, Place
from jupyter_artifacts.operations.members import issue_token
from jupyter_artifacts.operations.places import AtExperiment
from jupyter_artifacts.operations.table import (
    SEE,
    Body,
    Content,
    authorize,
    convert_ask,
)
from jupyter_artifacts.records.assets import StoredAsset
from jupyter_artifacts.storage.opening import open_storage
from jupyter_artifacts.transfer.cache import Cache
from jupyter_artifacts.transfer.move import carry_out
from jupyter_artifacts.transfer.reach import Reach
from jupyter_artifacts.transfer.remote import fetch_remote
from jupyter_artifacts.transfer.spool import Spool
from jupyter_artifacts.transfer.verifying import verify_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jupyter_artifacts.catalog.catalog import Catalog
    from jupyter_artifacts.errors import ArtifactsError
    from jupyter_artifacts.operations.capturing import FileToCapture
    from jupyter_artifacts.policy import Permission
    from jupyter_artifacts.records.artifacts import Logged
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.metrics import Points
    from jupyter_artifacts.records.people import Member, Token
    from jupyter_artifacts.records.transfers import Receipt, Verified
    from jupyter_artifacts.settings import Settings
    from jupyter_artifacts.transfer.plan import Planned
    from jupyter_artifacts.transfer.progress import Progress
    from jupyter_artifacts.transfer.saving import ToSave

_PAGE: Final = 1000


class LocalCarrier:
    """Performs operations here, as one member of the team.

    Args:
        settings: where things are.
        user: the login of who acts; None for the settings' own.
        catalog: an open one; None for this process's shared one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        user: str | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.settings = settings
        self._catalog = catalog or shared_catalog(settings)
        login = user or settings.user
        self.context = Context(
            actor=actor_of(self._member(login)),
            catalog=self._catalog,
            storage=open_storage(settings.storage, settings.live),
            spool=settings.spool,
            jobs=JobsAtOnce(),
            place=self._place(),
        )

    @property
    def cache(self) -> Cache:
        """The cache of this user."""
        return Cache(self.settings.cache, self.settings.cache_size)

    @property
    def me(self) -> str:
        """The handle of who acts."""
        return self.context.actor.handle

    def call(self, operation: str, /, **ask: Any) -> Any:
        """Perform an operation.

        Args:
            operation: "<noun>.<verb>", as in the table.
            **ask: path, query and JSON body together; None leaves a value out. For
                an operation that takes raw bytes also `body`, the bytes, or
                `source`, the path of a file that holds them.

        Raises:
            ArtifactsError: what the operation raises.
        """
        declared = TABLE[operation]
        raw = None
        if declared.takes_body:
            raw = Body(content=ask.pop("body", None), path=ask.pop("source", None))
        values = {key: value for key, value in ask.items() if value is not None}
        return perform(declared, self.context, values, raw)

    def check(
        self,
        action: str,
        permission: Permission,
        *,
        owner: str,
        address: str,
        reason: str = "",
    ) -> None:
        """Raise `Refused`, as an operation would, before somebody is asked about it.

        Args:
            action: what the log calls it.
            permission: what it needs.
            owner: handle of who owns the thing; "" when the team does.
            address: of the thing.
            reason: why, when somebody deletes what someone else owns.
        """
        actor = self.context.actor
        asker = policy.Asker(handle=actor.handle, role=actor.role)
        try:
            policy.check(asker, permission, owner=owner, address=address, reason=reason)
        except Refused as error:
            note_refusal(self.context, action, error)
            raise

    def pages(self, operation: str, /, **ask: Any) -> Iterator[Any]:
        """Yield everything that a paged operation has, page by page."""
        cursor = None
        while True:
            page = self.call(operation, limit=_PAGE, cursor=cursor, **ask)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def content(self, operation: str, /, **ask: Any) -> Content:
        """Perform an operation that answers bytes."""
        found: Content = self.call(operation, **ask)
        return found

    def points(
        self,
        series: list[tuple[str, str, str]],
        *,
        limit: int | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> list[Points]:
        """Return points of series (experiment, group, name), without encoding them."""
        wanted = [
            metrics.WhichSeries(experiment=experiment, group=group, name=name)
            for experiment, group, name in series
        ]
        ask = metrics.AskPoints(series=wanted, limit=limit, first=first, last=last)
        return metrics.read_points(self.context, ask)

    def plan(self, **ask: Any) -> Planned:
        """Return the whole plan of a download; takes what `transfers.plan` takes."""
        declared = TABLE["transfers.plan"]
        wanted = convert_ask(declared, ask)
        authorize(declared.permission, self.context, wanted)
        return transfers.planned(self.context, cast("transfers.Download", wanted))

    def carry_out(
        self,
        plan: Planned,
        *,
        progress: Callable[[Progress], None] | None = None,
        canceled: Callable[[], bool] = lambda: False,
    ) -> Receipt:
        """Download what a plan says, in this process; the log says what came of it."""
        with granted(self.context, "download", plan.address) as given:
            receipt = carry_out(
                plan,
                self.context.storage,
                user=self.me,
                progress=progress,
                canceled=canceled,
                cache=self.cache,
            )
            given.moved = receipt.bytes
        return receipt

    def verify(self, address: str) -> Iterator[Verified]:
        """Read what is stored at an address again, and say what became of each file.

        Raises:
            NotFound: when nothing is there.
        """
        authorize(SEE, self.context, None)
        place = parse_address(address, me=self.me)
        reach = Reach(self.context.storage, fetch_remote, lambda: None)
        # listed first: while bytes come, for hours, no snapshot may be held open, or
        # the catalog's journal grows with all that anybody writes meanwhile
        listed = Spool(StoredAsset)
        with self._catalog.read() as rows:
            for stored in assets_at(self.context, rows, place):
                listed.append(stored)
        yield from verify_stored(listed, reach)

    def log_artifact(
        self,
        files: Iterable[ToSave],
        *,
        progress: Callable[[Progress], None] | None = None,
        total: tuple[int, int] = (0, 0),
        **ask: Any,
    ) -> Logged:
        """Log files of this machine; takes what `artifacts.log` takes, no source."""
        with may_log(self.context, ask) as wanted:
            return log_files(
                self.context, wanted, files, progress=progress, total=total
            )

    def check_artifact(self, files: Iterable[ToSave], **ask: Any) -> tuple[int, int]:
        """Raise what `log_artifact` would; return how many files and bytes there are.

        Files are opened and not read; nothing is stored.
        """
        with may_log(self.context, ask) as wanted:
            return check_files(self.context, wanted, files)

    def capture_many(
        self, user: str, run: str, number: int, files: Sequence[FileToCapture]
    ) -> list[Asset | ArtifactsError]:
        """Take files of this machine into an experiment of mine.

        Returns:
            For each file, in order, its asset, or why it could not be captured.
        """
        ask = AtExperiment(user=user, run=run, number=number)
        return capture_many(self.context, ask, files)

    def open_segment(self, segment_id: str, path: Path) -> None:
        """Register a segment file of this machine, so that readers see its tail."""
        with self._catalog.write() as rows:
            rows.metrics.open_segment(segment_id, str(path), self.me)

    def issue_token(self, handle: str, label: str) -> tuple[Token, str]:
        """Make a personal token; its secret is returned once and kept nowhere."""
        return issue_token(self.context, handle, label)

    def acting_as(self, login: str) -> LocalCarrier:
        """Return a carrier of the same catalog for another login."""
        settings = replace(self.settings, user=login)
        return LocalCarrier(settings, catalog=self._catalog)

    def telling(self, progress: Callable[[Progress], None]) -> LocalCarrier:
        """Return a carrier as this one, that tells how far its copying is."""
        other = copy(self)
        other.context = replace(self.context, progress=progress)
        return other

    def _member(self, login: str) -> Member:
        with self._catalog.read() as rows:
            known = rows.members.by_login(login)
        if known is not None:
            return known
        with self._catalog.write() as rows:
            return rows.members.ensure(login, login, time.time())

    def _place(self) -> Place | None:
        if not self.settings.session:
            return None
        with self._catalog.read() as rows:
            found = [
                session
                for session in rows.sessions.all(seen_after=0.0)
                if session.id == self.settings.session
            ]
        if not found:
            return None
        return Place(id=found[0].id, root=Path(found[0].root))


def actor_of(member: Member) -> Actor:
    """Return who acts, as an operation needs to know."""
    return Actor(handle=member.handle, login=member.login, role=member.role)
