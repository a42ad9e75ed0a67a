"""Files of experiments: tree, bytes, capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.errors import ArtifactsError, InvalidRequest, NotFound
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import (
    AtExperiment,
    address_at,
    check_takes_files,
    content_of,
    experiment_at,
    file_key,
    still_there,
)
from jupyter_artifacts.operations.ranges import (
    TreePageSize,  # noqa: TC001 - msgspec reads it
)
from jupyter_artifacts.operations.table import (
    CHANGE_RUN,
    SEE,
    Body,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.operations.taking import Wanted, check_modified, take
from jupyter_artifacts.records.assets import Asset, Entry, Manifest, Uncaptured
from jupyter_artifacts.records.base import Ok, Page
from jupyter_artifacts.records.media_types import media_type_of

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.operations.rows import Rows


class FilesAsk(AtExperiment, frozen=True, kw_only=True):
    """One level of an experiment's files.

    Attributes:
        prefix: the folder; "" for the top.
        limit: at most this many lines.
        cursor: of the page before.
    """

    prefix: str = ""
    limit: TreePageSize = 1000
    cursor: str | None = None


class AtFile(AtExperiment, frozen=True, kw_only=True):
    """A file of an experiment."""

    path: str


class CaptureFile(AtFile, frozen=True, kw_only=True):
    """Which file is captured.

    Attributes:
        modified: the file's own time; 0 to take it from the bytes' file.
        note: what a reader must know; "" for nothing.
    """

    modified: float = 0.0
    note: str = ""


class RefuseFile(AtExperiment, frozen=True, kw_only=True):
    """Which file was seen and not captured, and why."""

    path: str
    reason: str


def level_below(
    rows: Rows,
    manifest: str,
    place: str,
    prefix: str,
    limit: int,
    cursor: str | None,
) -> Page[Entry]:
    """Return one level of a manifest, addressed from the top of the one tree.

    Args:
        rows: the catalog.
        manifest: whose files.
        place: what the manifest is of, in the tree.
        prefix: the folder; "" for the top.
        limit: at most this many lines.
        cursor: of the page before.

    Raises:
        NotFound: when there is no such folder.
    """
    prefix = AssetPath(prefix).text if prefix else ""
    try:
        page = rows.assets.children(manifest, prefix, limit=limit, cursor=cursor)
    except NotFound as error:
        address = f"{place}/{prefix}"
        raise NotFound(error.message, address=address, hint=error.hint) from error
    items = [
        msgspec.structs.replace(entry, address=f"{place}/{entry.address}")
        for entry in page.items
    ]
    return msgspec.structs.replace(page, items=items)


@operation(
    "files.tree",
    "GET runs/{user}/{run}/exp{number}/files",
    needs=SEE,
    kind=Kind.PAGE,
)
def tree(ctx: Context, ask: FilesAsk) -> Page[Entry]:
    """Return one level of an experiment's files."""
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
        place = f"{address_at(ask).tree}/files"
        return level_below(
            rows, experiment.id, place, ask.prefix, ask.limit, ask.cursor
        )


@operation(
    "files.read",
    "GET runs/{user}/{run}/exp{number}/files/{path*}",
    needs=SEE,
    kind=Kind.BYTES,
)
def read(ctx: Context, ask: AtFile) -> Content:
    """Return the bytes of a file."""
    path = AssetPath(ask.path)
    address = address_at(ask).file(path.text).short
    with ctx.catalog.read() as rows:
        stored = rows.assets.get(experiment_at(rows, ask).id, path.text)
    return content_of(ctx, stored, address)


@operation(
    "files.capture",
    "PUT runs/{user}/{run}/exp{number}/files/{path*}",
    needs=CHANGE_RUN,
    routine=True,
)
def capture(ctx: Context, ask: CaptureFile, body: Body) -> Asset:
    """Take a file into an experiment; again replaces it, as its next revision.

    One that has ended takes none.
    """
    path = AssetPath(ask.path)
    check_modified(ask.modified, address_at(ask).file(path.text).short)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
    wanted = Wanted(
        path=path,
        key=file_key(experiment.id, path),
        source=source_of(body, path),
        modified=ask.modified,
        note=ask.note,
    )

    def admit(rows: Rows) -> str:
        check_takes_files(still_there(rows, experiment))
        return experiment.id

    def tell(rows: Rows, kept: list[Asset]) -> None:
        data = {"path": path.text, "size": kept[0].size}
        rows.events.add("files", "changed", experiment.address, ctx.clock(), data)

    return the_one(take(ctx, [wanted], admit, tell))


def store(ctx: Context, key: str, path: AssetPath, body: Body) -> Asset:
    """Put a body's file where nobody reads yet; return it as an asset called `path`."""
    stored = ctx.storage.put(key, source_of(body, path))
    return msgspec.structs.replace(
        stored,
        path=path.text,
        captured=ctx.clock(),
        media_type=media_type_of(path.text),
    )


def source_of(body: Body, path: AssetPath) -> Path:
    """Return the file that a body's bytes are in."""
    if body.path is None:
        msg = "a file's bytes must come in a file"
        raise InvalidRequest(msg, address=path.text)
    return body.path


def the_one(answers: list[Asset | ArtifactsError]) -> Asset:
    """Return the one file that was taken, or raise why it was not."""
    (answer,) = answers
    if isinstance(answer, ArtifactsError):
        raise answer
    return answer


@operation(
    "files.refuse",
    "POST runs/{user}/{run}/exp{number}/uncaptured",
    needs=CHANGE_RUN,
    routine=True,
)
def refuse(ctx: Context, ask: RefuseFile) -> Ok:
    """Note that a file was seen and not captured, and why."""
    with ctx.catalog.write() as rows:
        experiment = experiment_at(rows, ask)
        check_takes_files(experiment)
        seen = Uncaptured(path=ask.path, reason=ask.reason, seen=ctx.clock())
        rows.assets.refuse(experiment.id, seen)
        rows.events.add("files", "changed", experiment.address, ctx.clock())
    return Ok(message=f"noted: {ask.path} was not captured", address=experiment.address)


@operation("files.manifest", "GET runs/{user}/{run}/exp{number}/artifacts", needs=SEE)
def manifest(ctx: Context, ask: AtExperiment) -> Manifest:
    """Return every file of an experiment, and what was not captured."""
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
        assets = [stored.asset for stored in rows.assets.all(experiment.id)]
        uncaptured = rows.assets.uncaptured(experiment.id)
    return Manifest(
        address=experiment.address,
        assets=assets,
        uncaptured=uncaptured,
        bytes=sum(asset.size for asset in assets),
        growing=not experiment.state.ended,
    )
