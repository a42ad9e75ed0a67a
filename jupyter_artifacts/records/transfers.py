"""Transfers: plan, progress and receipt."""

from __future__ import annotations

from enum import StrEnum

from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.texts import receipt_text


class Overwrite(StrEnum):
    """What to do with a file that stands where a download would write."""

    ERROR = "error"
    SKIP = "skip"
    REPLACE = "replace"
    RENAME = "rename"


class Verdict(StrEnum):
    """What a plan says of one file."""

    NEW = "new"
    SAME = "same"
    WOULD_OVERWRITE = "would overwrite"
    SKIP = "skip"
    REPLACE = "replace"
    RENAME = "rename"
    CHANGED = "changed at source"
    GONE = "gone"
    LINK = "link"
    """A link is recorded and not followed: nothing is written."""


class PlannedFile(Record, frozen=True, kw_only=True):
    """One file of a plan.

    Attributes:
        path: below the source.
        target: path below the target folder.
        size: bytes.
        digest: "blake3:<hex>", or "" when none was recorded.
        key: where the storage holds it.
        verdict: what will happen.
        modified: the file's own time, given back to it.
        pinned: where the storage keeps these very bytes for an hour, should the file
            be written anew meanwhile; "" where it never is, or where a store cannot.
        offset: where its bytes begin in a pack; None when the object is the file.
        kind: file, empty folder, symbolic link, remote object or plain link.
        link: what a link points to.
        uri: of a remote object.
        version_id: of an object in a versioned bucket.
        etag: of a remote object.
        checksum: what the provider recorded of the whole object.
        sha256: "sha256:<hex>" when it was recorded.
        copy_key: of a pack that has the same bytes once more, only to fetch many files
            by one request; "" for none.
        copy_offset: where they begin in that pack.
    """

    path: str
    target: str
    size: int
    digest: str
    key: str
    verdict: Verdict
    modified: float = 0.0
    pinned: str = ""
    offset: int | None = None
    kind: AssetKind = AssetKind.FILE
    link: str = ""
    uri: str = ""
    version_id: str = ""
    etag: str = ""
    checksum: str = ""
    sha256: str = ""
    copy_key: str = ""
    copy_offset: int = 0


class Plan(Record, frozen=True, kw_only=True):
    """What a download will do, shown before a byte moves.

    Attributes:
        address: what is downloaded.
        to: the target folder, absolute.
        files: files with their verdicts, those that will not simply be new first.
        bytes: to be moved.
        free: bytes free at the target.
        overwrite: the policy chosen.
        total_files: how many there are.
        total_bytes: of all of them, whatever their verdicts.
        left_out: how many of them `files` leaves out; `verdicts` counts them too.
        verdicts: how many files have each.
    """

    address: str
    to: str
    files: list[PlannedFile]
    bytes: int
    free: int
    overwrite: Overwrite
    total_files: int = 0
    total_bytes: int = 0
    left_out: int = 0
    verdicts: dict[str, int] = {}


class ReceiptFile(Record, frozen=True, kw_only=True):
    """What happened to one file.

    Attributes:
        path: below the source.
        target: path below the target folder.
        size: bytes.
        digest: of the bytes now on disk.
        check: the check that ran: "blake3", "blake3+sha256", "sha256", "crc64nvme",
            "crc32c", "md5", or "not checked"; "" of a folder or a link, which have
            no bytes.
        outcome: "written", "same", "skipped", "replaced", "renamed", "link".
        sha256: "sha256:<hex>" of the bytes now on disk, where it was asked for or
            recorded; "" else.
    """

    path: str
    target: str
    size: int
    digest: str
    check: str
    outcome: str
    sha256: str = ""


class Receipt(Record, frozen=True, kw_only=True):
    """What a transfer did, and which checks really ran.

    Attributes:
        address: what was downloaded.
        to: the target folder, absolute.
        files: every file, or the first 10,000 of more.
        bytes: moved.
        started: when.
        ended: when.
        user: handle of who asked.
        source: URI of the storage it came from.
        path: where the receipt itself is kept, with every file.
        total_files: how many there are.
        left_out: how many of them `files` leaves out here.
        outcomes: how many files have each.
        checks: how many files had each; folders and links are not among them.
        sha256: how many files' SHA-256 it has.
    """

    address: str
    to: str
    files: list[ReceiptFile]
    bytes: int
    started: float
    ended: float
    user: str = ""
    source: str = ""
    path: str = ""
    total_files: int = 0
    left_out: int = 0
    outcomes: dict[str, int] = {}
    checks: dict[str, int] = {}
    sha256: int = 0

    def __str__(self) -> str:
        """Return what was done, and by which checks, in four lines."""
        return receipt_text(self)


class Soundness(StrEnum):
    """What a later check says of one file."""

    SOUND = "ok"
    CHANGED = "changed"
    MISSING = "missing"
    NOT_CHECKED = "not checked"


class Verified(Record, frozen=True, kw_only=True):
    """What a later check says of one file, and by which check.

    Attributes:
        path: below the folder, or below the address.
        verdict: ok, changed, missing, or that nothing was recorded to check it by.
        check: the check that ran: "blake3", …, or "not checked"; "" of a folder or a
            link.
        detail: what was found instead; "" for nothing.
    """

    path: str
    verdict: Soundness
    check: str
    detail: str = ""


class TransferState(StrEnum):
    """Where a transfer stands."""

    QUEUED = "queued"
    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


class Transfer(Record, frozen=True, kw_only=True):
    """A download that a server carries out for somebody.

    Attributes:
        id: ULID.
        owner: handle of who asked.
        address: what is downloaded.
        to: target folder below the session's root.
        state: where it stands.
        done_bytes: verified so far.
        total_bytes: to be moved.
        done_files: verified so far.
        total_files: to be moved.
        rate: bytes a second, over the last seconds.
        started: when.
        ended: when; None while it moves.
        error: why it failed; "" when it did not.
        receipt: what it did; None until it is done.
        session: id of the session whose server carries it out; "" outside one.
        askers: handles of those who asked for it and did not cancel: the owner, and
            who asked for the very same while it moved.
        asked: tells it from transfers of something else; "" for one nobody can join.
    """

    id: str
    owner: str
    address: str
    to: str
    state: TransferState
    done_bytes: int = 0
    total_bytes: int = 0
    done_files: int = 0
    total_files: int = 0
    rate: float = 0.0
    started: float = 0.0
    ended: float | None = None
    error: str = ""
    receipt: Receipt | None = None
    session: str = ""
    askers: list[str] = []
    asked: str = ""
