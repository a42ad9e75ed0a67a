import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.errors import Conflict, NotFound
from jupyter_artifacts.records.assets import Asset, Uncaptured
from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
from jupyter_artifacts.records.runs import Checkpoint
from jupyter_artifacts.records.states import CheckpointState


def put(rows, manifest, path, size=1, modified=1.0):
    return rows.assets.put(
        manifest, Asset(path=path, size=size, modified=modified), path
    )


def listing(rows, manifest, prefix="", limit=2):
    cursor, found = None, []
    while True:
        page = rows.assets.children(manifest, prefix, limit=limit, cursor=cursor)
        found += page.items
        assert page.total >= len(page.items)
        cursor = page.cursor
        if cursor is None:
            return found


def test_a_file_that_is_put_again_grows_a_revision(rows, experiment):
    """Sums count a replaced file once, with its new size."""
    put(rows, "E0", "a/b.txt", 10)
    assert put(rows, "E0", "a/b.txt", 4).revision == 2
    put(rows, "E0", "c.txt", 1)
    found = rows.experiments.by_id("E0")
    assert (found.file_count, found.artifact_bytes) == (2, 5)
    assert rows.runs.by_id("alice/mnist").artifact_bytes == 5
    assert rows.assets.get("E0", "a/b.txt").key == "a/b.txt"


PARTS = st.sampled_from(["a", "b", "a b", "a-", "a0", "é", "%"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(PATHS, st.integers(0, 9)), max_size=12), st.integers(1, 4))
def test_a_level_shows_folders_then_files_with_their_sums(rows, files, limit):
    """Each level of any tree is what a walk over all its files would make of it."""
    manifest = str(rows.events.newest())
    rows.events.add("files", "changed", "", 0.0)  # each example has its own
    sizes = dict(files)
    for path, size in files:
        put(rows, manifest, path, size)
    assert [item.asset.path for item in rows.assets.all(manifest)] == sorted(sizes)
    for prefix in ["", *{path.rpartition("/")[0] for path in sizes}]:
        inside = f"{prefix}/" if prefix else ""
        below = {p[len(inside) :]: s for p, s in sizes.items() if p.startswith(inside)}
        folders = sorted({path.split("/")[0] for path in below if "/" in path})
        plain = sorted(path for path in below if "/" not in path)
        found = listing(rows, manifest, prefix, limit)
        assert [(item.kind, item.name) for item in found] == [
            *(("folder", name) for name in folders),
            *(("file", name) for name in plain),
        ]
        for item in found[: len(folders)]:
            mine = [s for p, s in below.items() if p.startswith(f"{item.name}/")]
            assert (item.size, item.count) == (sum(mine), len(mine))
            assert item.address == inside + item.name
        if prefix:
            there = [item.asset.path for item in rows.assets.all(manifest, prefix)]
            assert there == sorted(
                path for path in sizes if path == prefix or path.startswith(inside)
            )


def test_an_unknown_place_is_not_found(rows, experiment):
    """A missing file or folder raises, with the name probably meant."""
    put(rows, "E0", "figures/loss.png")
    assert listing(rows, "nothing") == []
    with pytest.raises(NotFound, match=r"did you mean figures/loss\.png"):
        rows.assets.get("E0", "figures/los.png")
    with pytest.raises(NotFound, match="did you mean figures"):
        rows.assets.children("E0", "figure", limit=1, cursor=None)
    with pytest.raises(NotFound, match="it is a file"):
        rows.assets.children("E0", "figures/loss.png", limit=1, cursor=None)


def test_what_was_not_captured_is_listed_until_it_is(rows, experiment):
    """The reason is replaced when seen again, and goes when the file comes."""
    rows.assets.refuse("E0", Uncaptured(path="x", reason="too large", seen=1.0))
    rows.assets.refuse("E0", Uncaptured(path="x", reason="unreadable", seen=2.0))
    assert [item.reason for item in rows.assets.uncaptured("E0")] == ["unreadable"]
    assert rows.experiments.by_id("E0").uncaptured == 1
    put(rows, "E0", "x")
    assert rows.assets.uncaptured("E0") == []
    assert rows.experiments.by_id("E0").uncaptured == 0


def begin(rows, uuid, steps, reported=1.0):
    new = Checkpoint(
        uuid=uuid,
        address="",
        state=CheckpointState.ACTIVE,
        steps_completed=steps,
        reported=reported,
    )
    return rows.checkpoints.create("E0", new)


def test_a_checkpoint_counts_while_it_is_there(rows, experiment):
    """Its files are its resources; deleting it takes its bytes off again."""
    begin(rows, "late", 20)
    assert begin(rows, "early", 10).address == (
        "runs/alice/mnist/exp0/checkpoints/early"
    )
    put(rows, "early", "weights/w.pt", 100)
    put(rows, "E0", "log.txt", 7)
    rows.checkpoints.move("early", CheckpointState.COMPLETED)
    found = rows.experiments.by_id("E0")
    assert (found.checkpoint_count, found.total_checkpoint_size) == (2, 100)
    assert (found.artifact_bytes, found.file_count) == (107, 1)
    assert [item.uuid for item in rows.checkpoints.all("E0")] == ["early", "late"]
    assert rows.checkpoints.get("E0", "early").resources == {"weights/w.pt": 100}
    rows.checkpoints.move("early", CheckpointState.DELETED)
    found = rows.experiments.by_id("E0")
    assert (found.checkpoint_count, found.artifact_bytes) == (1, 7)
    assert rows.runs.by_id("alice/mnist").artifact_bytes == 7
    with pytest.raises(NotFound, match="did you mean early"):
        rows.checkpoints.get("E0", "earl")
    with pytest.raises(NotFound):
        rows.checkpoints.move("unknown", CheckpointState.ERROR)


def add_datastore(rows, name):
    new = Datastore(
        name=name, address="", owner="alice", description="", created=1.0, versions=[]
    )
    return rows.datastores.create(new, f"id of {name}")


def add_version(rows, name, version_id):
    new = DatastoreVersion(
        address="",
        version="",
        number=0,
        bytes=3,
        files=1,
        created=1.0,
        created_by="alice",
    )
    return rows.datastores.add_version(name, new, version_id)


def test_versions_of_a_datastore_are_numbered_from_one(rows):
    """The catalog gives the number; the newest is meant when none is named."""
    add_datastore(rows, "Cats")
    with pytest.raises(Conflict, match="choose another"):
        add_datastore(rows, "cats")
    with pytest.raises(NotFound, match="it has none"):
        rows.datastores.version("cats", "")
    assert add_version(rows, "cats", "m1").address == "datastores/Cats/v1"
    add_version(rows, "cats", "m2")
    assert rows.datastores.version("CATS", "")[1] == "m2"
    assert rows.datastores.version("cats", "v1")[1] == "m1"
    with pytest.raises(NotFound, match="no version v3"):
        rows.datastores.version("cats", "v3")
    assert [v.number for v in rows.datastores.all()[0].versions] == [1, 2]


def test_a_deleted_datastore_leaves_no_row(rows):
    """Its versions' files go with it, and its name is free."""
    add_datastore(rows, "cats")
    add_version(rows, "cats", "m1")
    put(rows, "m1", "cat.png")
    rows.datastores.delete("cats")
    assert rows.assets.all("m1") == []
    assert rows.datastores.all() == []
    with pytest.raises(NotFound):
        rows.datastores.get("cats")
    add_datastore(rows, "cats")
    assert rows.datastores.id_of("cats") == "id of cats"
