"""Folders of this machine that an asker names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import InvalidPath, NotFound

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Context


def resolve_folder(ctx: Context, text: str, *, must_exist: bool) -> Path:
    """Return the folder `text` names, on this machine.

    Where the asker is confined (a browser asks a server), it is taken below the
    server's root folder and may not leave it, not by a link either; nor may it be
    hidden.

    Raises:
        InvalidPath: when it leaves its place, or is hidden.
        NotFound: when it has to exist and does not.
    """
    if "\0" in text:
        msg = "a folder's name has no NUL character"
        raise InvalidPath(msg, address=text.replace("\0", "\\0"))
    if ctx.confined is None:
        folder = Path(text).expanduser().absolute()
    else:
        root = ctx.confined.resolve()
        folder = (root / text).resolve()
        if not folder.is_relative_to(root):
            msg = "it lies outside this session's folder"
            hint = "name a folder below it, as the file browser shows it"
            raise InvalidPath(msg, address=text, hint=hint)
        if any(part.startswith(".") for part in folder.relative_to(root).parts):
            # keys and start-up scripts lie in such; Jupyter's own browser shows none
            msg = "it is a hidden folder, or lies in one"
            hint = "name one that the file browser shows"
            raise InvalidPath(msg, address=text, hint=hint)
    try:
        missing = must_exist and not folder.is_dir()
    except OSError as error:
        msg = f"the folder cannot be looked at: {error.strerror}"
        raise InvalidPath(msg, address=text) from error
    if missing:
        msg = "there is no such folder" if not folder.exists() else "it is no folder"
        raise NotFound(msg, address=str(text), hint="check the spelling")
    return folder
