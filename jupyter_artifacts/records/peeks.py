"""What a file holds, told from a few of its bytes."""

from __future__ import annotations

from jupyter_artifacts.records.base import Record
from jupyter_artifacts.records.texts import peek_text


class PeekColumn(Record, frozen=True, kw_only=True):
    """A column of a table.

    Attributes:
        name: with dots for what is nested.
        type: as the file says it.
        minimum: of all row groups, as text; "" when the file does not say.
        maximum: of all row groups, as text; "" when the file does not say.
        nulls: how many; None when the file does not say.
    """

    name: str
    type: str
    minimum: str = ""
    maximum: str = ""
    nulls: int | None = None


class PeekRowGroup(Record, frozen=True, kw_only=True):
    """A row group of a table: rows, and bytes before compression."""

    rows: int
    bytes: int


class PeekTensor(Record, frozen=True, kw_only=True):
    """An array or a tensor.

    Attributes:
        name: "" for the only one.
        dtype: as the file says it.
        shape: "[]" for a single number.
        bytes: of its numbers; 0 when they are objects.
        warning: what a reader must know, e.g. that it holds pickled objects.
    """

    name: str
    dtype: str
    shape: list[int]
    bytes: int
    warning: str = ""


class PeekEntry(Record, frozen=True, kw_only=True):
    """A line of an archive, which nobody extracted.

    Attributes:
        name: as the archive says it.
        kind: "file", "folder", "link", "hard link", "device", "pipe" or "other".
        size: bytes, as the archive claims.
        packed: bytes in the archive; None when it does not say.
        link: where a link points.
        modified: seconds since 1970; 0 when it does not say.
        warning: why it should not be extracted as it is; "" for no reason.
    """

    name: str
    kind: str
    size: int = 0
    packed: int | None = None
    link: str = ""
    modified: float = 0.0
    warning: str = ""


class Peek(Record, frozen=True, kw_only=True):
    """What a file holds.

    Attributes:
        address: of the file.
        kind: "parquet", "safetensors", "npy", "npz", "zip", "tar", "pickle",
            "image", "text", "empty" or "binary".
        size: bytes of the file.
        bytes_read: how many of them were read for this.
        summary: one sentence.
        details: what else it says of itself, e.g. its metadata.
        columns: of a table.
        row_groups: of a table.
        tensors: of arrays and tensors.
        entries: of an archive.
        head: the first lines of a text.
        tail: its last lines, where they are not among the first.
        imports: what loading it would import ("module.name"), of a pickle.
        left_out: what is not shown, a sentence each; nothing is left out unsaid.
    """

    address: str = ""
    kind: str
    size: int
    bytes_read: int = 0
    summary: str = ""
    details: dict[str, str] = {}
    columns: list[PeekColumn] = []
    row_groups: list[PeekRowGroup] = []
    tensors: list[PeekTensor] = []
    entries: list[PeekEntry] = []
    head: list[str] = []
    tail: list[str] = []
    imports: list[str] = []
    left_out: list[str] = []

    def __str__(self) -> str:
        """Return what it holds, a line each."""
        return peek_text(self)
