"""Who moves metrics from segment files into the catalog, and when."""

import threading

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from jupyter_artifacts.catalog.segments import (
    SegmentWriter,
    encode_report,
    segment_name,
)
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.tracking.ingest import Ingester
from jupyter_artifacts.tracking.recover import recover


@pytest.fixture(name="experiment")
def _experiment(alice):
    return alice.carrier.call("runs.start", name="mnist").experiments[0]


@pytest.fixture(name="segment")
def _segment(alice):
    """Make a registered segment."""

    def segment():
        path = alice.settings.spool / f"{new_id()}.seg"
        writer = SegmentWriter(path)
        alice.carrier.open_segment(path.stem, path)
        return writer

    return segment


def frame(experiment, step, loss=0.5):
    return encode_report(experiment.id, "training", step, 1.0, {"loss": loss})


def test_what_is_taken_in_twice_counts_once(alice, experiment, segment):
    writer = segment()
    writer.append(frame(experiment, 0))
    for _ in range(2):
        Ingester(alice.carrier).try_pass()
    writer.append(frame(experiment, 1))
    Ingester(alice.carrier).try_pass()
    assert alice.values("mnist", "training.loss") == [0.5, 0.5]
    assert alice.experiment("mnist").summary_metrics["training.loss"].count == 2
    writer.close()


def test_a_segment_goes_once_its_writer_has_gone(alice, experiment, segment):
    writer = segment()
    writer.append(frame(experiment, 0))
    Ingester(alice.carrier).try_pass()
    assert writer.path.exists()
    writer.close()
    Ingester(alice.carrier).try_pass()
    assert not writer.path.exists()
    assert alice.values("mnist", "training.loss") == [0.5]


def test_a_torn_last_frame_is_passed_over(alice, experiment, segment):
    writer = segment()
    writer.append(frame(experiment, 0))
    writer.close()
    with writer.path.open("ab") as file:
        file.write(frame(experiment, 1)[:-3])
    Ingester(alice.carrier).try_pass()
    assert alice.values("mnist", "training.loss") == [0.5]
    assert not writer.path.exists()


@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_damaged_frame_costs_no_other_and_is_noted(alice, experiment, at_the_end):
    """What is sound is taken in, and the experiment says how much is not."""
    run = alice.run("mnist").run
    path = alice.settings.spool / f"{segment_name(run.id)}.seg"
    broken = frame(experiment, 1)[:-1] + b"\xff"
    good = [frame(experiment, step, float(step)) for step in (0, 2)]
    if at_the_end:
        path.write_bytes(b"".join(good) + broken)
    else:
        path.write_bytes(good[0] + broken + good[1])
    for _ in range(2):
        Ingester(alice.carrier).try_pass()
    assert alice.values("mnist", "training.loss") == [0.0, 2.0]
    assert alice.experiment("mnist").metadata == {"damaged_metric_bytes": len(broken)}
    assert not path.exists()


def test_readers_of_a_tail_see_what_is_sound(alice, experiment, segment):
    """A damaged frame that is not taken in yet hides no other one."""
    writer = segment()
    broken = frame(experiment, 1)[:-1] + b"\xff"
    writer.append(frame(experiment, 0) + broken + frame(experiment, 2))
    assert alice.values("mnist", "training.loss") == [0.5, 0.5]
    writer.close()


def test_another_s_metrics_are_refused_and_hold_up_nobody(alice, experiment, capsys):
    """A segment of bob's that reports on alice's experiment changes nothing there."""
    bob = alice.carrier.acting_as("bob")
    theirs = bob.call("runs.start", name="mine")
    spool = alice.settings.spool
    bad = spool / f"{segment_name(theirs.run.id)}.seg"
    bad.write_bytes(frame(theirs.experiments[0], 0) + frame(experiment, 0, -666.0))
    good = spool / f"{segment_name(theirs.run.id)}.seg"
    good.write_bytes(frame(theirs.experiments[0], 1))
    Ingester(alice.carrier).try_pass()
    assert alice.experiment("mnist").summary_metrics == {}
    at = {"user": "bob", "run": "mine", "number": 0}
    assert bob.call("experiments.get", **at).summary_metrics["training.loss"].count == 1
    assert (bad.exists(), good.exists()) == (True, False)
    assert "bob reports metrics of an experiment of alice" in capsys.readouterr().err


def test_a_file_that_nobody_registered_is_found_by_its_name(alice, experiment):
    run = alice.run("mnist").run
    path = alice.settings.spool / f"{segment_name(run.id)}.seg"
    path.write_bytes(frame(experiment, 0))
    recover(alice.settings)
    assert alice.values("mnist", "training.loss") == [0.5]
    assert not path.exists()


def test_what_was_logged_to_a_deleted_run_goes_with_it(alice, capsys):
    started = alice.carrier.call("runs.start", name="gone", state="QUEUED")
    path = alice.settings.spool / f"{segment_name(started.run.id)}.seg"
    path.write_bytes(frame(started.experiments[0], 0))
    alice.carrier.call("runs.delete", user="alice", run="gone")
    recover(alice.settings)
    assert not path.exists()
    assert capsys.readouterr().err == ""


def test_a_run_s_metrics_wait_for_no_lease(alice, experiment):
    """At its end they are summed up, though another process holds the lease."""
    run = alice.run("mnist").run
    path = alice.settings.spool / f"{segment_name(run.id)}.seg"
    path.write_bytes(frame(experiment, 0))
    with Ingester(alice.carrier).lease() as held:
        assert held
        Ingester(alice.carrier).drain(run.id)
    assert alice.experiment("mnist").summary_metrics["training.loss"].count == 1
    assert not path.exists()


def test_two_may_take_in_the_same_segment_at_once(alice, experiment):
    """Nothing doubles, and nothing is lost."""
    run = alice.run("mnist").run
    for _ in range(5):
        path = alice.settings.spool / f"{segment_name(run.id)}.seg"
        path.write_bytes(b"".join(frame(experiment, step) for step in range(2000)))
    crowd = [
        threading.Thread(target=Ingester(alice.carrier).drain, args=(run.id,))
        for _ in range(4)
    ]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert alice.experiment("mnist").summary_metrics["training.loss"].count == 10_000
    assert not list(alice.settings.spool.glob("*.seg"))


def test_many_segments_are_taken_in_by_few_statements(alice, experiment):
    """A hundred live processes with ten metrics each share transactions."""
    run = alice.run("mnist").run
    spool = alice.settings.spool
    values = {f"m{n}": 1.0 for n in range(10)}
    for step in range(20):
        data = encode_report(experiment.id, "training", step, 1.0, values)
        path = spool / f"{segment_name(run.id)}.seg"
        path.write_bytes(data)
        alice.carrier.open_segment(path.stem, path)
    carrier = alice.carrier
    statements = []

    def count(_connection, _cursor, text, *_rest):
        statements.append(text)

    event.listen(Engine, "before_cursor_execute", count)
    Ingester(carrier).try_pass()
    event.remove(Engine, "before_cursor_execute", count)
    assert len([text for text in statements if text.startswith("BEGIN")]) <= 4
    assert len(statements) / 20 < 25
    assert alice.experiment("mnist").summary_metrics["training.m9"].count == 20


def test_only_one_ingester_holds_the_lease(alice, experiment, segment):
    writer = segment()
    writer.append(frame(experiment, 0))
    server = Ingester(alice.carrier)
    with server.lease() as held:
        assert held
        with Ingester(alice.carrier).lease() as again:
            assert not again
    writer.close()


def test_a_server_s_ingester_takes_in_what_a_script_logs(alice):
    stop = threading.Event()
    ingester = Ingester(alice.carrier)
    server = threading.Thread(target=ingester.run_forever, args=(stop,))
    server.start()
    try:
        alice.through(
            """
            import jupyter_artifacts as ja
            with ja.start_run("mnist") as run:
                for step in range(100):
                    run.log({"loss": step}, step=step)
            """
        )
        alice.wait(lambda: not list(alice.settings.spool.glob("*.seg")))
    finally:
        stop.set()
        server.join()
    assert alice.values("mnist", "training.loss") == list(range(100))
