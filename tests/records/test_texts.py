"""Records as IPython and print show them."""

import pytest
from IPython.lib.pretty import pretty

from jupyter_artifacts.records.artifacts import ArtifactDiff, DiffLine
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.base import Ok
from jupyter_artifacts.records.peeks import Peek, PeekColumn, PeekTensor
from jupyter_artifacts.records.transfers import Receipt

RECEIPT = Receipt(
    address="my-model@v1",
    to="/data",
    files=[],
    bytes=3,
    started=0.0,
    ended=1.0,
    path="/data/r.json",
    outcomes={"link": 1, "written": 9},
    checks={"blake3": 10},
)


def changed(path):
    return DiffLine(path=path, change="changed", kind=AssetKind.FILE)


def test_a_receipt_says_what_was_done_and_checked():
    assert str(RECEIPT).splitlines() == [
        "my-model@v1 → /data",
        "  outcome  9 written, 1 link",
        "  checked  10 blake3",
        "  receipt  /data/r.json",
    ]


@pytest.mark.parametrize("record", [RECEIPT, Ok(message="done")])
def test_ipython_shows_what_print_prints(record):
    assert pretty(record) == str(record)


def test_a_diff_counts_the_lines_it_leaves_out():
    lines = [changed(f"f{number}") for number in range(30)]
    diff = ArtifactDiff(before="m@v0", after="m@v1", lines=lines, left_out=5)
    shown = str(diff).splitlines()
    assert shown[0] == "~ f0"
    assert shown[20] == "… and 15 more"
    assert shown[21].startswith("m@v0 → m@v1: 0 added")


def test_a_peek_shows_columns_and_tensors():
    columns = [PeekColumn(name="x", type="int64", minimum="0", maximum="9")]
    tensors = [PeekTensor(name="w", dtype="F32", shape=[2, 3], bytes=24)]
    peek = Peek(kind="x", size=1, summary="all", columns=columns, tensors=tensors)
    assert str(peek).splitlines() == ["all", "  x  int64  0 … 9", "  w  F32  2 x 3"]


def test_nothing_in_a_text_steers_the_terminal():
    peek = Peek(kind="text", size=1, summary="text", head=["a\x1b[31mb\tc"])
    assert str(peek).splitlines()[1] == "  a\ufffd[31mb\tc"
