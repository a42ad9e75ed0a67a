from __future__ import annotations

import msgspec
import pytest

from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.records.runs import Experiment

FIELDS = {field.name for field in msgspec.structs.fields(Experiment)}


@pytest.fixture
def team(alice, bob, made):
    """Of alice one that runs and one that is done; of bob one that runs."""
    made(alice, "running")
    done = made(alice, "done")
    alice.call("experiments.move", **done, state="COMPLETED")
    made(bob, "bobs")


def addresses(ended):
    return [experiment["address"] for experiment in ended.json]


def test_status_shows_mine(team, ja):
    """What is running, without what is done and without what others run."""
    assert addresses(ja("status", "--json")) == ["alice:running-exp0"]


def test_status_of_everyone(team, ja):
    """--global shows what anyone runs."""
    found = addresses(ja("status", "--global", "--json"))
    assert sorted(found) == ["alice:running-exp0", "bob:bobs-exp0"]


def test_status_of_somebody(team, ja):
    """--global USER shows what that one runs."""
    assert addresses(ja("status", "--global", "bob", "--json")) == ["bob:bobs-exp0"]


def test_status_of_nobody(team, ja):
    """An unknown user is an error that names who is near."""
    ended = ja("status", "--global", "bobb")
    assert ended.status == 1
    assert ended.err == "error: bobb: the team has no member bobb (did you mean bob?)\n"


def test_status_of_a_run(team, ja):
    """With a run, its experiments, those that have ended too."""
    assert addresses(ja("status", "done", "--json")) == ["alice:done-exp0"]


def test_status_of_a_run_of_everyone_is_wrong_usage(team, ja):
    """A run's address names its user, so --global beside it makes no sense."""
    assert ja("status", "alice:done", "--global").status == 2


def test_history_shows_what_is_done(team, ja):
    """What has ended, and only that."""
    assert addresses(ja("history", "--json")) == ["alice:done-exp0"]


def test_json_has_the_records_fields(team, ja):
    """A program finds the record's own fields, all of them."""
    (experiment,) = ja("history", "--json").json
    assert set(experiment) == FIELDS


def test_the_table_has_a_row_each(team, ja):
    """People get one row an experiment, and its count beside it."""
    ended = ja("status", "--global")
    assert ended.lines[0].split() == [
        *("EXPERIMENT", "STATE", "STARTED", "TIME", "LAST", "STEP", "FILES", "SIZE")
    ]
    assert len(ended.lines) == 3
    assert ended.err == "2 experiments\n"


def test_nothing_is_said_to_be_nothing(alice, ja):
    """An empty answer says so, and as JSON is an empty list."""
    assert ja("status").err == "nothing of alice is running\n"
    assert ja("status", "--json").json == []


def test_what_a_limit_leaves_out_is_said(alice, made, ja):
    """A shortened history says how much there is."""
    for _ in range(3):
        at = made(alice)
        alice.call("experiments.move", **at, state="COMPLETED")
    ended = ja("history", "--limit", "2")
    assert len(ended.lines) == 3
    assert "2 of 3 are shown" in ended.err
    assert "are shown" not in ja("history", "--limit", "3").err


REASON = f"ValueError: {'the learning rate was far too large, ' * 4}so it diverged"


@pytest.fixture
def broken(alice, made):
    """An experiment that ended with a reason, and a file that was not captured."""
    at = made(alice)
    alice.call("files.refuse", **at, path="socket", reason="it is no regular file")
    reason = f"{REASON}\nand more of it"
    alice.call("experiments.move", **at, state="ERRORED", reason=reason)
    return at


@pytest.mark.parametrize(
    "command", [["status", "mnist"], ["history"], ["ls", "mnist"]], ids=" ".join
)
def test_why_it_ended_and_what_is_missing_are_shown(broken, ja, command):
    """Its reason's first line, and how many files were not captured."""
    _, row, why = ja(*command).lines
    assert "3 (1 not captured)" in row
    assert why == f"alice:mnist-exp0 ERRORED: {REASON}"


def test_a_reason_is_cut_at_the_terminals_width_and_no_address_is(broken, terminal):
    """One line an experiment, that says where it was cut."""
    ended = terminal("history")
    *_, row, why = (line for line in ended.lines if "alice:mnist-exp0" in line)
    assert "3 (1 not captured)" in row
    assert why.startswith("alice:mnist-exp0 ERRORED: ValueError: ")
    assert len(why) == 120
    assert why.endswith("…")


def test_what_waits_has_not_started(alice, ja):
    """A queued experiment has no start and no time; nothing logged is no step."""
    alice.call("runs.start", name="later", state="QUEUED")
    row = ja("status", "later").lines[1].split()
    assert row[:5] == ["alice:later-exp0", "QUEUED", "—", "—", "—"]
    assert " — " in ja("ls").lines[1]


def test_the_last_step_is_said_once_there_is_one(alice, made, ja):
    """Step 0 is a step; no metric is none."""
    made(alice)
    assert ja("status").lines[1].split()[-4] == "—"
    record = alice.call("experiments.get", user="alice", run="mnist", number=0)
    frame = encode_report(record.id, "training", 0, 1e9, {"loss": 0.5})
    alice.call("metrics.report", segment="s", offset=0, body=frame)
    assert ja("status").lines[1].split()[-4] == "0"
