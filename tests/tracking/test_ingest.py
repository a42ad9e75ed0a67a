"""Who moves metrics from segment files into the catalog, and when."""

import threading

import pytest

from jupyter_artifacts.catalog.segments import SegmentWriter, encode_report
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.tracking.ingest import Ingester


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


def test_a_damaged_segment_stays_and_holds_up_no_other(
    alice, experiment, segment, capsys
):
    broken, sound = segment(), segment()
    broken.append(frame(experiment, 0)[:-1] + b"\xff" + frame(experiment, 1))
    sound.append(frame(experiment, 2))
    for writer in (broken, sound):
        writer.close()
    Ingester(alice.carrier).try_pass()
    assert alice.values("mnist", "training.loss") == [0.5]
    assert broken.path.exists()
    assert not sound.path.exists()
    assert "is damaged" in capsys.readouterr().err


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
