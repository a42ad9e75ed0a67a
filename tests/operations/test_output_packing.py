"""Packs of an experiment's small files, built after its end as a faster copy."""

import dataclasses
import threading
from collections import Counter

import pytest

from jupyter_artifacts.catalog.output_packs import OutputPackRows
from jupyter_artifacts.errors import Canceled, NotFound, StoreRefused, Unavailable
from jupyter_artifacts.operations import output_packing
from jupyter_artifacts.operations.capturing import FileToCapture
from jupyter_artifacts.operations.emptying import empty
from jupyter_artifacts.operations.output_packing import (
    AT_LEAST,
    HELD,
    Packed,
    pack_outputs,
    pack_waiting,
)
from jupyter_artifacts.records.states import State
from jupyter_artifacts.storage.memory import MemoryStorage
from jupyter_artifacts.transfer import packing, retrying

AT = {"user": "alice", "run": "mnist", "number": 0}
DAY = 24 * 3600.0


class Bucket(MemoryStorage):
    """A storage in memory that is asked as one over a wire, and counts that."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: Counter[str] = Counter()
        self.before_store = lambda _: None
        self.refused: set[str] = set()

    @property
    def streams(self) -> int:
        return 4

    def fetch(self, key, start, length, version="", *, whole=False):
        self.fetched[key] += 1
        if key in self.refused:
            raise StoreRefused("it is archived", address=key)
        return super().fetch(key, start, length, version, whole=whole)

    def store_bytes(self, key, parts):
        self.before_store(key)
        super().store_bytes(key, parts)

    @property
    def keys(self):
        """Keys of all there is."""
        with self._lock:
            return list(self._held)

    @property
    def packs(self):
        """Keys of the packs there are."""
        with self._lock:
            return sorted(key for key in self._held if "/packs/" in key)


@pytest.fixture(name="bucket")
def _bucket(alice, monkeypatch):
    """What alice's bytes are in."""
    monkeypatch.setattr(retrying, "_FIRST", 0.001)
    monkeypatch.setattr(retrying, "_MOST", 0.001)
    bucket = Bucket()
    alice.context = dataclasses.replace(alice.context, storage=bucket)
    return bucket


@pytest.fixture(name="capture")
def _capture(alice, bucket, run, tmp_path):
    """Takes files into alice's experiment."""

    def capture(files):
        sources = []
        for number, (path, content) in enumerate(files.items()):
            source = tmp_path / f"made-{number}"
            source.write_bytes(content)
            sources.append(FileToCapture(path, source))
        return alice.capture_many("alice", "mnist", 0, sources)

    return capture


@pytest.fixture(name="files")
def _files(capture):
    """A hundred small files, and others."""
    files = {f"d{n % 3}/{n:03}": b"%03d" % n * 20 for n in range(100)}
    files["large"] = bytes(packing.PACKED)
    files["empty"] = b""
    capture(files)
    return files


@pytest.fixture(name="ended")
def _ended(alice, run, files):
    """The id of the experiment, which has ended."""
    alice.call("experiments.move", **AT, state=State.COMPLETED.value)
    return run.experiments[0].id


@pytest.fixture(name="small_packs")
def _small_packs(monkeypatch):
    """Packs of some files, of which little is in memory."""
    monkeypatch.setattr(packing, "PACK", 1000)
    monkeypatch.setattr(output_packing, "_AT_ONCE", 10)


def download(alice, tmp_path, address="alice:mnist-exp0", **more):
    """Download; return what arrived, and the requests that were made."""
    bucket = alice.context.storage
    bucket.fetched.clear()
    to = tmp_path / "to"
    receipt = alice.carry_out(alice.plan(address=address, to=str(to), **more))
    arrived = {
        str(path.relative_to(to)): path.read_bytes()
        for path in to.rglob("*")
        if path.is_file() and ".jupyter_artifacts" not in path.parts
    }
    assert receipt.checks == {"blake3": len(arrived)}
    return arrived, Counter("packs" in key for key in bucket.fetched.elements())


def test_a_download_of_an_ended_experiment_is_few_requests(
    alice, ended, files, tmp_path
):
    before, plain = download(alice, tmp_path / "before")
    packed = pack_outputs(alice.context, ended)
    after, faster = download(alice, tmp_path / "after")

    assert (packed.files, packed.packs, packed.left_out) == (100, 1, 0)
    assert before == after == files
    assert plain == {False: 101}
    assert faster == {False: 1, True: 1}  # one larger file


def test_packs_follow_the_order_of_paths(alice, bucket, ended, files):
    pack_outputs(alice.context, ended)

    (key,) = bucket.packs
    small = [files[path] for path in sorted(files) if 0 < len(files[path]) < 1000]
    assert bytes(bucket.fetch(key, 0, bucket.size(key))) == b"".join(small)


def test_receipt_and_listing_name_the_plain_files(alice, bucket, ended, tmp_path):
    pack_outputs(alice.context, ended)
    plan = alice.plan(address="alice:mnist-exp0", to=str(tmp_path / "to"))
    receipt = alice.carry_out(plan)

    assert all(file.copy_key for file in plan.files if 0 < file.size < 1000)
    assert receipt.source == bucket.uri(f"experiments/{ended}/artifacts")
    listed = alice.call("files.tree", **AT).items
    names = [entry.name for entry in listed]
    assert names == ["d0", "d1", "d2", "empty", "large"]


def test_reading_one_file_asks_for_its_own_object(alice, bucket, ended, files):
    pack_outputs(alice.context, ended)
    bucket.remove(bucket.packs[0])

    content = alice.content("files.read", **AT, path="d0/000")

    assert b"".join(content.read(0, content.size)) == files["d0/000"]


def test_done_twice_nothing_new_is_made(alice, bucket, ended, small_packs):
    first = pack_outputs(alice.context, ended)
    packs = bucket.packs
    bucket.fetched.clear()

    again = pack_outputs(alice.context, ended)

    assert first.packs == len(packs) > 3
    assert (again.files, again.packs) == (0, 0)
    assert bucket.packs == packs
    assert not bucket.fetched


@pytest.mark.usefixtures("small_packs")
@pytest.mark.parametrize("dies", ["before it is stored", "before it has rows"])
def test_killed_half_way_it_goes_on(alice, bucket, ended, files, tmp_path, dies):
    """What was done stays, and what nobody will find is deleted a day later."""

    class Killed(BaseException):
        pass

    def die(key):
        if len(bucket.packs) == 2:
            if dies == "before it has rows":
                MemoryStorage.store_bytes(bucket, key, [b"lost"])
            raise Killed

    bucket.before_store = die
    with pytest.raises(Killed):
        pack_outputs(alice.context, ended)
    bucket.before_store = lambda _: None
    half = bucket.packs
    done = bucket.fetched.total()
    bucket.fetched.clear()

    packed = pack_outputs(alice.context, ended)

    assert 0 < packed.files < 100
    assert bucket.fetched.total() == packed.files <= 100 - done // 2
    assert download(alice, tmp_path)[0] == files
    assert not empty(alice.context.catalog, bucket, alice.context.clock() + DAY + 1)
    lost = dies == "before it has rows"
    assert len(set(half) - set(bucket.packs)) == lost
    assert len(bucket.packs) == packed.packs + 2
    assert download(alice, tmp_path / "again")[1][False] == 1


def test_several_at_once_do_no_harm(alice, bucket, ended, files, small_packs, tmp_path):
    """Each file is in one pack, and packs of the late are deleted."""
    together = threading.Barrier(3)
    threads = [
        threading.Thread(
            target=lambda: (together.wait(), pack_outputs(alice.context, ended))
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert download(alice, tmp_path)[0] == files
    with alice.context.catalog.read() as rows:
        digests = [stored.asset.digest for stored in rows.assets.all(ended)]
        found = rows.output_packs.find(ended, digests)
        due = rows.doomed.due(alice.context.clock() + 2 * DAY, limit=100)
    assert len(found) == 100
    keys = {f"experiments/{ended}/packs/{pack}" for pack, _ in found.values()}
    assert set(bucket.packs) == keys
    assert due == ([], [], [])


def test_a_file_that_is_not_what_was_recorded_stays_out(
    alice, bucket, ended, files, tmp_path
):
    """Replaced by hand, or gone: the others are packed, and somebody is told."""
    with alice.context.catalog.read() as rows:
        keys = [rows.assets.get(ended, path).key for path in ("d0/000", "d1/001")]
    bucket.remove(keys[0])
    bucket.remove(keys[1])
    bucket.store_bytes(keys[1], [bytes(60)])

    packed = pack_outputs(alice.context, ended)

    assert (packed.files, packed.left_out) == (98, 2)
    assert "2 cannot be read as recorded" in str(packed)
    assert "verify alice:mnist-exp0" in str(packed)
    left = ["d0/000", "d1/001"]
    arrived, asked = download(alice, tmp_path, exclude=left)
    assert arrived == {path: files[path] for path in files if path not in left}
    assert asked == {False: 1, True: 1}


def test_an_object_that_is_refused_for_good_stays_out(alice, bucket, ended):
    (archived,) = [key for key in _plain_keys(bucket) if key.endswith("d1/001")]
    bucket.refused = {archived}

    (packed,) = pack_waiting(alice.context, before=1e12)

    assert (packed.files, packed.left_out, packed.example) == (99, 1, "d1/001")
    assert not list(pack_waiting(alice.context, before=1e12))


def test_a_store_that_refuses_everything_keeps_it_waiting(alice, bucket, ended):
    bucket.refused = set(_plain_keys(bucket))
    with pytest.raises(StoreRefused):
        list(pack_waiting(alice.context, before=1e12))
    bucket.refused = set()

    (packed,) = pack_waiting(alice.context, before=1e12)

    assert packed.left_out == 0


def _plain_keys(bucket):
    return [key for key in bucket.keys if "/artifacts/" in key]


def test_few_files_are_left_plain(alice, bucket, capture, run):
    capture({f"{n}": b"%d" % n for n in range(AT_LEAST - 1)})
    alice.call("experiments.move", **AT, state=State.COMPLETED.value)

    packed = pack_outputs(alice.context, run.experiments[0].id)

    assert (packed.packs, bucket.packs, bucket.fetched.total()) == (0, [], 0)


def test_an_experiment_that_goes_on_is_left_plain(alice, bucket, files, run):
    assert pack_outputs(alice.context, run.experiments[0].id).packs == 0
    assert not bucket.fetched


def test_a_storage_on_this_machine_gets_no_packs(alice, run, tmp_path, settings):
    sources = []
    for number in range(AT_LEAST):
        source = tmp_path / f"made-{number}"
        source.write_text(f"{number}")
        sources.append(FileToCapture(f"{number}", source))
    alice.capture_many("alice", "mnist", 0, sources)
    alice.call("experiments.move", **AT, state=State.COMPLETED.value)

    assert pack_outputs(alice.context, run.experiments[0].id).packs == 0
    assert list(pack_waiting(alice.context, before=1e12)) == []
    assert not list(settings.storage.glob("experiments/*/packs"))
    with alice.context.catalog.read() as rows:  # it would be, moved into a bucket
        assert rows.output_packs.waiting(1e12, limit=9) == [run.experiments[0].id]


def test_files_of_whole_checkpoints_are_packed(alice, bucket, run, tmp_path):
    """A checkpoint is downloaded as the other files are."""
    uuid = alice.call("checkpoints.begin", **AT, steps_completed=1).uuid
    source = tmp_path / "made"
    wanted = {}
    for number in range(AT_LEAST):
        wanted[f"w/{number}"] = b"%d" % number
        source.write_bytes(b"%d" % number)
        alice.call(
            "checkpoints.capture", **AT, uuid=uuid, path=f"w/{number}", source=source
        )
    alice.call("checkpoints.complete", **AT, uuid=uuid)
    alice.call("experiments.move", **AT, state=State.COMPLETED.value)

    packed = pack_outputs(alice.context, run.experiments[0].id)

    assert packed.files == AT_LEAST
    address = f"runs/alice/mnist/exp0/checkpoints/{uuid}"
    arrived, asked = download(alice, tmp_path, address)
    assert (arrived, asked) == (wanted, {True: 1})


def test_files_of_a_checkpoint_that_is_not_whole_are_left_plain(
    alice, bucket, run, tmp_path
):
    uuid = alice.call("checkpoints.begin", **AT, steps_completed=1).uuid
    for number in range(AT_LEAST):
        source = tmp_path / "made"
        source.write_bytes(b"%d" % number)
        alice.call(
            "checkpoints.capture", **AT, uuid=uuid, path=f"{number}", source=source
        )
    alice.call("experiments.move", **AT, state=State.ERRORED.value)

    assert pack_outputs(alice.context, run.experiments[0].id).packs == 0


def test_a_few_files_are_fetched_as_they_are(alice, ended, files, tmp_path):
    """A request each will do, and the catalog is asked for none of their copies."""
    pack_outputs(alice.context, ended)

    arrived, asked = download(alice, tmp_path, "alice:mnist-exp0/d0/000")

    assert arrived == {"000": files["d0/000"]}
    assert asked == {False: 1}


def test_a_whole_run_is_downloaded_by_each_experiment_s_packs(
    alice, ended, files, tmp_path
):
    pack_outputs(alice.context, ended)

    arrived, asked = download(alice, tmp_path, "alice:mnist")

    assert arrived == {f"exp0/{path}": content for path, content in files.items()}
    assert asked == {False: 1, True: 1}


def test_a_plan_asks_the_catalog_once_for_many_files(
    alice, ended, tmp_path, monkeypatch
):
    """Not once a file."""
    pack_outputs(alice.context, ended)
    asked = []
    find = OutputPackRows.find

    def counted(self, experiment_id, wanted):
        asked.append(len(wanted))
        return find(self, experiment_id, wanted)

    monkeypatch.setattr(OutputPackRows, "find", counted)
    alice.plan(address="alice:mnist-exp0", to=str(tmp_path / "to"))

    assert asked == [102]


def test_a_file_taken_anew_since_is_the_new_one(
    alice, bucket, ended, files, capture, tmp_path
):
    """Late files of the run come in for a minute; the pack has the old bytes."""
    pack_outputs(alice.context, ended)
    capture({"d0/000": b"written last"})

    arrived, asked = download(alice, tmp_path)

    assert arrived == {**files, "d0/000": b"written last"}
    assert asked == {False: 2, True: 1}


def test_deleting_the_run_takes_its_packs(alice, bucket, ended, catalog):
    pack_outputs(alice.context, ended)
    assert bucket.packs

    alice.call("runs.delete", user="alice", run="mnist")

    assert bucket.packs == []
    assert list(pack_waiting(alice.context, before=1e12)) == []


def test_a_run_deleted_while_it_is_packed_leaves_no_pack(
    alice, bucket, ended, catalog, small_packs
):
    def delete(key):
        if len(bucket.packs) == 2:
            alice.call("runs.delete", user="alice", run="mnist")

    bucket.before_store = delete
    with pytest.raises(NotFound):
        pack_outputs(alice.context, ended)

    assert bucket.packs == []
    with catalog.read() as rows:
        assert rows.doomed.due(alice.context.clock() + 2 * DAY, limit=9) == ([], [], [])


def test_what_was_looked_at_is_not_read_again(alice, bucket, ended):
    (packed,) = pack_waiting(alice.context, before=alice.context.clock())
    bucket.fetched.clear()

    assert packed.files == 100
    assert list(pack_waiting(alice.context, before=1e12)) == []
    assert not bucket.fetched


def test_another_process_is_left_to_it(alice, bucket, ended, catalog):
    """Until it has not been heard of for ten minutes."""
    now = alice.context.clock()
    with catalog.write() as rows:
        assert rows.output_packs.claim(ended, now, now + HELD)

    assert list(pack_waiting(alice.context, before=now + HELD - 1)) == []
    (packed,) = pack_waiting(alice.context, before=now + HELD)
    assert packed.files == 100


def test_whoever_is_at_it_for_long_keeps_others_from_it(
    alice, bucket, ended, small_packs
):
    """Each pack is a sign of life."""
    times = [alice.context.clock()]
    alice.context = dataclasses.replace(alice.context, clock=lambda: times[-1])
    others: list[Packed] = []

    def an_hour_later(key):
        others.extend(pack_waiting(alice.context, before=times[-1]))
        times.append(times[-1] + HELD - 1)

    bucket.before_store = an_hour_later
    (packed,) = pack_waiting(alice.context, before=times[0])

    assert packed.files == 100
    assert others == []


def test_a_pack_that_was_deleted_meanwhile_is_never_looked_for(
    alice, bucket, ended, files, catalog, tmp_path
):
    """The machine slept for days just before it was to be found."""

    def sleep(key):
        bucket.before_store = lambda _: None
        MemoryStorage.store_bytes(bucket, key, [b"its bytes"])
        assert not empty(catalog, bucket, alice.context.clock() + 2 * DAY)

    bucket.before_store = sleep
    packed = pack_outputs(alice.context, ended)

    assert (packed.packs, bucket.packs) == (0, [])
    assert download(alice, tmp_path) == (files, {False: 101})


def test_a_store_that_is_away_keeps_it_waiting(alice, bucket, ended, files, tmp_path):
    def away(key):
        msg = "the store does not answer"
        raise Unavailable(msg)

    bucket.before_store = away
    with pytest.raises(Unavailable, match="does not answer"):
        list(pack_waiting(alice.context, before=alice.context.clock()))
    assert download(alice, tmp_path)[0] == files
    bucket.before_store = lambda _: None

    (packed,) = pack_waiting(alice.context, before=alice.context.clock() + HELD)

    assert packed.files == 100


def test_it_stops_when_it_is_told_to(alice, bucket, ended, small_packs):
    def check():
        if bucket.fetched.total() >= 15:
            raise Canceled("the server is closing")

    with pytest.raises(Canceled):
        list(pack_waiting(alice.context, before=alice.context.clock(), check=check))
    assert bucket.fetched.total() < 40

    (packed,) = pack_waiting(alice.context, before=alice.context.clock() + HELD)

    assert 0 < packed.files <= 100
