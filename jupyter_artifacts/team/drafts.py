"""An artifact that is being put together, before it is logged."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from jupyter_artifacts.addresses import AssetPath, check_name, reason_against_path
from jupyter_artifacts.errors import InvalidPath, InvalidRequest, NotFound
from jupyter_artifacts.operations.checking import one_of
from jupyter_artifacts.records.artifacts import Visibility
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.base import several, value_to_wire
from jupyter_artifacts.storage.source import said_time
from jupyter_artifacts.team.callers import warn_caller
from jupyter_artifacts.team.draft_checks import Taken, checked_metadata
from jupyter_artifacts.team.remote_assets import linked, look_up
from jupyter_artifacts.transfer.saving import ToSave
from jupyter_artifacts.transfer.spool import Spool
from jupyter_artifacts.transfer.tree import walk

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

CAP: Final = 100_000
"""So many objects one `add_remote` takes, unless it is told otherwise."""

HOW_TO_HIDDEN: Final = "add(…, hidden=True)"
"""What a warning about hidden files calls the way to take them."""


class Artifact:
    """Files under a name; `run.log_artifact` makes them its next version.

    Args:
        name: unique in the team, ignoring case.
        type: what it is, e.g. "model"; of an artifact that is there, the same or "".
        description: of the version.
        metadata: of the version; what JSON can hold.
        visibility: of an artifact that is new: "team", or "private".
        readers: handles of who may see it while it is private.
    """

    def __init__(
        self,
        name: str,
        type: str = "",  # noqa: A002 - `ja.Artifact(name, type="model")`
        *,
        description: str = "",
        metadata: Mapping[str, Any] | None = None,
        visibility: str = Visibility.TEAM,
        readers: Iterable[str] = (),
    ) -> None:
        self.name = check_name(name, "artifact")
        self.type = check_name(type, "type") if type else ""
        self.description = description
        self.metadata = checked_metadata(metadata)
        self.visibility = _visibility_of(visibility, self.name)
        self.readers = several(readers)
        self._added: list[Callable[..., Iterator[ToSave]]] = []
        """Each gives its files, and warns of what it left out when told to."""
        self._taken = Taken()

    def add(
        self,
        source: str | os.PathLike[str] | bytes,
        name: str = "",
        *,
        hidden: bool = False,
    ) -> None:
        """Add a file, everything in a folder, or bytes.

        They are read when the artifact is logged, not before.

        Args:
            source: a file, a folder, or the bytes themselves.
            name: what a file is called in the artifact, its own name by default; of
                a folder the folder its files lie in, by default the top; needed for
                bytes.
            hidden: whether files and folders of a folder whose names begin with a
                dot go with it; they often hold passwords and histories.

        Raises:
            NotFound: when there is no such file or folder.
            InvalidPath: for a name that no artifact can hold, or that another file
                has, or a folder; what is in folders is compared as it is logged.
        """
        if isinstance(source, bytes | bytearray | memoryview):
            self._add_bytes(bytes(source), name)
            return
        path = Path(source).expanduser().absolute()
        if path.is_dir():
            self._add_folder(path, name, hidden=hidden)
        elif path.is_file():
            called = AssetPath(name or path.name).text
            self._taken.take([called])
            self._added.append(lambda **_: iter([_file(path, called)]))
        else:
            what = "it is no regular file" if path.exists() else "nothing is there"
            msg = f"it cannot be added: {what}"
            raise NotFound(msg, address=str(source), hint="check the path")

    def add_remote(
        self, uri: str, name: str = "", *, sync: bool = True, cap: int = CAP
    ) -> None:
        """Add objects of a bucket without copying them, or a link to anything else.

        An s3://, gs:// or gcs:// URI becomes one line for each object below it, with
        its size, checksum and, in a versioned bucket, its version: a download
        fetches exactly these. Without credentials for it, and with `sync=False`, it
        is kept as a plain link. So is any other URI; whoever reads it resolves
        `asset.link`.

        Args:
            uri: of an object, of a prefix, or anything.
            name: the folder the objects lie in, by default the top; of a link, and
                of a single object, what it is called.
            sync: whether the bucket is asked what is there.
            cap: more objects than so many are an error.

        Raises:
            InvalidRequest: when the URI holds a signature or a secret, or there are
                more objects than `cap`.
            NotFound: when nothing is there.
            InvalidPath: when one would have a name that another file has.
        """
        found = look_up(uri, cap=cap) if sync else None
        if found is None:
            asset = linked(uri, name)
            self._taken.take([asset.path])
            self._added.append(lambda **_: iter([ToSave(path=asset.path, asset=asset)]))
            return
        kept = Spool(Asset)
        for asset in found:
            kept.append(_renamed(asset, uri, name))
        if not kept:
            msg = "there is no object below it"
            raise NotFound(msg, address=uri, hint="check the bucket and the prefix")
        self._taken.take(asset.path for asset in kept)
        self._added.append(
            lambda **_: (ToSave(path=asset.path, asset=asset) for asset in kept)
        )

    def files(self) -> Iterator[ToSave]:
        """Go through what was added, as it is now."""
        for added in self._added:
            yield from added(warn=True)

    def totals(self) -> tuple[int, int]:
        """Return how many bytes and files it has, as they are now."""
        bytes_ = files = 0
        for added in self._added:
            for file in added(warn=False):
                bytes_ += file.size if file.asset is None else 0
                files += file.asset is None
        return bytes_, files

    def said(self) -> dict[str, Any]:
        """Return what logging it says of it."""
        return {
            "name": self.name,
            "type": self.type,
            "description": self.description,
            "metadata": value_to_wire(self.metadata),
            "visibility": self.visibility.value,
            "readers": self.readers,
        }

    def _add_bytes(self, content: bytes, name: str) -> None:
        if not name:
            msg = "bytes need a name to be added under"
            raise InvalidRequest(msg, address=self.name, hint='write name="notes.txt"')
        path, now = AssetPath(name).text, time.time()
        self._taken.take([path])
        file = ToSave(path=path, content=content, modified=now, size=len(content))
        self._added.append(lambda **_: iter([file]))

    def _add_folder(self, folder: Path, name: str, *, hidden: bool) -> None:
        prefix = f"{AssetPath(name).text}/" if name else ""

        def files(*, warn: bool) -> Iterator[ToSave]:
            left_out = 0
            for file in walk(folder):
                if not hidden and any(p.startswith(".") for p in file.path.split("/")):
                    left_out += 1
                    continue
                yield _below(prefix, file)
            if left_out and warn:
                noun = "file" if left_out == 1 else "files"
                warn_caller(
                    f"left out {left_out:,} hidden {noun} of {folder}: "
                    f"{HOW_TO_HIDDEN} takes them too"
                )

        self._added.append(files)

    def __repr__(self) -> str:
        """Say what it is called, and what is done with it."""
        kind = f" {self.type}" if self.type else ""
        return f"<artifact{kind} {self.name}, for run.log_artifact>"


def _visibility_of(text: str, name: str) -> Visibility:
    try:
        return Visibility(text)
    except ValueError as error:
        msg = f"visibility has to be {one_of(Visibility)}, not {text!r}"
        raise InvalidRequest(msg, address=name) from error


def _file(path: Path, name: str) -> ToSave:
    source = path.resolve()
    try:
        found = source.stat()
    except OSError as error:
        msg = f"it cannot be added: {error.strerror}"
        raise NotFound(msg, address=str(path)) from error
    modified = said_time(found.st_mtime)
    return ToSave(path=name, source=source, modified=modified, size=found.st_size)


def _below(prefix: str, file: ToSave) -> ToSave:
    if not prefix:
        return file
    path = f"{prefix}{file.path}"
    asset = file.asset and msgspec.structs.replace(file.asset, path=path)
    return dataclasses.replace(file, path=path, asset=asset)


def _body(uri: str) -> str:
    """Return what of a URI names an object, however it is quoted."""
    return unquote(uri.partition("://")[2])


def _renamed(asset: Asset, uri: str, name: str) -> Asset:
    if not name:
        path = asset.path
    elif _body(asset.uri) == _body(uri):
        path = name
    else:
        path = f"{name}/{asset.path}"
    if reason := reason_against_path(path):
        msg = f"{path!r} cannot be the path of a file: {reason}"
        raise InvalidPath(msg, address=asset.uri, hint="rename the object")
    return msgspec.structs.replace(asset, path=path)
