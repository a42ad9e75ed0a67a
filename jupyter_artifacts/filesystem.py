"""`team://` for fsspec: the team's tree as a file system that is only read.

    pd.read_parquet("team://runs/alice/mnist/exp0/files/predictions.parquet")

Paths are those of the one tree, character by character: nothing in them is quoted.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.spec import AbstractFileSystem
from fsspec.utils import isfilelike

from jupyter_artifacts.errors import (
    InvalidAddress,
    InvalidPath,
    NotFound,
    Refused,
)
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.team import connect
from jupyter_artifacts.team.opening import Checked, open_content
from jupyter_artifacts.team.tree import entry, level, place_at

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from fsspec.callbacks import Callback

    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.records.assets import Entry

_CHUNK = 1 << 20
_LINKS = frozenset({AssetKind.LINK, AssetKind.SYMLINK})


class NoSuchFileError(NotFound, FileNotFoundError):
    """Nothing stands at this path, said as fsspec expects it."""


class TeamFileSystem(AbstractFileSystem):  # type: ignore[misc] # fsspec has no types
    """Everything the team made, to read.

    Args:
        user: the login of who acts; None for the settings' own.
        **options: fsspec's own.
    """

    protocol = "team"
    root_marker = ""
    cachable = False  # the environment says which team it is, and may change

    def __init__(self, user: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.team = connect(user=user)

    @property
    def fsid(self) -> str:
        """Say which team it is."""
        return f"team_{self.team.carrier.settings.home}"

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return [cls._strip_protocol(each) for each in path]
        text = os.fspath(path).removeprefix("team://")
        return text.strip("/")

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:  # noqa: FBT001, FBT002 - fsspec's
        """List what is directly below a path; of a file or a link itself."""
        path = self._strip_protocol(path)
        with _as_fsspec(path):
            found = level(self.team, path)
        if len(found) == 1 and found[0].kind == "file" and self._is(path, found[0]):
            infos = [_info(path, found[0])]
        else:
            infos = [_info(f"{path}/{each.name}".lstrip("/"), each) for each in found]
        return infos if detail else [info["name"] for info in infos]

    def find(
        self,
        path: str,
        maxdepth: int | None = None,
        withdirs: bool = False,  # noqa: FBT001, FBT002 - fsspec's
        detail: bool = False,  # noqa: FBT001, FBT002 - fsspec's
        **more: Any,
    ) -> Any:
        """Find every file below a path; `get` and `glob` go by it, too.

        Links are left out: they have no bytes to read. `ls` and `walk` show them.
        """
        found = super().find(path, maxdepth, withdirs, detail=True, **more)
        files = {
            name: info for name, info in found.items() if info.get("type") != "link"
        }
        return files if detail else list(files)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Tell name, type and size of a path; of a file its digest and time, too.

        The type is "file", "directory", or "link" with what it points to as the
        destination: a link is recorded, not followed.
        """
        path = self._strip_protocol(path)
        with _as_fsspec(path):
            return _info(path, entry(self.team, path))

    def ukey(self, path: str) -> str:
        """Return what changes when the file does."""
        info = self.info(path)
        return str(info.get("digest") or super().ukey(path))

    def modified(self, path: str) -> datetime:
        """Return when a file was written."""
        return datetime.fromtimestamp(self.info(path).get("modified", 0.0), tz=UTC)

    def cat_file(
        self, path: str, start: int | None = None, end: int | None = None, **_: Any
    ) -> bytes:
        """Return a file's bytes, or a range of them as a slice has it."""
        content = self._content(path)
        first, last, _step = slice(start, end).indices(content.size)
        chunks = Checked(content, path).read(first, max(0, last - first))
        return b"".join(chunks) if last > first else b""

    def get_file(
        self,
        rpath: str,
        lpath: str | os.PathLike[str] | IO[bytes],
        callback: Callback = DEFAULT_CALLBACK,
        outfile: IO[bytes] | None = None,
        **_: Any,
    ) -> None:
        """Copy a file to this machine; it has its name once its bytes were checked."""
        if outfile is None and isfilelike(lpath):
            self._copy(rpath, lpath, callback)  # type: ignore[arg-type]
        elif outfile is not None:
            self._copy(rpath, outfile, callback)
        else:
            target = Path(lpath)  # type: ignore[arg-type]
            if self.isdir(rpath):
                target.mkdir(parents=True, exist_ok=True)
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            with _arriving(target) as file:
                self._copy(rpath, file, callback)

    def _copy(self, path: str, file: IO[bytes], callback: Callback) -> None:
        content = self._content(path)
        callback.set_size(content.size)
        for chunk in Checked(content, path).read(0, content.size):
            file.write(chunk)
            callback.relative_update(len(chunk))

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.BufferedReader:
        if mode != "rb":
            self._refused(path)
        return open_content(
            self._content(path), self._strip_protocol(path), self.team.carrier.cache
        )

    def _content(self, path: str) -> Content:
        path = self._strip_protocol(path)
        with _as_fsspec(path):
            place = place_at(path)
            try:
                return self.team.content(place)
            except InvalidAddress as error:
                entry(self.team, path)  # or there is no such folder
                raise IsADirectoryError(str(error)) from error

    def _is(self, path: str, found: Entry) -> bool:
        """Whether an entry is of the path itself, and not of what is below it."""
        name = path.rpartition("/")[2]
        return found.name == name and self.info(path)["type"] != "directory"

    def _refused(self, *arguments: Any, **_: Any) -> NoReturn:
        """Refuse a change: the tree is made by runs, artifacts and datastores."""
        paths = [each for each in arguments if isinstance(each, str)]
        msg = "the team's tree is only read through team://"
        hint = "write files in a run, log an artifact, or create a datastore"
        raise Refused(msg, address=paths[-1] if paths else "", hint=hint)

    mkdir = makedirs = rmdir = _refused
    rm = rm_file = _rm = mv = cp_file = _refused
    touch = pipe_file = put_file = _refused


@contextmanager
def _as_fsspec(path: str) -> Iterator[None]:
    """Say that nothing is there in the words that fsspec waits for."""
    try:
        yield
    except (NotFound, InvalidAddress, InvalidPath) as error:
        raise NoSuchFileError(error.message, address=path, hint=error.hint) from error


@contextmanager
def _arriving(target: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name when the with block ends well."""
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _info(name: str, found: Entry) -> dict[str, Any]:
    if found.kind == "folder":
        return {"name": name, "size": 0, "type": "directory"}
    info = {"name": name, "size": found.size, "type": "file"}
    if found.asset is None:
        return info
    asset = found.asset
    if asset.kind in _LINKS:
        info |= {"type": "link", "islink": True, "destination": asset.link}
    return info | {
        "digest": asset.digest,
        "modified": asset.modified,
        "mimetype": asset.media_type,
    }
