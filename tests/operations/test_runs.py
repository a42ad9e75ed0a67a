"""Runs and experiments, through the operations, on a real catalog."""

import pytest

from jupyter_artifacts.errors import (
    Conflict,
    IllegalTransition,
    InvalidAddress,
    InvalidRequest,
    NotFound,
    Refused,
)
from jupyter_artifacts.records.states import State


def test_a_started_run_is_found(alice, run):
    """What was started is in the search, one row an experiment."""
    page = alice.call("runs.search", query='user == "alice"')

    assert [row.address for row in page.items] == ["alice:mnist-exp0"]


def test_the_second_run_of_a_name_gets_a_number(alice, run):
    """The new name, and the one that was asked for, are both told."""
    second = alice.call("runs.start", name="MNIST").run

    assert (second.name, second.renamed_from) == ("MNIST-1", "MNIST")


def test_a_name_that_ends_like_an_experiment_is_refused(alice):
    """-exp0 at the end would make the address ambiguous."""
    with pytest.raises(InvalidAddress, match="names an experiment"):
        alice.call("runs.start", name="mnist-exp0")


def test_an_unknown_run_says_what_was_probably_meant(alice, run):
    """A slip of the finger finds its way."""
    with pytest.raises(NotFound, match="mnist"):
        alice.call("runs.get", user="alice", run="mnits")


def test_stopping_is_asked_for_and_said(alice, run):
    """A run that lives is stopping, with who asked."""
    stopped = alice.call("runs.stop", user="alice", run="mnist")

    experiment = stopped.experiments[0]
    assert experiment.state is State.STOPPING_CANCELED
    assert stopped.run.state is State.STOPPING_CANCELED


def test_others_cannot_stop_it(bob, alice, run):
    """Bob is refused with the reason, and nothing has changed."""
    with pytest.raises(Refused, match="only alice"):
        bob.call("runs.stop", user="alice", run="mnist")

    assert alice.call("runs.get", user="alice", run="mnist") == run


def test_stopping_twice_is_an_error_when_it_has_ended(alice, run):
    """There is nothing to stop any more."""
    _end(alice)

    with pytest.raises(Conflict, match="COMPLETED"):
        alice.call("runs.stop", user="alice", run="mnist")


def test_an_illegal_move_names_both_states(alice, run):
    """From an end nothing follows."""
    _end(alice)

    with pytest.raises(IllegalTransition, match="from COMPLETED to RUNNING"):
        alice.call(
            "experiments.move", user="alice", run="mnist", number=0, state="RUNNING"
        )


def test_a_living_run_is_not_deleted(alice, run):
    """It has to be stopped first."""
    with pytest.raises(Conflict, match="stop alice:mnist"):
        alice.call("runs.delete", user="alice", run="mnist")


def test_deleting_takes_the_bytes_along(alice, run, text_file):
    """Rows and bytes go; nothing of the run is left in the storage."""
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.call("files.capture", **at, path="a/note.txt", source=text_file)
    _end(alice)

    alice.call("runs.delete", user="alice", run="mnist")

    folder = f"experiments/{run.experiments[0].id}"
    assert alice.context.storage.folder(folder) is None
    with pytest.raises(NotFound):
        alice.call("runs.get", user="alice", run="mnist")


def test_deleting_leaves_other_runs_alone(alice, run, text_file):
    """Another run's file is still there."""
    other = alice.call("runs.start", name="other").experiments[0]
    at = {"user": "alice", "run": "other", "number": 0}
    alice.call("files.capture", **at, path="note.txt", source=text_file)
    _end(alice)

    alice.call("runs.delete", user="alice", run="mnist")

    key = f"experiments/{other.id}/artifacts/note.txt"
    assert alice.context.storage.size(key) == 5


def test_a_member_cannot_delete_anothers_run(alice, bob, run):
    """A reason does not help a member."""
    _end(alice)

    with pytest.raises(Refused, match="only alice can delete"):
        bob.call("runs.delete", user="alice", run="mnist", reason="in my way")


def test_everyone_may_clone(alice, bob, run):
    """Bob gets a queued run of his own, and the line that starts it."""
    alice.call("runs.start", name="train", script="train.py", arguments=["--lr", "1"])

    cloned = bob.call("runs.clone", user="alice", run="train")

    assert cloned.run.user == "bob"
    assert cloned.run.state is State.QUEUED
    assert cloned.run.cloned_from == "alice:train"
    assert cloned.command.endswith("run --into bob:train train.py --lr 1")


def test_the_line_that_starts_a_clone_is_safe_in_a_shell(alice, bob):
    """A hostile argument stays one argument."""
    alice.call("runs.start", name="x", script="a.py", arguments=["; rm -rf ~"])

    assert "'; rm -rf ~'" in bob.call("runs.clone", user="alice", run="x").command


def test_notes_are_merged_into_the_metadata(alice, run):
    """A second note keeps the first."""
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.call("experiments.note", **at, metadata={"a": 1})

    noted = alice.call("experiments.note", **at, metadata={"b": 2})

    assert noted.metadata == {"a": 1, "b": 2}


def test_a_page_has_a_limit(alice):
    """More than 1,000 rows at once is an error, not a silent cut."""
    with pytest.raises(InvalidRequest, match="1 to 1000"):
        alice.call("runs.search", limit=100_000)


def _end(carrier):
    carrier.call(
        "experiments.move", user="alice", run="mnist", number=0, state="COMPLETED"
    )
