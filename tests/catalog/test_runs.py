import pytest

from jupyter_artifacts.errors import (
    IllegalTransition,
    InvalidAddress,
    InvalidRequest,
    NotFound,
)
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.states import State


def test_a_taken_name_gets_a_number(rows, add_run):
    """Names are unique for their owner, ignoring case; the asked one is kept."""
    names = [
        add_run(rows, "alice", name, id=str(number))
        for number, name in enumerate(["mnist", "MNIST", "mnist", "mnist-1"])
    ]
    assert [run.name for run in names] == ["mnist", "MNIST-1", "mnist-2", "mnist-1-1"]
    assert [run.renamed_from for run in names] == ["", "MNIST", "mnist", "mnist-1"]
    assert names[1].address == "alice:MNIST-1"
    assert add_run(rows, "bob", "mnist").renamed_from == ""
    long = add_run(rows, "alice", "x" * 128)
    assert len(add_run(rows, "alice", "x" * 128, id="long").name) == 128
    assert rows.runs.get("ALICE", long.name.upper()).id == long.id


def test_a_name_that_no_address_has_is_refused(rows, add_run):
    """A run cannot be called as an experiment is."""
    with pytest.raises(InvalidAddress):
        add_run(rows, "alice", "x-exp0")


def test_a_missing_run_names_a_near_one(rows, add_run):
    """What is not there raises with the address and the name probably meant."""
    add_run(rows)
    with pytest.raises(NotFound, match=r"alice:mnits.*did you mean mnist"):
        rows.runs.get("alice", "mnits")
    with pytest.raises(NotFound, match="no member bob"):
        rows.runs.get("bob", "mnist")
    with pytest.raises(NotFound):
        rows.runs.of_user("bob", limit=1, cursor=None)


def test_runs_are_listed_newest_first_page_by_page(rows, add_run):
    """Every run comes once, whatever the size of a page."""
    for number in range(5):
        add_run(rows, id=str(number), created=float(number // 2))
    cursor, found = None, []
    while True:
        page = rows.runs.of_user("alice", limit=2, cursor=cursor)
        assert page.total == 5
        found += [run.id for run in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == ["4", "3", "2", "1", "0"]
    rows.members.ensure("bob", "", 1.0)
    assert rows.runs.of_user("bob", limit=2, cursor=None).items == []


def test_experiments_are_numbered_and_inherit_from_their_run(
    rows, add_run, add_experiment
):
    """exp0, exp1, … with the run's owner, name and tags."""
    run = add_run(rows, tags=["b", "a"])
    first = add_experiment(rows, run)
    second = add_experiment(rows, run)
    assert (first.address, second.address) == ("alice:mnist-exp0", "alice:mnist-exp1")
    assert second.tags == ["a", "b"]
    assert rows.experiments.get("ALICE", "Mnist", 1) == second
    assert rows.experiments.of_run(run.id) == [first, second]
    assert rows.runs.by_id(run.id).experiments == 2
    with pytest.raises(NotFound, match=r"2 experiments.*alice:mnist-exp1"):
        rows.experiments.get("alice", "mnist", 2)


def test_a_run_is_as_alive_as_its_experiments(rows, add_run, add_experiment):
    """The run's state is the sum; it ends when the last experiment does."""
    run = add_run(rows)
    ids = [add_experiment(rows, run).id for _ in range(2)]
    assert rows.runs.by_id(run.id).state is State.RUNNING
    rows.experiments.move(ids[0], State.ERRORED, reason="it broke", now=20.0)
    assert rows.runs.by_id(run.id).ended is None
    assert [item.id for item in rows.experiments.unended()] == [ids[1]]
    rows.experiments.move(ids[1], State.COMPLETED, reason="", now=30.0)
    ended = rows.runs.by_id(run.id)
    assert (ended.state, ended.ended) == (State.ERRORED, 30.0)
    broken = rows.experiments.by_id(ids[0])
    assert (broken.exit_reason, broken.ended) == ("it broke", 20.0)
    assert rows.experiments.unended() == []


def test_pauses_are_no_wall_clock_time(rows, experiment):
    """Only the time that it ran counts."""
    moves = [(State.PAUSED, 15.0), (State.RUNNING, 100.0)]
    moves += [(State.STOPPING_CANCELED, 102.0), (State.CANCELED, 103.0)]
    for state, now in moves:
        rows.experiments.move("E0", state, reason="", now=now)
    assert rows.experiments.by_id("E0").wall_clock_time == 8.0


def test_an_illegal_move_changes_nothing(rows, experiment):
    """The table of moves is asked, and the error names both states."""
    rows.experiments.move("E0", State.COMPLETED, reason="", now=20.0)
    before = rows.experiments.by_id("E0")
    with pytest.raises(IllegalTransition, match="COMPLETED to RUNNING"):
        rows.experiments.move("E0", State.RUNNING, reason="", now=30.0)
    assert rows.experiments.by_id("E0") == before


def test_fields_are_set_and_numbers_travel(rows, experiment):
    """What is set is there when read again; each change counts a revision."""
    changed = rows.experiments.change(
        "E0", params={"lr": {"$number": "NaN"}}, runner_state="training", task_ids=["1"]
    )
    assert changed.params == {"lr": {"$number": "NaN"}}
    assert changed.runner_state == "training"
    assert changed.revision == experiment.revision + 1
    assert rows.experiments.by_id("E0") == changed


@pytest.mark.parametrize(
    "fields",
    [{"state": "RUNNING"}, {"colour": 1}, {"params": {"x": object()}}],
)
def test_what_cannot_be_set_is_refused(rows, experiment, fields):
    """Fields that others decide, unknown ones, and what JSON cannot say."""
    with pytest.raises(InvalidRequest):
        rows.experiments.change("E0", **fields)


def test_deleting_a_run_deletes_every_row_below_it(rows, experiment):
    """Its experiments, files and fields are gone; the answer names the experiments."""
    rows.assets.put("E0", Asset(path="a/b.txt", size=3), "key")
    assert rows.runs.delete("alice/mnist") == ["E0"]
    with pytest.raises(NotFound):
        rows.experiments.by_id("E0")
    assert rows.assets.all("E0") == []
    assert "params.lr" not in {field.name for field in rows.experiments.fields()}
    with pytest.raises(NotFound):
        rows.runs.delete("alice/mnist")
