import os
import signal
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.catalog.sqlite import sqlite_engine
from jupyter_artifacts.errors import NoSpace

WRITE = """
import sys
from pathlib import Path
from jupyter_artifacts.catalog.catalog import Catalog
catalog = Catalog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    with catalog.write() as rows:
        rows.events.add("run", "created", f"{sys.argv[2]} {number}", float(number))
    if number == 5:
        print("going", flush=True)
"""


def writer(catalog, name, count):
    command = [sys.executable, "-c", WRITE, str(catalog.database), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def addresses(catalog):
    with catalog.read() as rows:
        return [event.address for event in rows.events.since(0, limit=10**6)]


def is_sound(catalog):
    engine = sqlite_engine(catalog.database)
    with engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    engine.dispose()
    return verdict == "ok"


def test_processes_and_threads_that_write_at_once_lose_nothing(catalog):
    """Three processes and three threads, a hundred commits each: all are there."""
    processes = [writer(catalog, f"process{number}", 100) for number in range(3)]

    def work(name):
        for number in range(100):
            with catalog.write() as rows:
                rows.events.add("run", "created", f"{name} {number}", 0.0)

    threads = [threading.Thread(target=work, args=(f"thread{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    found = addresses(catalog)
    assert len(found) == 600
    for name in ("process0", "process2", "thread0", "thread2"):
        mine = [item for item in found if item.startswith(f"{name} ")]
        assert mine == [f"{name} {number}" for number in range(100)]


def test_a_killed_writer_leaves_a_sound_catalog(catalog):
    """After kill -9 in mid-write what was committed is there, and others go on."""
    with writer(catalog, "killed", 10**6) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    found = addresses(catalog)
    assert found == [f"killed {number}" for number in range(len(found))]
    assert len(found) >= 6
    assert is_sound(catalog)
    with catalog.write() as rows:
        rows.events.add("run", "created", "after", 0.0)
    assert addresses(catalog)[-1] == "after"


def test_an_exception_undoes_the_whole_transaction(catalog, add_run):
    """Nothing of a transaction that failed is seen."""

    def fail():
        with catalog.write() as rows:
            add_run(rows)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with catalog.read() as rows, pytest.raises(LookupError):
        rows.runs.by_id("alice/mnist")


def test_a_snapshot_does_not_see_what_is_committed_meanwhile(catalog):
    """A reader sees one moment, however long it reads."""
    with catalog.read() as rows:
        assert rows.events.newest() == 0
        with catalog.write() as writing:
            writing.events.add("run", "created", "x", 0.0)
        assert rows.events.newest() == 0
    with catalog.read() as rows:
        assert rows.events.newest() == 1


def test_every_commit_is_noticed(catalog, settings):
    """The data version differs after a commit of ours or of another's, else not."""
    version = catalog.data_version()
    assert catalog.data_version() == version
    with catalog.read() as rows:
        rows.events.newest()
    assert catalog.data_version() == version
    for committing in (catalog, Catalog(settings.database)):
        with closing(committing) if committing is not catalog else closing(Nothing()):
            with committing.write() as rows:
                rows.events.add("run", "created", "x", 0.0)
            assert catalog.data_version() != version
            version = catalog.data_version()


class Nothing:
    def close(self):
        """Close nothing."""


def test_a_forked_child_uses_the_catalog_too(catalog):
    """After a fork, child and parent write each through connections of their own."""
    with catalog.write() as rows:
        rows.events.add("run", "created", "before", 0.0)
    child = os.fork()
    if child == 0:
        try:
            with catalog.write() as rows:
                rows.events.add("run", "created", "child", 0.0)
            os._exit(0)
        except BaseException:  # noqa: BLE001  a child must not run pytest's own end
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    with catalog.write() as rows:
        rows.events.add("run", "created", "parent", 0.0)
    assert addresses(catalog) == ["before", "child", "parent"]
    assert is_sound(catalog)


@pytest.fixture(name="small_disk")
def _small_disk(tmp_path):
    """A file system of 2 MB of its own; only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk, settings, add_run):
    """When the disk is full a write says so; what was committed stays readable."""
    from dataclasses import replace

    catalog = Catalog.open(replace(settings, home=small_disk))
    kept: list[int] = []

    def fill():
        while True:
            with catalog.write() as rows:
                rows.events.add("run", "created", "x" * 20_000, 0.0)
            kept.append(len(kept))

    with pytest.raises(NoSpace, match="disk is full"):
        fill()
    with catalog.read() as rows:
        assert len(rows.events.since(0)) == len(kept) > 0
    assert is_sound(catalog)
    catalog.close()


def test_ingest_by_two_at_once_takes_everything_in_once(
    catalog, add_run, add_experiment
):
    """Two ingesters of one segment, each from where it believes: no point doubles."""
    with catalog.write() as rows:
        add_experiment(rows, add_run(rows), id="E0")
        rows.metrics.open_segment("S", "", "alice")
    reports = [encode_report("E0", "g", step, 0.0, {"x": 1.0}) for step in range(60)]
    data = b"".join(reports)

    def work():
        offset = 0
        while offset < len(data):
            with catalog.write() as rows:
                frames = data[offset : offset + 3 * len(reports[0])]
                offset = rows.metrics.ingest("S", offset, frames)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read() as rows:
        assert rows.metrics.points("E0", "g", "x").steps.tolist() == list(range(60))
