"""Logging an artifact: its files become the next version, or are one already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import artifact_address, check_name
from jupyter_artifacts.catalog.sorted_assets import sort_assets
from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.operations.artifact_held import Held
from jupyter_artifacts.operations.artifact_publishing import Publishing, Same
from jupyter_artifacts.operations.artifact_said import LogVersion
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.drafts import draft
from jupyter_artifacts.operations.folders import resolve_folder
from jupyter_artifacts.operations.table import MAKE, operation
from jupyter_artifacts.records.artifacts import Logged
from jupyter_artifacts.transfer.saving import save
from jupyter_artifacts.transfer.tree import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
