"""Files' bytes and files' rows, both or none."""

import dataclasses
import subprocess
import threading
from collections.abc import Callable

import pytest

from jupyter_artifacts.addresses import AssetPath
from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import Conflict, NoSpace, NotFound
from jupyter_artifacts.operations import taking
from jupyter_artifacts.operations.capturing import FileToCapture
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.storage.folder import FolderStorage
from jupyter_artifacts.transfer.move import carry_out

AT = {"user": "alice", "run": "mnist", "number": 0}
MIB = 1024 * 1024


class WithMeanwhile(FolderStorage):
    """A storage in which something else happens once bytes have been copied."""

    meanwhile: Callable[[], object] | None = None

    def stage(self, key, source, keep=""):
        staged = super().stage(key, source, keep)
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return staged


def _capture(carrier, content, path="w.bin", **more):
    source = carrier.settings.home.parent / f"source-{threading.get_ident()}"
    source.write_bytes(content)
    return carrier.call("files.capture", **AT, path=path, source=source, **more)


def _bytes(carrier, operation="files.read", path="w.bin", **more):
    content = carrier.call(operation, **AT, path=path, **more)
    return content, b"".join(content.read(0, content.size))


def _stored(settings):
    """Every file of the storage, by its name's path."""
    return sorted(
        str(path.relative_to(settings.storage))
        for path in settings.storage.rglob("*")
        if path.is_file()
    )


@pytest.fixture(name="interrupted")
def _interrupted(alice, settings):
    storage = WithMeanwhile(settings.storage)
    alice.context = dataclasses.replace(alice.context, storage=storage)
    return storage


def test_captures_at_once_leave_the_bytes_of_the_row(settings, alice, run):
    """Whoever comes last, the digest in the catalog is that of the bytes stored."""
    carriers = [LocalCarrier(settings) for _ in range(4)]
    for _ in range(15):
        threads = [
            threading.Thread(target=_capture, args=(carrier, bytes([n]) * (1000 + n)))
            for n, carrier in enumerate(carriers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asset = alice.call("files.manifest", **AT).assets[0]
        key = f"experiments/{run.experiments[0].id}/artifacts/w.bin"
        stored = (settings.storage / key).read_bytes()
        assert (digest_of(stored), len(stored)) == (asset.digest, asset.size)


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_a_plan_gets_the_bytes_it_showed(alice, run, tmp_path, size):
    """A file written anew after the plan was made does not change the download."""
    _capture(alice, b"1" * size)
    to = tmp_path / "out"
    plan = alice.plan(address="alice:mnist-exp0", to=str(to))
    _capture(alice, b"2" * (size + 1))
    _capture(alice, b"3" * (size + 2))

    receipt = carry_out(plan, alice.context.storage)

    assert (to / "w.bin").read_bytes() == b"1" * size
    assert receipt.files[0].check == "blake3"


def test_a_reader_gets_the_bytes_its_etag_names(alice, run):
    """Bytes asked for before a rewrite, and read after it, are the old ones."""
    _capture(alice, b"old")
    before = alice.call("files.read", **AT, path="w.bin")
    _capture(alice, b"newer")

    assert b"".join(before.read(0, before.size)) == b"old"
    after, content = _bytes(alice)
    assert (content, after.etag) == (b"newer", digest_of(b"newer"))


def test_old_bytes_are_kept_for_an_hour(alice, settings, run, catalog):
    """Then nobody can need them, and the newest stay."""
    now = [1000.0]
    alice.context = dataclasses.replace(alice.context, clock=lambda: now[0])
    for content in (b"one", b"two", b"one", b"three"):
        _capture(alice, content)
    held = [name for name in _stored(settings) if "/revisions/" in name]
    assert len(held) == 2

    storage = alice.context.storage
    assert empty(catalog, storage, now[0] + taking.KEPT - 1) == []
    assert [name for name in _stored(settings) if "/revisions/" in name] == held
    assert empty(catalog, storage, now[0] + taking.KEPT + 1) == []
    assert _stored(settings) == [f"experiments/{run.experiments[0].id}/artifacts/w.bin"]
    assert _bytes(alice)[1] == b"three"


def test_of_a_large_file_one_earlier_revision_is_kept(
    alice, settings, run, monkeypatch
):
    """A checkpoint rewritten every minute must not fill the disk."""
    monkeypatch.setattr(taking, "LARGE", 3)
    for content in (b"first", b"second", b"third!", b"fourth!"):
        _capture(alice, content)

    held = [name for name in _stored(settings) if "/revisions/" in name]
    hexed = digest_of(b"third!").rpartition(":")[2]
    assert [name.rpartition("/")[2] for name in held] == [hexed]


def test_a_file_captured_while_its_run_is_deleted_leaves_nothing(
    alice, settings, interrupted
):
    """Neither bytes nor rows stay behind, and the capture says why it failed."""
    alice.call("runs.start", name="mnist", state="QUEUED")
    interrupted.meanwhile = lambda: alice.call("runs.delete", user="alice", run="mnist")
    with pytest.raises(NotFound, match="deleted meanwhile"):
        _capture(alice, b"late")
    assert _stored(settings) == []


def test_a_checkpoint_completed_meanwhile_stays_as_it_is(
    alice, settings, run, interrupted
):
    """A file on its way comes too late, and nothing is replaced."""
    saved = alice.call("checkpoints.begin", **AT, steps_completed=1)
    source = settings.home.parent / "model"
    source.write_bytes(b"good")
    place = {**AT, "uuid": saved.uuid, "path": "w"}
    alice.call("checkpoints.capture", **place, source=source)

    interrupted.meanwhile = lambda: alice.call(
        "checkpoints.complete", **AT, uuid=saved.uuid
    )
    source.write_bytes(b"evil")
    with pytest.raises(Conflict, match="does not change any more"):
        alice.call("checkpoints.capture", **place, source=source)

    content = alice.call("checkpoints.read", **place)
    assert b"".join(content.read(0, content.size)) == b"good"
    assert content.etag == digest_of(b"good")
    assert len(_stored(settings)) == 1


def test_an_experiment_that_has_ended_takes_no_file(alice, run, settings):
    """Neither a new one, nor a rewrite, nor a note, nor a checkpoint."""
    _capture(alice, b"v1")
    saved = alice.call("checkpoints.begin", **AT, steps_completed=1)
    alice.call("experiments.move", **AT, state="COMPLETED")
    asks = [
        lambda: _capture(alice, b"v2"),
        lambda: alice.call("files.refuse", **AT, path="x", reason="busy"),
        lambda: alice.call("checkpoints.begin", **AT, steps_completed=2),
        lambda: alice.call(
            "checkpoints.capture",
            **AT,
            uuid=saved.uuid,
            path="w",
            source=settings.database,
        ),
    ]
    for ask in asks:
        with pytest.raises(Conflict, match="it is COMPLETED: nothing more"):
            ask()
    assert _bytes(alice)[1] == b"v1"


def test_a_run_brings_what_it_had_open_at_its_end(alice, run, text_file):
    """For a minute, and longer for an ended experiment of a run that goes on."""
    now = [1000.0]
    alice.context = dataclasses.replace(alice.context, clock=lambda: now[0])
    bring = [FileToCapture("late.txt", text_file)]
    alice.call("experiments.add", user="alice", run="mnist")
    alice.call("experiments.move", **AT, state="COMPLETED")
    now[0] += 1000
    assert alice.capture_many("alice", "mnist", 0, bring)[0].revision == 1
    alice.call("experiments.move", **{**AT, "number": 1}, state="COMPLETED")
    now[0] += 59
    assert alice.capture_many("alice", "mnist", 1, bring)[0].revision == 1
    now[0] += 2
    with pytest.raises(Conflict, match="nothing more"):
        alice.capture_many("alice", "mnist", 1, bring)


def test_a_file_in_the_way_holds_up_no_other(alice, run, text_file):
    """What cannot get its name fails alone."""
    _capture(alice, b"a file", path="model")
    answers = alice.capture_many(
        "alice",
        "mnist",
        0,
        [FileToCapture(path, text_file) for path in ("a", "model/w", "b")],
    )
    assert [getattr(answer, "path", None) for answer in answers] == ["a", None, "b"]
    assert isinstance(answers[1], Conflict)
    found = alice.call("files.manifest", **AT)
    assert [asset.path for asset in found.assets] == ["a", "b", "model"]
    assert alice.call("experiments.get", **AT).file_count == 3


@pytest.fixture(name="small_disk")
def _small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S607 - the system's


def _team(home, storage):
    settings = Settings(home=home, storage=storage, user="alice")
    catalog = Catalog.open(settings)
    carrier = LocalCarrier(settings, catalog=catalog)
    carrier.call("runs.start", name="mnist")
    return carrier, catalog


def test_a_batch_on_a_disk_that_fills_leaves_nothing_half(tmp_path, small_disk):
    """Of 200 files each has its row and its bytes, or neither, and a reason."""
    carrier, catalog = _team(tmp_path / "home", small_disk / "storage")
    files = []
    for number in range(200):
        source = tmp_path / f"f{number}"
        source.write_bytes(bytes([number]) * 50_000)
        files.append(FileToCapture(f"d{number % 7}/f{number}", source))

    answers = carrier.capture_many("alice", "mnist", 0, files)

    failed = [answer for answer in answers if isinstance(answer, NoSpace)]
    kept = [answer for answer in answers if not isinstance(answer, Exception)]
    assert len(failed) + len(kept) == 200
    assert 10 < len(kept) < 100
    rows = carrier.call("files.manifest", **AT).assets
    assert sorted(row.path for row in rows) == sorted(asset.path for asset in kept)
    for row in rows:
        assert digest_of(_bytes(carrier, path=row.path)[1]) == row.digest
    assert len(_stored(carrier.settings)) == len(rows)
    carrier.context.storage.sync()
    catalog.close()


def test_a_batch_that_fails_leaves_nothing_of_the_next(
    alice, run, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(taking, "_AT_ONCE", 2)
    experiment = alice.call("experiments.get", **AT).id
    wanted = []
    for number in range(6):
        source = tmp_path / f"source{number}"
        source.write_bytes(b"x")
        key = f"experiments/{experiment}/artifacts/{number}"
        path = AssetPath(str(number))
        wanted.append(taking.Wanted(path=path, key=key, source=source))

    def tell(rows, kept):
        raise Conflict("not now")

    before = _stored(settings)
    with pytest.raises(Conflict, match="not now"):
        taking.take(alice.context, wanted, lambda _: experiment, tell)

    assert _stored(settings) == before


def test_a_commit_that_fails_brings_the_old_bytes_back(tmp_path, small_disk):
    """The catalog's disk is full when everything else is done."""
    carrier, catalog = _team(small_disk / "home", tmp_path / "storage")
    source = tmp_path / "w"
    source.write_bytes(b"old")
    carrier.call("files.capture", **AT, path="w.bin", source=source)
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(b"x" * 4096):
                pass
        except OSError:
            pass

    source.write_bytes(b"newer bytes")
    for path in ("w.bin", "other.bin"):
        with pytest.raises(NoSpace):
            carrier.call(
                "files.capture", **AT, path=path, source=source, note="n" * 100_000
            )

    (small_disk / "filler").unlink()
    assert _bytes(carrier)[1] == b"old"
    stored = _stored(carrier.settings)
    assert [name.rpartition("/")[2] for name in stored] == ["w.bin"]
    catalog.close()
