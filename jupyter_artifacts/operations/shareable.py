"""What a share is of: where its files are, and whether it still is what was shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import AssetPath, parse_address
from jupyter_artifacts.errors import Gone, InvalidAddress, NotFound
from jupyter_artifacts.operations.artifact_places import version_at
from jupyter_artifacts.operations.places import GRACE
from jupyter_artifacts.records.assets import Entry
from jupyter_artifacts.records.base import Page

if TYPE_CHECKING:
    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.shares import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPlace:
    """A place that can be shared.

    Attributes:
        address: the one of the very version or experiment, without its path.
        kind: of the place: "experiment", "checkpoint", "version", "folder", "file".
        manifest: id of whose files they are.
        top: path of the file or folder; "" for all of it.
        settled: whether its files cannot change any more.
    """

    address: str
    kind: str
    manifest: str
    top: str
    settled: bool

    @property
    def whole(self) -> str:
        """The address of the place itself."""
        return f"{self.address}/{self.top}" if self.top else self.address

    def holds(self, path: AssetPath) -> bool:
        """Whether a file or folder is the shared one, or below it."""
        top = AssetPath(self.top).parts if self.top else ()
        return path.parts[: len(top)] == top


def place_to_share(ctx: Context, rows: Rows, place: Address) -> SharedPlace:
    """Return what an address names, as it is now and for who asks.

    Raises:
        NotFound: when nothing is there.
        InvalidAddress: when it is nothing that can be shared.
    """
    if place.root == "datastores" and place.name:
        version, manifest = rows.datastores.version(place.name, place.version)
        return _at(rows, place, version.address, "version", manifest, settled=True)
    if place.root == "artifacts" and place.name:
        of_artifact, manifest = version_at(ctx, rows, place.name, place.version)
        address = of_artifact.address
        return _at(rows, place, address, "version", manifest, settled=True)
    if place.root != "runs" or place.experiment is None or place.section == "logs":
        raise _no_share(rows, place)
    experiment = rows.experiments.get(place.user, place.run, place.experiment)
    if place.section != "checkpoints":
        ended = experiment.ended
        settled = ended is not None and ended + GRACE < ctx.clock()
        kind, found = "experiment", experiment.id
        return _at(rows, place, experiment.address, kind, found, settled=settled)
    if not place.item:
        raise _no_share(rows, place)
    checkpoint = rows.checkpoints.get(experiment.id, place.item)
    kind, found = "checkpoint", checkpoint.uuid
    return _at(rows, place, checkpoint.address, kind, found, settled=True)


def _no_share(rows: Rows, place: Address) -> InvalidAddress:
    hint = "share an experiment, a checkpoint, a version, a folder or a file"
    if place.root == "runs" and place.run and place.experiment is None:
        run = rows.runs.get(place.user, place.run)
        msg = "a share is of one experiment, and this is a run"
        return InvalidAddress(msg, address=run.address, hint=f"{run.address}-exp0?")
    return InvalidAddress("this cannot be shared", address=place.short, hint=hint)


def _at(
    rows: Rows,
    place: Address,
    address: str,
    kind: str,
    manifest: str,
    *,
    settled: bool,
) -> SharedPlace:
    top = place.path.text if place.path else ""
    if top:
        kind = "folder" if _is_folder(rows, manifest, top, place) else "file"
    return SharedPlace(
        address=address, kind=kind, manifest=manifest, top=top, settled=settled
    )


def _is_folder(rows: Rows, manifest: str, path: str, place: Address) -> bool:
    try:
        rows.assets.get(manifest, path)
    except NotFound:
        try:
            rows.assets.children(manifest, path, limit=1, cursor=None)
        except NotFound as error:
            msg = "there is no such file or folder"
            hint = place.hint_at_section() or error.hint
            raise NotFound(msg, address=place.short, hint=hint) from error
        return True
    return False


def still_shared(
    giver: Context, rows: Rows, share: Share, manifest: str
) -> SharedPlace:
    """Return what was shared, if that very thing is still there.

    Args:
        giver: the context of who shared it.
        rows: the catalog.
        share: the share.
        manifest: id of what it was made of.

    Raises:
        Gone: when it was deleted; also when another thing has its address by now.
    """
    try:
        place = place_to_share(giver, rows, parse_address(share.address))
    except NotFound as error:
        raise _deleted(share) from error
    if place.manifest != manifest:
        raise _deleted(share)
    return place


def _deleted(share: Share) -> Gone:
    return Gone("what was shared here was deleted", address=f"share {share.id}")


def level_of(
    ctx: Context,
    place: SharedPlace,
    prefix: str,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Entry]:
    """Return one level of a shared place; a file is its own only line.

    Args:
        ctx: of who asks.
        place: what is shared.
        prefix: a folder in it, as entries' addresses name it; "" for its top.
        limit: at most this many lines.
        cursor: of the page before.

    Raises:
        NotFound: when the folder is not in it.
    """
    if prefix and not place.holds(AssetPath(prefix)):
        raise not_in(place, prefix)
    with ctx.catalog.read() as rows:
        if place.kind != "file":
            level = prefix or place.top
            return rows.assets.children(
                place.manifest, level, limit=limit, cursor=cursor
            )
        stored = rows.assets.get(place.manifest, place.top)
    return Page(items=[_line_of(stored.asset)], total=1)


def _line_of(asset: Asset) -> Entry:
    return Entry(
        name=asset.path.rpartition("/")[2],
        address=asset.path,
        kind="file",
        size=asset.size,
        modified=asset.modified,
        asset=asset,
    )


def not_in(place: SharedPlace, path: str) -> NotFound:
    """Return the error of a path that a share does not hold."""
    return NotFound("it is not in this share", address=f"{place.address}/{path}")
