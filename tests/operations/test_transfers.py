"""Plans and transfers, through the operations."""

import dataclasses
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from msgspec.structs import replace

from jupyter_artifacts.errors import (
    InvalidAddress,
    InvalidPath,
    NotFound,
    Refused,
    WouldOverwrite,
)
from jupyter_artifacts.operations.all import TABLE
from jupyter_artifacts.operations.carrying import end_abandoned
from jupyter_artifacts.operations.table import Kind
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.records.transfers import Transfer, TransferState
from jupyter_artifacts.transfer.saving import ToSave
from tests.servers.s3 import S3Server

AT = {"user": "alice", "run": "mnist", "number": 0}


@pytest.fixture(name="files")
def _files(alice, run, tmp_path):
    for path in ("a.txt", "figures/deep/loss.png", "figures/acc.png"):
        source = tmp_path / "made"
        source.write_text(path)
        alice.call("files.capture", **AT, path=path, source=source)


def _targets(carrier, address, tmp_path, **more):
    plan = carrier.call(
        "transfers.plan", address=address, to=str(tmp_path / "to"), **more
    )
    return sorted(file.target for file in plan.files)


def test_an_experiment_gives_its_files(bob, files, tmp_path):
    """Paths are as in the experiment."""
    assert _targets(bob, "alice:mnist-exp0", tmp_path) == [
        "a.txt",
        "figures/acc.png",
        "figures/deep/loss.png",
    ]


def test_a_run_gives_a_folder_for_each_experiment(bob, files, tmp_path):
    """So that no two meet."""
    found = _targets(bob, "alice:mnist", tmp_path)

    assert found[0] == "exp0/a.txt"


def test_a_folder_keeps_its_last_part(bob, files, tmp_path):
    """As `cp -r` does."""
    found = _targets(bob, "alice:mnist-exp0/figures/deep", tmp_path)

    assert found == ["deep/loss.png"]


def test_a_file_keeps_its_name(bob, files, tmp_path):
    """As `cp` does."""
    assert _targets(bob, "alice:mnist-exp0/figures/acc.png", tmp_path) == ["acc.png"]


def test_globs_choose(bob, files, tmp_path):
    """What is included, less what is excluded."""
    found = _targets(
        bob, "alice:mnist-exp0", tmp_path, include=["*.png"], exclude=["acc*"]
    )

    assert found == ["figures/deep/loss.png"]


def test_an_unknown_file_says_how_to_look(bob, files, tmp_path):
    """The hint lists the experiment."""
    with pytest.raises(NotFound, match="ls alice:mnist-exp0"):
        _targets(bob, "alice:mnist-exp0/nothing.txt", tmp_path)


def test_a_user_is_nothing_to_download(bob, files, tmp_path):
    """Too much at once, and no files of its own."""
    with pytest.raises(InvalidAddress, match="no files of its own"):
        _targets(bob, "runs/alice", tmp_path)


def test_a_transfer_ends_with_a_receipt(bob, files, tmp_path):
    """Every file was checked by its digest."""
    started = bob.call(
        "transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "to")
    )

    done = bob.call("transfers.get", transfer=started.id)
    assert done.state == "done"
    assert {file.check for file in done.receipt.files} == {"blake3"}
    assert (tmp_path / "to/figures/deep/loss.png").read_text() == (
        "figures/deep/loss.png"
    )


def test_a_file_in_the_way_is_refused_before_anything_moves(bob, files, tmp_path):
    """Nothing is written beside it."""
    (tmp_path / "to").mkdir()
    (tmp_path / "to/a.txt").write_text("mine")

    with pytest.raises(WouldOverwrite, match=r"a\.txt"):
        bob.call("transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "to"))

    assert [path.name for path in (tmp_path / "to").iterdir()] == ["a.txt"]


def test_a_confined_asker_downloads_below_the_root(alice, files, tmp_path):
    """A browser cannot name a folder outside the session's root."""
    from dataclasses import replace

    alice.context = replace(alice.context, confined=tmp_path / "root")

    for to in ("../out", "/etc"):
        with pytest.raises(InvalidPath, match="outside this session"):
            alice.call("transfers.plan", address="alice:mnist-exp0", to=to)


def test_a_transfer_of_a_server_that_is_gone_has_failed(bob, files, tmp_path):
    """It would else seem to move for ever; a finished one stays as it is."""
    done = bob.call(
        "transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "to")
    )
    with bob.context.catalog.write() as rows:
        lost = replace(done, id="lost", ended=None, state="moving", session="dead")
        here = replace(lost, id="here", session="alive")
        for transfer in (lost, here):
            rows.transfers.put(transfer)

        end_abandoned(rows, {"alive"}, 1.0)

    states = {each.id: each.state for each in bob.call("transfers.list")}
    assert states == {"lost": "failed", "here": "moving", done.id: "done"}


def test_only_who_started_a_transfer_cancels_it(alice, bob, files, tmp_path):
    """Alice is the team's owner, and still refused."""
    started = bob.call(
        "transfers.start", address="alice:mnist-exp0", to=str(tmp_path / "to")
    )

    with pytest.raises(Refused, match="only bob"):
        alice.call("transfers.cancel", transfer=started.id)


def test_a_transfer_that_nobody_carries_out_any_more_is_ended(alice, files):
    """Its server is gone, or was another one: the row ends with the cancel."""
    left = Transfer(
        id="01T", owner="alice", address="x", to="y", state=TransferState.MOVING
    )
    with alice.context.catalog.write() as rows:
        rows.transfers.put(left)
    canceled = alice.call("transfers.cancel", transfer="01T")
    assert canceled.state is TransferState.CANCELED
    assert canceled.ended is not None
    assert alice.call("transfers.cancel", transfer="01T") == canceled
    assert alice.call("transfers.get", transfer="01T") == canceled


class CanceledElsewhere:
    """Jobs of one server, while another one is asked to cancel them."""

    lasting = True

    def __init__(self, cancel):
        self._cancel = cancel

    def submit(self, job_id, work):
        self._cancel(job_id)
        work(lambda: False)


def test_a_transfer_canceled_elsewhere_stays_canceled(alice, files, tmp_path):
    """Whoever carries it out sees that, and neither moves nor overwrites it."""
    other = alice.acting_as("alice")
    jobs = CanceledElsewhere(lambda job: other.call("transfers.cancel", transfer=job))
    alice.context = dataclasses.replace(alice.context, jobs=jobs)
    to = tmp_path / "to"
    started = alice.call("transfers.start", address="alice:mnist-exp0", to=str(to))
    found = alice.call("transfers.get", transfer=started.id)
    assert found.state is TransferState.CANCELED
    assert not to.exists()


@pytest.fixture(name="journals")
def _journals(alice, monkeypatch):
    """What became of the catalog's journal each time that a bucket was asked."""
    found = []

    class Nothing(BaseHTTPRequestHandler):
        def do_HEAD(self):
            alice.call("runs.start", name="meanwhile")
            database = alice.settings.database
            with closing(sqlite3.connect(database, timeout=0)) as connection:
                emptied = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                found.append(emptied.fetchone()[:2])
            self.send_response(404)
            self.end_headers()

        def log_message(self, *said):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        store = S3Server(f"http://127.0.0.1:{server.server_port}", "key", "secret")
        for name, value in store.environment().items():
            monkeypatch.setenv(name, value)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield found
        server.shutdown()
        serving.join()


def test_the_catalogs_journal_is_emptied_while_a_bucket_is_asked(
    alice, journals, tmp_path
):
    """A plan of many remote objects takes minutes, and others write meanwhile."""
    there = Asset(path="a", size=1, kind=AssetKind.REMOTE, uri="s3://theirs/a")
    alice.log_artifact([ToSave(path="a", asset=there)], name="far")

    plan = alice.call("transfers.plan", address="far@v0", to=str(tmp_path / "to"))

    assert [file.verdict for file in plan.files] == ["gone"]
    assert journals == [(0, 0)]


def test_a_plan_waits_among_the_looks_into_stores():
    """Where rows are read nobody waits for a bucket, or for files to be hashed."""
    assert TABLE["transfers.plan"].kind is Kind.LOOK
