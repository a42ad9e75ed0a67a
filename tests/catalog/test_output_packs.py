"""Where packs have the contents of experiments' outputs once more."""

import sqlite3
from contextlib import closing

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.records.assets import Asset
from jupyter_artifacts.records.states import State

A, B, C = (digest_of(content) for content in (b"a", b"b", b"c"))


def end(rows, experiment, now=100.0, files=1):
    for number in range(files):
        rows.assets.put(experiment.id, Asset(path=f"{number}", size=1), f"{number}")
    rows.experiments.move(experiment.id, State.COMPLETED, reason="", now=now)


def test_a_content_is_found_in_its_experiment_alone(
    rows, experiment, add_run, add_experiment
):
    other = add_experiment(rows, add_run(rows, name="other"))

    assert rows.output_packs.add("E0", "p1", [(A, 0), (B, 7)]) == 2

    found = rows.output_packs.find("E0", [A, B, C, ""])
    assert found == {A: ("p1", 0), B: ("p1", 7)}
    assert rows.output_packs.find(other.id, [A]) == {}
    assert rows.output_packs.find("deleted", [A]) == {}


def test_more_contents_than_a_statement_takes_are_found(rows, experiment):
    digests = [digest_of(b"%d" % number) for number in range(1500)]
    places = [(digest, number) for number, digest in enumerate(digests)]
    assert rows.output_packs.add("E0", "p1", places) == 1500

    found = rows.output_packs.find("E0", digests)

    assert found == {digest: ("p1", number) for digest, number in places}


def test_the_first_pack_of_a_content_stays(rows, experiment):
    rows.output_packs.add("E0", "p1", [(A, 0)])

    assert rows.output_packs.add("E0", "p2", [(A, 5), (B, 6)]) == 1
    assert rows.output_packs.add("E0", "p3", [(A, 5), (B, 6)]) == 0

    assert rows.output_packs.find("E0", [A, B]) == {A: ("p1", 0), B: ("p2", 6)}


def test_a_content_that_is_named_twice_has_one_place(rows, experiment):
    assert rows.output_packs.add("E0", "p1", [(A, 3), (A, 3)]) == 1


def test_packs_of_a_deleted_experiment_have_no_rows(
    catalog, add_run, add_experiment, settings
):
    with catalog.write() as rows:
        run = add_run(rows)
        experiment = add_experiment(rows, run, id="E0")
        rows.output_packs.add("E0", "p1", [(A, 0)])
        end(rows, experiment)
    with catalog.write() as rows:
        rows.runs.delete(run.id)
        assert rows.output_packs.add("E0", "p2", [(B, 0)]) == 0

    with closing(sqlite3.connect(settings.database)) as database:
        for table in ("output_packs", "unpacked_outputs"):
            counted = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - ours
            assert counted.fetchone() == (0,)


def test_only_what_ended_with_files_waits(rows, add_run, add_experiment):
    """So the list stays short, whoever many experiments there are."""
    run = add_run(rows)
    empty, lives, full = (add_experiment(rows, run) for _ in range(3))
    rows.assets.put(lives.id, Asset(path="a", size=1), "a")
    end(rows, empty, files=0)
    end(rows, full)

    assert rows.output_packs.waiting(100.0, limit=9) == [full.id]


def test_the_longest_waiting_come_first_and_those_of_one_run_alone(
    rows, add_run, add_experiment
):
    late, early = (add_experiment(rows, add_run(rows, name=name)) for name in "ab")
    end(rows, late, now=200.0)
    end(rows, early, now=100.0)

    assert rows.output_packs.waiting(300.0, limit=9) == [early.id, late.id]
    assert rows.output_packs.waiting(300.0, limit=1) == [early.id]
    assert rows.output_packs.waiting(199.0, limit=9) == [early.id]
    assert rows.output_packs.waiting(300.0, limit=9, run_id="alice/a") == [late.id]


def test_one_at_a_time_claims_an_experiment(rows, experiment):
    end(rows, experiment, now=100.0)

    assert rows.output_packs.claim("E0", 100.0, 700.0)
    assert not rows.output_packs.claim("E0", 101.0, 701.0)
    assert rows.output_packs.waiting(699.0, limit=9) == []
    rows.output_packs.postpone("E0", 900.0)
    assert not rows.output_packs.claim("E0", 899.0, 1500.0)
    assert rows.output_packs.claim("E0", 900.0, 1500.0)


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_settled_waits_never_again(rows, experiment, times):
    end(rows, experiment)
    for _ in range(times):
        rows.output_packs.settle("E0")

    assert rows.output_packs.waiting(1e12, limit=9) == []
    assert not rows.output_packs.claim("E0", 1e12, 2e12)
