"""`gc`: shows what is safe to free, and frees it."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.words import counted, size
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.artifact_deleting import delete_expired, expiring
from jupyter_artifacts.operations.drafts import forget_abandoned
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.records.base import Record

if TYPE_CHECKING:
    from jupyter_artifacts.errors import ArtifactsError
    from jupyter_artifacts.team import Team

_DAY: Final = 24 * 3600.0
_MANY: Final = 10_000


class Freed(Record, frozen=True, kw_only=True):
    """What can be freed, or was.

    Attributes:
        what: "cache", "expired" and "never finished" (versions), "deleted" or "left
            half way".
        files: how many.
        bytes: of them; None where only their number is known.
        freed: whether it was freed.
        note: what stays, and why.
        versions: addresses of the versions that it deletes; of "expired" alone.
    """

    what: str
    files: int
    bytes: int | None
    freed: bool
    note: str = ""
    versions: tuple[str, ...] = ()


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what can be freed; free nothing.")
@click.option(
    "--unused",
    default=30.0,
    show_default=True,
    metavar="DAYS",
    help="Free of the cache what was not used for so long; 0 for all of it.",
)
@as_json_option
def gc(*, dry_run: bool, unused: float, as_json: bool) -> None:
    """Free what nobody needs: of my cache, and what deleting left in the storage.

    Deletes versions whose TTL is over and that nothing uses; a running server does so
    by itself. Other files of runs, artifacts and datastores are never freed, nor what
    is pinned.
    """
    if not unused >= 0:
        msg = f"--unused is {unused}, which is no number of days"
        raise InvalidRequest(msg, hint="write 30, or 0 for everything")
    team = team_here()
    freed = [
        _cache(team, time.time() - unused * _DAY, dry_run=dry_run),
        _never_finished(team, dry_run=dry_run),
        _deleted(team, dry_run=dry_run),
        # last of those that delete what is doomed: it dooms more
        _expired(team, dry_run=dry_run),
        _half_way(team, dry_run=dry_run),
    ]
    if as_json:
        output.as_json(freed)
        return
    rows = [
        (
            each.what,
            f"{each.files:,}",
            "" if each.bytes is None else size(each.bytes),
            each.note,
        )
        for each in freed
    ]
    output.table(("WHAT", "FILES", "SIZE", "NOTE"), rows, right=("FILES", "SIZE"))
    for address in itertools.chain.from_iterable(each.versions for each in freed):
        output.line(f"{'would delete' if dry_run else 'deleted'} {address}")
    count = counted(sum(each.files for each in freed), "file")
    output.note(f"{count} can be freed" if dry_run else f"{count} freed")


def _cache(team: Team, before: float, *, dry_run: bool) -> Freed:
    cache = team.carrier.cache
    found = cache.unused(before)
    usage = cache.usage()
    if not dry_run:
        cache.clear(before)
    stays = usage.bytes - sum(many for _, many, _ in found)
    note = f"{size(stays)} stay of at most {size(usage.limit)}"
    if usage.pinned:
        note += f", {size(usage.pinned)} pinned"
    return Freed(
        what="cache",
        files=len(found),
        bytes=sum(many for _, many, _ in found),
        freed=not dry_run,
        note=note,
    )


def _expired(team: Team, *, dry_run: bool) -> Freed:
    """Delete versions whose TTL is over, as a running server does by itself."""
    context = team.carrier.context
    found = expiring(context, limit=_MANY)
    addresses = found.addresses
    failed: list[ArtifactsError] = []
    if not dry_run:
        now = context.clock()
        gone = set(delete_expired(context.catalog, now, limit=_MANY))
        addresses = [address for address in addresses if address in gone]
        failed = empty(context.catalog, context.storage, now, limit=_MANY)
    count = counted(found.versions, "version")
    note = f"{count} whose time is over" if found.versions else ""
    if found.hidden:
        note += f", {found.hidden:,} of them private to others"
    return Freed(
        what="expired",
        files=max(0, found.files - len(failed)),
        bytes=None if failed else found.bytes,
        freed=not dry_run,
        note="; ".join(filter(None, (note, _stays(failed)))),
        versions=tuple(addresses),
    )


def _never_finished(team: Team, *, dry_run: bool) -> Freed:
    """Take away versions whose process died before they were published."""
    count = forget_abandoned(team.carrier.context, dry_run=dry_run)
    note = f"{counted(count, 'version')} whose process died" if count else ""
    return Freed(
        what="never finished", files=0, bytes=None, freed=not dry_run, note=note
    )


def _deleted(team: Team, *, dry_run: bool) -> Freed:
    context = team.carrier.context
    now = context.clock()
    if not dry_run:
        with context.catalog.write() as rows:
            rows.doomed.try_again(now)
    with context.catalog.read() as rows:
        due = rows.doomed.due(now, limit=_MANY, again=True)
    failed = []
    if not dry_run:
        failed = empty(context.catalog, context.storage, now, limit=_MANY)
    return Freed(
        what="deleted",
        files=sum(map(len, due)) - len(failed),
        bytes=None,
        freed=not dry_run,
        note=_stays(failed),
    )


def _stays(failed: list[ArtifactsError]) -> str:
    return f"{len(failed)} could not be deleted: {failed[0]}" if failed else ""


def _half_way(team: Team, *, dry_run: bool) -> Freed:
    removed = 0 if dry_run else team.carrier.context.storage.sweep()
    note = "looked for when it is freed" if dry_run else ""
    return Freed(
        what="left half way", files=removed, bytes=None, freed=not dry_run, note=note
    )
