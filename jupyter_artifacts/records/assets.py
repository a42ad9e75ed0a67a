"""Files: assets, and listings of them."""

from __future__ import annotations

from enum import StrEnum

from jupyter_artifacts.records.base import Record


class AssetKind(StrEnum):
    """What a line of a manifest stands for."""

    FILE = "file"
    """Bytes that we hold."""
    FOLDER = "folder"
    """An empty folder; one with files in it needs no line of its own."""
    SYMLINK = "symlink"
    """A symbolic link that leaves its tree: recorded, never followed."""
    REMOTE = "remote"
    """An object of somebody's bucket that we point at and do not hold."""
    LINK = "link"
    """Any other reference; the caller resolves `Asset.link`."""


class Asset(Record, frozen=True, kw_only=True):
    """One file.

    Attributes:
        path: below its manifest, POSIX style.
        size: bytes.
        digest: "blake3:<hex>"; "" when none was recorded.
        modified: the file's own time.
        captured: when we took it.
        uri: where the bytes are, for a person (e.g. a file:// or s3:// URI); of a
            remote asset the object itself.
        revision: 1 for the first capture, one more for each later one.
        media_type: by its name, e.g. "image/png".
        note: what a reader must know, e.g. "open when the process ended".
        kind: file, empty folder, symbolic link, remote object or plain link.
        link: of a symbolic link its target; of a plain link the reference.
        version_id: the object's version in a versioned bucket; "" for none.
        etag: the provider's, without quotes; "" for none.
        checksum: what the provider recorded, "crc64nvme:<hex>", "crc32c:<hex>",
            "md5:<hex>" or "sha256:<hex>", of the whole object; "" for none.
        sha256: "sha256:<hex>" when it was asked for; "" else.
    """

    path: str
    size: int
    digest: str = ""
    modified: float = 0.0
    captured: float = 0.0
    uri: str = ""
    revision: int = 1
    media_type: str = "application/octet-stream"
    note: str = ""
    kind: AssetKind = AssetKind.FILE
    link: str = ""
    version_id: str = ""
    etag: str = ""
    checksum: str = ""
    sha256: str = ""


class StoredAsset(Record, frozen=True, kw_only=True):
    """A file and where the storage holds it.

    Attributes:
        asset: the file.
        key: of the object that holds its bytes; "" when we hold none.
        offset: where they begin in that object, which is a pack of many files; None
            when the object is the file.
        copy_key: of a pack that has the same bytes once more, only to fetch many files
            by one request; "" for none.
        copy_offset: where they begin in that pack.
    """

    asset: Asset
    key: str
    offset: int | None = None
    copy_key: str = ""
    copy_offset: int = 0


class Uncaptured(Record, frozen=True, kw_only=True):
    """A file that was seen and not captured, and why."""

    path: str
    reason: str
    seen: float = 0.0


class Entry(Record, frozen=True, kw_only=True):
    """One line of a tree: a folder or a file.

    Attributes:
        name: last part of its path.
        address: its place in the one tree, e.g. "runs/alice/mnist/exp0/files/a.txt".
        kind: "folder" or "file".
        size: bytes; of a folder, of everything below it.
        count: files below it; 1 for a file.
        modified: newest time below it.
        asset: the file itself; None for a folder.
    """

    name: str
    address: str
    kind: str
    size: int = 0
    count: int = 1
    modified: float = 0.0
    asset: Asset | None = None


class Manifest(Record, frozen=True, kw_only=True):
    """Every file of one experiment, checkpoint or datastore version.

    Attributes:
        address: of what.
        assets: by path.
        uncaptured: what was seen and not captured.
        bytes: sum of sizes.
        growing: whether more may come (an experiment that runs).
    """

    address: str
    assets: list[Asset]
    uncaptured: list[Uncaptured] = []
    bytes: int = 0
    growing: bool = False


class LogStream(Record, frozen=True, kw_only=True):
    """A log stream of an experiment.

    Attributes:
        stream: "output" (both, in order), "stdout" or "stderr".
        size: bytes so far.
        address: "runs/alice/mnist/exp0/logs/<stream>".
        growing: whether more may come.
    """

    stream: str
    size: int
    address: str
    growing: bool = False
