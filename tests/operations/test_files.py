"""Files, checkpoints and logs of experiments."""

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    Conflict,
    Gone,
    InvalidPath,
    InvalidRequest,
    NotFound,
    Refused,
)

AT = {"user": "alice", "run": "mnist", "number": 0}


@pytest.fixture(name="captured")
def _captured(alice, run, text_file):
    return alice.call("files.capture", **AT, path="figures/note.txt", source=text_file)


def test_a_captured_file_has_its_digest(captured):
    """Size and digest are those of the bytes."""
    assert (captured.size, captured.digest) == (5, digest_of(b"hello"))


def test_capturing_again_is_the_next_revision(alice, captured, text_file):
    """The new bytes stand under the same path."""
    text_file.write_text("goodbye")

    again = alice.call("files.capture", **AT, path="figures/note.txt", source=text_file)

    assert (again.revision, again.size) == (2, 7)


def test_the_experiment_counts_its_files(alice, captured):
    """Files and bytes are in the experiment's row."""
    experiment = alice.call("experiments.get", **AT)

    assert (experiment.file_count, experiment.artifact_bytes) == (1, 5)


def test_reading_gives_the_bytes(bob, captured):
    """Everyone in the team may read."""
    content = bob.content("files.read", **AT, path="figures/note.txt")

    assert b"".join(content.read(1, 3)) == b"ell"


def test_only_the_owner_captures(bob, captured, text_file):
    """Bob cannot put a file into alice's experiment."""
    with pytest.raises(Refused, match="only alice"):
        bob.call("files.capture", **AT, path="x.txt", source=text_file)


def test_the_tree_is_listed_by_level(alice, captured):
    """Folders carry the size of what is below them, and whole addresses."""
    page = alice.call("files.tree", **AT)

    entry = page.items[0]
    assert (entry.kind, entry.name, entry.size) == ("folder", "figures", 5)
    assert entry.address == "runs/alice/mnist/exp0/files/figures"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a\\b", "a//b"])
def test_a_path_that_leaves_its_place_is_refused(alice, captured, path):
    """Reading, listing and capturing refuse it alike."""
    with pytest.raises(InvalidPath):
        alice.call("files.read", **AT, path=path)
    with pytest.raises(InvalidPath):
        alice.call("files.tree", **AT, prefix=path)


def test_bytes_removed_by_hand_are_gone(alice, run, captured):
    """The error says so, with the address."""
    key = f"experiments/{run.experiments[0].id}/artifacts/figures/note.txt"
    alice.context.storage.local_path(key).unlink()

    with pytest.raises(Gone, match=r"alice:mnist-exp0/figures/note\.txt"):
        alice.call("files.read", **AT, path="figures/note.txt")


def test_what_was_not_captured_is_listed(alice, run):
    """A refused file is in the manifest, with the reason."""
    alice.call("files.refuse", **AT, path="pipe", reason="it is no regular file")

    assert alice.call("files.manifest", **AT).uncaptured[0].path == "pipe"


def test_a_checkpoint_is_complete_only_when_it_is_said(alice, run, text_file):
    """ACTIVE while it is filled, COMPLETED with its resources after."""
    begun = alice.call("checkpoints.begin", **AT, steps_completed=10)
    at = {**AT, "uuid": begun.uuid}
    alice.call("checkpoints.capture", **at, path="model.bin", source=text_file)

    done = alice.call("checkpoints.complete", **at)

    assert begun.state == "ACTIVE"
    assert (done.state, done.resources) == ("COMPLETED", {"model.bin": 5})


def test_a_complete_checkpoint_does_not_change(alice, run, text_file):
    """Another file is refused."""
    begun = alice.call("checkpoints.begin", **AT, steps_completed=10)
    at = {**AT, "uuid": begun.uuid}
    alice.call("checkpoints.complete", **at)

    with pytest.raises(Conflict, match="COMPLETED"):
        alice.call("checkpoints.capture", **at, path="late.bin", source=text_file)


def test_logs_grow_and_are_read_in_ranges(alice, bob, run):
    """What was appended is there, in order."""
    alice.call("logs.append", **AT, stream="stdout", body=b"one\n")
    alice.call("logs.append", **AT, stream="stdout", body=b"two\n")

    content = bob.content("logs.read", **AT, stream="stdout")

    assert b"".join(content.read(4, 4)) == b"two\n"


def test_an_unknown_log_names_those_there_are(alice, run):
    """The error lists the streams."""
    with pytest.raises(NotFound, match="output, stdout, stderr"):
        alice.call("logs.read", **AT, stream="syslog")


def test_a_capture_without_a_file_is_refused(alice, run):
    """Bytes in memory are no file."""
    with pytest.raises(InvalidRequest, match="in a file"):
        alice.call("files.capture", **AT, path="x", body=b"abc")
