"""A run's small files in packs, in a bucket, after its end."""

import logging
import threading
import uuid
from dataclasses import replace

import psutil
import pytest

from jupyter_artifacts.operations.output_packing import HELD
from jupyter_artifacts.records.states import State
from jupyter_artifacts.server.upkeep import Upkeep
from jupyter_artifacts.tracking.papers import papers_folder
from tests.servers import faults
from tests.servers.proxy import proxy

TRAIN = """
    from pathlib import Path
    import jupyter_artifacts as ja

    with ja.start_run("mnist"):
        for number in range(300):
            path = Path(f"figures/{number % 3}/{number:03}.txt")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{number} " * number)
"""
FILES = {f"figures/{n % 3}/{n:03}.txt": (f"{n} " * n).encode() for n in range(300)}


@pytest.fixture(name="between")
def _between(moto_server, monkeypatch):
    """A proxy before the store; the environment says where it is."""
    with proxy(moto_server) as between:
        for name, value in between.server.environment().items():
            monkeypatch.setenv(name, value)
        yield between


@pytest.fixture(name="bucket")
def _bucket(moto_server, between):
    """The name of a new bucket."""
    name = moto_server.make_bucket(f"runs-{uuid.uuid4().hex[:12]}")
    yield name
    moto_server.remove_bucket(name)


@pytest.fixture(name="afar")
def _afar(alice, bucket):
    """Alice, whose bytes are in the bucket."""
    alice.settings = replace(alice.settings, storage=f"s3://{bucket}/team")
    alice.settings.prepare()
    return alice


@pytest.fixture(name="held")
def _held(between):
    """Keeps packs from being stored until it is set."""
    go_on = threading.Event()
    between.fault(faults.Before(go_on.wait), "PUT", "/packs/", times=None)
    yield go_on
    go_on.set()


def packs(between, bucket):
    """Return the keys of all packs."""
    listed = between.store.client().list_objects_v2(Bucket=bucket)
    keys = [each["Key"] for each in listed.get("Contents", [])]
    return [key for key in keys if "/packs/" in key]


def waiting(afar):
    with afar.carrier.context.catalog.read() as rows:
        return rows.output_packs.waiting(1e12, limit=9)


def download(afar, between, to):
    """Return what arrived and how many GETs that took."""
    carrier = afar.carrier
    between.forget()
    carrier.carry_out(carrier.plan(address="alice:mnist-exp0", to=str(to)))
    return {
        str(path.relative_to(to)): path.read_bytes() for path in to.rglob("*.txt")
    }, between.count("GET")


def test_files_of_a_run_that_has_ended_are_downloaded_by_few_requests(
    afar, between, bucket, tmp_path
):
    afar.through(TRAIN)
    afar.wait(lambda: not waiting(afar), "for its packs")

    assert len(packs(between, bucket)) == 1
    assert download(afar, between, tmp_path / "to") == (FILES, 1)


def test_nobody_waits_for_packs(afar, between, bucket, held):
    """Neither the script nor who asks for its state."""
    afar.through(TRAIN)

    assert afar.experiment("mnist").state is State.COMPLETED
    assert len(afar.files("mnist")) == 300
    afar.wait(lambda: between.count("PUT", "/packs/"), "for a pack on its way")
    assert packs(between, bucket) == []
    held.set()
    afar.wait(lambda: not waiting(afar), "for its packs")


def test_what_a_killed_companion_left_a_server_packs(
    afar, between, bucket, held, tmp_path
):
    afar.through(TRAIN)
    afar.wait(lambda: between.count("PUT", "/packs/"), "for a pack on its way")
    folder = str(papers_folder(afar.settings))
    (companion,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if (process.info["cmdline"] or [""])[-1].startswith(folder)
    ]
    companion.kill()
    psutil.wait_procs([companion], timeout=10)
    held.set()
    catalog = afar.carrier.context.catalog
    (experiment,) = waiting(afar)
    with catalog.write() as rows:  # as long ago as a server waits
        now = afar.carrier.context.clock()
        rows.output_packs.postpone(experiment, now - HELD)

    upkeep = Upkeep(afar.settings, logging.getLogger("test"))
    upkeep.start(catalog)
    try:
        afar.wait(lambda: not waiting(afar), "for the server's packs")
    finally:
        upkeep.stop()

    files, asked = download(afar, between, tmp_path / "to")
    assert files == FILES
    assert asked <= 2
