"""Lines of a manifest that never changes: their places, their content, their chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import zstandard

from jupyter_artifacts.records.assets import AssetKind, StoredAsset

if TYPE_CHECKING:
    from jupyter_artifacts.records.assets import Asset

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[StoredAsset]).decode


def place_key(path: str) -> str:
    """Return a text that sorts as (parts of the parent, name) does.

    No path holds a control character, so these are below any that it holds.
    """
    parent, _, name = path.rpartition("/")
    return f"{folder_key(parent)}\x01{name}"


def folder_key(folder: str) -> str:
    """Return what the places of a folder's files begin with, before a 1 or a 2.

    A character 1 follows when the file lies in it, a character 2 when further below.
    """
    return folder.replace("/", "\x02")


class FolderRow(msgspec.Struct, array_like=True):
    """A folder and the sums of what is below it."""

    path: str
    size: int = 0
    files: int = 0
    modified: float = 0.0


class Chunk(msgspec.Struct, frozen=True, array_like=True):
    """Some lines of a manifest, one after the other in the order of their places."""

    number: int
    first: str
    last: str
    files: int
    data: bytes


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What is written to the catalog at once."""

    chunks: list[Chunk]
    folders: list[FolderRow]


def said_by(asset: Asset) -> bytes:
    """Return what makes a line another one: its path and its content, no times."""
    content: object = asset.digest
    if not asset.digest and asset.kind is AssetKind.REMOTE:
        seen = asset.checksum or asset.etag
        content = (asset.uri, asset.version_id, seen, asset.size)
    return _encode((asset.path, asset.kind, content, asset.link))


def unpacked(data: bytes) -> list[StoredAsset]:
    """Return the lines of a chunk."""
    return _decode(zstandard.ZstdDecompressor().decompress(data))


def lines_of(part: Part) -> list[StoredAsset]:
    """Return the lines of a part, as the catalog will give them back."""
    return [line for chunk in part.chunks for line in unpacked(chunk.data)]
