from __future__ import annotations

import pytest

from jupyter_artifacts.errors import NotFound


@pytest.fixture(name="run")
def _run(alice, made):
    return made(alice)


@pytest.fixture
def ended_run(alice, run):
    alice.call("experiments.move", **run, state="COMPLETED")
    return run


def everything(carrier):
    """All that the catalog says of alice's run."""
    return carrier.call("runs.get", user="alice", run="mnist")


def test_stop_asks_every_living_experiment(alice, run, ja):
    """A run of mine is asked to stop, and its state is said."""
    ended = ja("stop", "mnist")
    assert ended.status == 0
    assert ended.out == "asked 1 experiment of alice:mnist to stop: STOPPING_CANCELED\n"
    state = alice.call("experiments.get", **run).state
    assert state == "STOPPING_CANCELED"


def test_stop_of_what_has_ended_is_refused(ended_run, ja):
    """There is nothing to stop, and that is said."""
    ended = ja("stop", "mnist")
    assert ended.status == 1
    assert "it is COMPLETED already" in ended.err


@pytest.mark.parametrize("command", ["stop", "delete", "clone", "tag"])
def test_what_acts_on_a_run_takes_no_experiment(alice, run, ja, command):
    """An experiment's address never stands for its whole run."""
    before = everything(alice)
    ended = ja(command, "mnist-exp0")
    assert ended.status == 1
    assert "write alice:mnist)" in ended.err
    assert everything(alice) == before


@pytest.mark.parametrize(
    "command",
    [["stop", "alice:mnist"], ["tag", "alice:mnist", "good"]],
)
def test_others_runs_are_not_changed(alice, bob, run, ja, command):
    """Somebody else's run: refused with the reason, and nothing changed."""
    before = everything(alice)
    ended = ja(*command, user="bob")
    assert ended.status == 1
    assert ended.err == (
        "error: alice:mnist: only alice can change alice's run; ask alice, "
        "or clone it\n"
    )
    assert everything(alice) == before


def test_others_runs_are_not_deleted(alice, bob, ended_run, ja, home):
    """Refused before any question; rows and bytes stay."""
    before = everything(alice)
    ended = ja("delete", "alice:mnist", "--reason", "space", "--yes", user="bob")
    assert ended.status == 1
    assert "only alice can delete alice's run" in ended.err
    assert everything(alice) == before
    assert ja("cat", "mnist-exp0/metrics.json").out == '{"loss": 0.5}\n'


def test_an_owner_deletes_anothers_run_with_a_reason_only(alice, bob, made, ja):
    """Without a reason it is refused, with one it is done."""
    at = made(bob)
    bob.call("experiments.move", **at, state="COMPLETED")
    assert "needs a reason" in ja("delete", "bob:mnist").err
    assert bob.call("runs.get", user="bob", run="mnist")
    reason = ("--reason", "left the team")
    assert ja("delete", "bob:mnist", *reason, "--yes").status == 0
    with pytest.raises(NotFound):
        bob.call("runs.get", user="bob", run="mnist")


def test_delete_takes_the_bytes_with_it(alice, ended_run, ja, home):
    """The run's folder is gone with its rows."""
    folder = (
        home / "storage/experiments" / alice.call("experiments.get", **ended_run).id
    )
    assert folder.exists()
    ended = ja("delete", "mnist", "--yes")
    assert ended.status == 0
    assert ended.out == "deleted alice:mnist: 1 experiment, 3 files, 290 B\n"
    assert not folder.exists()
    assert ja("ls", "alice:mnist").status == 1


def test_a_run_that_lives_is_not_deleted(alice, run, ja):
    """It is refused with what to do first."""
    ended = ja("delete", "mnist", "--yes")
    assert ended.status == 1
    assert "jupyter artifacts stop alice:mnist" in ended.err
    assert everything(alice)


def test_nothing_is_deleted_where_nobody_can_be_asked(alice, ended_run, process):
    """A script must say --yes; without, nothing happens."""
    before = everything(alice)
    ended = process("delete", "alice:mnist")
    assert ended.status == 1
    assert "alice:mnist" in ended.err
    assert "--yes" in ended.err
    assert everything(alice) == before
    assert process("delete", "alice:mnist", "--yes").status == 0


@pytest.mark.parametrize(("answer", "status"), [(b"n\n", 130), (b"y\n", 0)])
def test_delete_asks_on_a_terminal(alice, ended_run, terminal, answer, status):
    """A terminal is asked, with what would be gone; "n" leaves everything."""
    ended = terminal("delete", "alice:mnist", answer=answer)
    assert "Delete alice:mnist: 1 experiment, 3 files, 290 B?" in ended.out
    assert ended.status == status
    if status:
        assert everything(alice)
    else:
        with pytest.raises(NotFound):
            everything(alice)


def test_nobody_is_asked_what_is_refused(alice, ended_run, terminal, monkeypatch):
    """Who may not delete a run is told so, not asked whether to."""
    alice.acting_as("bob")
    monkeypatch.setenv("JUPYTER_ARTIFACTS_USER", "bob")
    ended = terminal("delete", "alice:mnist", "--reason", "space", answer=b"y\n")
    assert ended.status == 1
    assert "?" not in ended.out
    assert everything(alice)


def test_delete_does_not_ask_when_told(ended_run, terminal):
    """--yes is an answer."""
    ended = terminal("delete", "alice:mnist", "--yes")
    assert ended.status == 0
    assert "?" not in ended.out


def test_clone_makes_a_queued_run_of_mine(alice, bob, made, ja):
    """Anyone's run can be cloned; what starts it is printed alone."""
    made(alice, script="train.py", arguments=["--lr", "0.1"], folder="/data/my work")
    ended = ja("clone", "alice:mnist", user="bob")
    assert ended.out == (
        "cd '/data/my work' && jupyter artifacts run --into bob:mnist "
        "train.py --lr 0.1\n"
    )
    assert "bob:mnist is queued, as alice:mnist was made" in ended.err
    assert bob.call("runs.get", user="bob", run="mnist").run.state == "QUEUED"


def test_a_clone_of_a_taken_name_says_so(run, ja):
    """The second of a name gets another, aloud."""
    ended = ja("clone", "mnist")
    assert "you have a run 'mnist' already" in ended.err
    assert "alice:mnist-1 is queued" in ended.err


def test_a_clone_may_have_another_name(alice, run, ja):
    """--name names it."""
    ja("clone", "mnist", "--name", "again")
    assert alice.call("runs.get", user="alice", run="again").run.state == "QUEUED"


def test_tags_are_added_and_removed(run, ja):
    """Tags add up; --remove takes some away; none prints them."""
    assert ja("tag", "mnist", "good", "baseline").out == "alice:mnist: baseline, good\n"
    assert ja("tag", "mnist", "fast").out == "alice:mnist: baseline, fast, good\n"
    assert ja("tag", "mnist", "--remove", "good").out == "alice:mnist: baseline, fast\n"
    assert ja("tag", "mnist").out == "alice:mnist: baseline, fast\n"


def test_a_tag_it_does_not_have_cannot_be_removed(run, ja):
    """The tags it has are named."""
    ja("tag", "mnist", "good")
    ended = ja("tag", "mnist", "--remove", "goood")
    assert ended.status == 1
    assert "it has good" in ended.err
