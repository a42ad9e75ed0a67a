"""Many files captured at once."""

import pytest

from jupyter_artifacts.errors import Gone, InvalidPath, Refused
from jupyter_artifacts.operations.capturing import FileToCapture

AT = ("alice", "mnist", 0)


def _files(tmp_path, count):
    made = []
    for number in range(count):
        source = tmp_path / f"f{number}"
        source.write_text("x" * number)
        made.append(FileToCapture(f"out/d{number % 3}/f{number}", source))
    return made


def test_the_counts_are_those_of_one_by_one(alice, run, tmp_path):
    """Files, bytes and folders add up."""
    alice.capture_many(*AT, _files(tmp_path, 1200))

    experiment = alice.call("experiments.get", user="alice", run="mnist", number=0)
    page = alice.call("files.tree", user="alice", run="mnist", number=0, prefix="out")
    assert experiment.file_count == 1200
    assert experiment.artifact_bytes == sum(range(1200))
    assert [entry.count for entry in page.items] == [400, 400, 400]


def test_capturing_again_makes_revisions(alice, run, tmp_path):
    """Known paths grow their revision, and are counted once."""
    files = _files(tmp_path, 3)
    alice.capture_many(*AT, files)

    again = alice.capture_many(*AT, [*files, *_files(tmp_path, 5)[3:]])

    experiment = alice.call("experiments.get", user="alice", run="mnist", number=0)
    assert [asset.revision for asset in again] == [2, 2, 2, 1, 1]
    assert experiment.file_count == 5


def test_one_bad_file_does_not_hold_up_the_others(alice, run, tmp_path):
    """Each file has its own answer, in order."""
    good = _files(tmp_path, 2)
    bad = [
        FileToCapture("gone", tmp_path / "nowhere"),
        FileToCapture("../out", good[0].source),
    ]

    answers = alice.capture_many(*AT, [good[0], *bad, good[1]])

    assert isinstance(answers[1], Gone)
    assert isinstance(answers[2], InvalidPath)
    assert [answers[0].path, answers[3].path] == ["out/d0/f0", "out/d1/f1"]


def test_what_was_listed_as_not_captured_is_not_any_more(alice, run, tmp_path):
    """Once it is captured after all."""
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.call("files.refuse", **at, path="out/d0/f0", reason="it was busy")

    alice.capture_many(*AT, _files(tmp_path, 1))

    assert alice.call("files.manifest", **at).uncaptured == []
    assert alice.call("experiments.get", **at).uncaptured == 0


def test_nobody_captures_into_anothers_run(bob, alice, run, tmp_path):
    """The permission is checked here too."""
    with pytest.raises(Refused, match="only alice"):
        bob.capture_many(*AT, _files(tmp_path, 1))
