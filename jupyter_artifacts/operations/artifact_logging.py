"""Logging an artifact: its files become the next version, or are one already."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from jupyter_artifacts.addresses import artifact_address, check_name
from jupyter_artifacts.catalog.sorted_assets import sort_assets
from jupyter_artifacts.errors import InvalidRequest, Refused
from jupyter_artifacts.operations.artifact_held import Held
from jupyter_artifacts.operations.artifact_publishing import Publishing, Same
from jupyter_artifacts.operations.artifact_said import LogVersion
from jupyter_artifacts.operations.auditing import note_refusal
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.drafts import draft
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.table import (
    MAKE,
    TABLE,
    authorize,
    convert_ask,
    operation,
)
from jupyter_artifacts.records.artifacts import Logged
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.transfer.reading import size_of
from jupyter_artifacts.transfer.saving import save
from jupyter_artifacts.transfer.tree import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jupyter_artifacts.transfer.progress import Progress
    from jupyter_artifacts.transfer.saving import ToSave


@operation("artifacts.log", "POST artifacts/{name}/versions", needs=MAKE)
def log(ctx: Context, ask: LogVersion) -> Logged:
    """Make a folder's files the next version of an artifact.

    Hidden files and folders are left out: they often hold passwords and histories.
    When an earlier version has the same content, there is no new one: that one is
    returned.
    """
    if not ask.source:  # which else would be all that the session has
        msg = "it names no folder whose files are logged"
        address = artifact_address(check_name(ask.name, "artifact")).tree
        raise InvalidRequest(msg, address=address, hint="give one as source")
    source = resolve_folder(ctx, ask.source, must_exist=True)
    shown = (file for file in walk(source) if not _is_hidden(file.path))
    return log_files(ctx, ask, shown)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


@contextmanager
def may_log(ctx: Context, ask: dict[str, Any]) -> Iterator[LogVersion]:
    """Give what is asked of `artifacts.log` to whoever may; a refusal is noted."""
    declared = TABLE["artifacts.log"]
    wanted = cast("LogVersion", convert_ask(declared, ask))
    try:
        authorize(declared.permission, ctx, wanted)
        yield wanted
    except Refused as error:
        note_refusal(ctx, declared.name, error)
        raise


def log_files(
    ctx: Context,
    ask: LogVersion,
    files: Iterable[ToSave],
    *,
    progress: Callable[[Progress], None] | None = None,
    total: tuple[int, int] = (0, 0),
) -> Logged:
    """Make files the next version of an artifact, or find the one that has them.

    Args:
        ctx: of who logs it.
        ask: what is said of it; `source` is not looked at.
        files: of different paths, in any order, as many as there are.
        progress: told how far it is.
        total: bytes and files to come, for `progress`.

    Raises:
        InvalidRequest: when there are no files, or an alias is none.
        InvalidPath: when a path comes twice.
        Refused: when who asks may not.
        Conflict: when the name is not available, or is of another type.
    """
    logging = Publishing(ctx, ask)
    logging.check()
    try:
        with draft(ctx, logging.version_id, logging.prefix):
            saved = save(
                files,
                ctx.storage,
                logging.prefix,
                packed=True,
                held=Held(ctx, logging.artifact_id),
                sha256=ask.sha256,
                progress=progress,
                total=total,
            )
            with sort_assets(logging.counted(saved)) as lines:
                return logging.publish(lines)
    except Same as same:
        return logging.again(same.version_id)


def check_files(
    ctx: Context, ask: LogVersion, files: Iterable[ToSave]
) -> tuple[int, int]:
    """Raise what `log_files` would; read nothing of the files, and store nothing.

    Returns:
        How many files and bytes the version would have.
    """
    logging = Publishing(ctx, ask)
    logging.check()
    with sort_assets(logging.counted(map(_listed, files))) as lines:
        logging.check_any()
        return lines.files, lines.bytes


def _listed(file: ToSave) -> StoredAsset:
    """Return the line that a file would be, once it is seen that it can be read."""
    if file.asset is not None:
        return StoredAsset(asset=file.asset, key="")
    size = file.size if file.source is None else size_of(file.source)
    return StoredAsset(asset=Asset(path=file.path, size=size), key="")
