"""The team's tree through fsspec, and through those who read by it."""

from __future__ import annotations

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.addresses import reason_against_path
from jupyter_artifacts.errors import ChangedAtSource, Refused, Unavailable
from jupyter_artifacts.filesystem import TeamFileSystem
from jupyter_artifacts.records.ids import new_id
from jupyter_artifacts.team.drafts import Artifact

FILES = "runs/alice/mnist/exp0/files"


@pytest.fixture(name="tree")
def _tree(alice, capture, tmp_path):
    """A run with files, a checkpoint and a log; a datastore."""
    capture("a.txt", b"0123456789")
    capture("deep/er/b.csv", b"x\n1\n")
    at = {"user": "alice", "run": "mnist", "number": 0}
    call = alice.carrier.call
    checkpoint = call("checkpoints.begin", **at, steps_completed=1).uuid
    source = tmp_path / "source"
    call("checkpoints.capture", **at, uuid=checkpoint, path="w/m.bin", source=source)
    call("checkpoints.complete", **at, uuid=checkpoint)
    call("logs.append", **at, stream="output", body=b"started\n")
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "c.txt").write_text("meow")
    call("datastores.create", name="cats", source=str(tmp_path / "cats"))
    return checkpoint


def test_every_level_of_the_tree_is_listed(team_fs, tree):
    levels = {
        "": ["artifacts", "datastores", "runs"],
        "runs": ["runs/alice"],
        "runs/alice": ["runs/alice/mnist"],
        "runs/alice/mnist": ["runs/alice/mnist/exp0"],
        "runs/alice/mnist/exp0": [
            f"runs/alice/mnist/exp0/{section}"
            for section in ("checkpoints", "files", "logs")
        ],
        FILES: [f"{FILES}/a.txt", f"{FILES}/deep"],
        f"{FILES}/deep": [f"{FILES}/deep/er"],
        "runs/alice/mnist/exp0/checkpoints": [
            f"runs/alice/mnist/exp0/checkpoints/{tree}"
        ],
        f"runs/alice/mnist/exp0/checkpoints/{tree}": [
            f"runs/alice/mnist/exp0/checkpoints/{tree}/w"
        ],
        "runs/alice/mnist/exp0/logs": ["runs/alice/mnist/exp0/logs/output"],
        "datastores": ["datastores/cats"],
        "datastores/cats": ["datastores/cats/v1"],
        "datastores/cats/v1": ["datastores/cats/v1/c.txt"],
    }

    found = {path: sorted(team_fs.ls(path, detail=False)) for path in levels}

    assert found == levels
    assert all(team_fs.isdir(path) for path in levels)


def test_every_file_of_the_tree_is_found_and_read(team_fs, tree):
    files = {
        f"{FILES}/a.txt": b"0123456789",
        f"{FILES}/deep/er/b.csv": b"x\n1\n",
        f"runs/alice/mnist/exp0/checkpoints/{tree}/w/m.bin": b"x\n1\n",
        "runs/alice/mnist/exp0/logs/output": b"started\n",
        "datastores/cats/v1/c.txt": b"meow",
    }

    found = [*team_fs.find("runs"), *team_fs.find("datastores")]

    assert sorted(found) == sorted(files)
    assert {path: team_fs.cat_file(path) for path in files} == files
    assert {path: team_fs.size(path) for path in files} == {
        path: len(content) for path, content in files.items()
    }


def test_a_file_tells_its_size_its_digest_and_its_time(team_fs, tree):
    info = team_fs.info(f"team://{FILES}/a.txt")

    assert (info["name"], info["type"], info["size"]) == (f"{FILES}/a.txt", "file", 10)
    assert info["digest"].startswith("blake3:")
    assert team_fs.ukey(info["name"]) == info["digest"]
    assert team_fs.modified(info["name"]).timestamp() == pytest.approx(info["modified"])
    assert team_fs.ls(info["name"]) == [info]


@pytest.mark.parametrize(
    "path",
    [
        f"{FILES}/missing",
        f"{FILES}/a.txt/below",
        "runs/carol",
        "runs/alice/none",
        "runs/alice/mnist/exp9",
        "runs/alice/mnist/exp0/nothing",
        "runs/alice/mnist/exp0/logs/stderr",
        "runs/alice/mnist/exp0/checkpoints/none",
        "datastores/none",
        "datastores/cats/v9",
        "alice:mnist-exp0/a.txt",
        f"{FILES}/../a.txt",
        "elsewhere",
    ],
)
def test_what_is_not_there_is_no_file(team_fs, tree, path):
    assert not team_fs.exists(path)
    for ask in (team_fs.info, team_fs.ls, team_fs.cat_file, team_fs.open):
        with pytest.raises(FileNotFoundError):
            ask(path)


def test_a_folder_is_not_read_as_a_file(team_fs, tree):
    with pytest.raises(IsADirectoryError):
        team_fs.open(f"{FILES}/deep")


@pytest.mark.parametrize(
    ("start", "end", "piece"),
    [
        (2, 5, b"234"),
        (None, 3, b"012"),
        (-3, None, b"789"),
        (7, 99, b"789"),
        (5, 2, b""),
        (None, -8, b"01"),
    ],
)
def test_a_range_is_what_a_slice_is(team_fs, tree, start, end, piece):
    assert team_fs.cat_file(f"{FILES}/a.txt", start, end) == piece


def test_globs_go_through_the_tree(team_fs, tree):
    assert team_fs.glob("runs/*/mnist/exp*/files/**/*.csv") == [
        f"{FILES}/deep/er/b.csv"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda fs: fs.open(f"{FILES}/new", "wb"),
        lambda fs: fs.open(f"{FILES}/a.txt", "ab"),
        lambda fs: fs.pipe(f"{FILES}/new", b"x"),
        lambda fs: fs.touch(f"{FILES}/new"),
        lambda fs: fs.rm(f"{FILES}/a.txt"),
        lambda fs: fs.rm_file(f"{FILES}/a.txt"),
        lambda fs: fs.mkdir(f"{FILES}/new"),
        lambda fs: fs.makedirs(f"{FILES}/new"),
        lambda fs: fs.mv(f"{FILES}/a.txt", f"{FILES}/new"),
        lambda fs: fs.copy(f"{FILES}/a.txt", f"{FILES}/new"),
        lambda fs: fs.put_file(__file__, f"{FILES}/new"),
        lambda fs: fs.write_text(f"{FILES}/new", "x"),
    ],
)
def test_nothing_is_changed_through_it(team_fs, tree, change):
    before = team_fs.find("runs", detail=True)

    with pytest.raises(Refused, match="only read through team://"):
        change(team_fs)

    assert team_fs.find("runs", detail=True) == before


@pytest.mark.parametrize(
    "name", ["100%.txt", "a&b=c.txt", "a b.txt", "a+b#c@d.txt", "näme ☃.txt", "%41.txt"]
)
def test_names_go_through_character_by_character(team_fs, capture, name):
    capture(f"odd {name}/{name}", name.encode())

    url = f"team://{FILES}/odd {name}/{name}"
    with fsspec.open(url) as file:
        assert file.read() == name.encode()
    assert team_fs.ls(f"{FILES}/odd {name}", detail=False) == [
        url.removeprefix("team://")
    ]


@given(st.text(st.characters(exclude_characters="*?["), min_size=1, max_size=30))
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_name_that_may_be_captured_is_read_back(team_fs, capture, name):
    if reason_against_path(name):
        return
    path = f"{new_id()}/{name}"  # or "0" would stand where the folder of "0/0" must go
    capture(path, name.encode())

    assert team_fs.cat_file(f"{FILES}/{path}") == name.encode()
    assert team_fs.info(f"{FILES}/{path}")["name"] == f"{FILES}/{path}"


def test_a_file_that_changed_in_the_storage_is_not_copied(
    team_fs, alice, tree, tmp_path
):
    stored = alice.content(f"{FILES}/a.txt").local_path
    stored.chmod(0o600)
    stored.write_bytes(b"0123456780")

    with pytest.raises(ChangedAtSource):
        team_fs.get_file(f"{FILES}/a.txt", tmp_path / "to" / "a.txt")

    assert list((tmp_path / "to").iterdir()) == []


@pytest.fixture(name="linked")
def _linked(alice, tmp_path):
    """A version with a file and, in each of two folders, a link that leads nowhere."""
    weights = tmp_path / "weights"
    (weights / "deep").mkdir(parents=True)
    (weights / "model.bin").write_bytes(b"0123")
    for link in (weights / "dangling", weights / "deep" / "dangling"):
        link.symlink_to("nope")
    model = Artifact("my-model")
    model.add(weights)
    alice.carrier.log_artifact(model.files(), **model.said())
    return "artifacts/my-model/v0"


def test_a_link_is_listed_as_a_link_with_what_it_points_to(team_fs, linked):
    (info,) = [each for each in team_fs.ls(linked) if each["type"] == "link"]

    assert info["name"] == f"{linked}/dangling"
    assert (info["islink"], info["destination"]) == (True, "nope")
    assert team_fs.info(info["name"])["type"] == "link"
    assert team_fs.ls(info["name"], detail=False) == [info["name"]]
    assert not team_fs.isfile(info["name"])


def test_find_leaves_links_out(team_fs, linked):
    files, folder = [f"{linked}/model.bin"], f"{linked}/deep"

    assert team_fs.find(linked) == files
    assert list(team_fs.find(linked, detail=True)) == files
    assert team_fs.find(linked, withdirs=True) == [linked, folder, *files]
    assert team_fs.glob(f"{linked}/**/dangling") == []
    assert team_fs.find(f"{linked}/dangling") == []


def test_a_folder_with_links_is_copied_without_them(team_fs, linked, tmp_path):
    team_fs.get(f"{linked}/", f"{tmp_path / 'to'}/", recursive=True)

    found = sorted((tmp_path / "to").rglob("*"))
    assert [path for path in found if not path.is_dir()] == [tmp_path / "to/model.bin"]
    assert (tmp_path / "to/model.bin").read_bytes() == b"0123"


def test_a_link_that_is_asked_for_by_name_says_what_it_points_to(
    team_fs, linked, tmp_path
):
    with pytest.raises(Unavailable, match="it is a link to nope"):
        team_fs.get(f"{linked}/dangling", str(tmp_path / "to"))


@pytest.fixture(name="table")
def _table(capture, tmp_path):
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    frame.to_parquet(tmp_path / "t.parquet")
    capture("t.parquet", (tmp_path / "t.parquet").read_bytes())
    capture("t.csv", frame.to_csv(index=False).encode())
    return frame


def test_pandas_reads_by_url(table):
    for found in (
        pd.read_parquet(f"team://{FILES}/t.parquet"),
        pd.read_csv(f"team://{FILES}/t.csv"),
    ):
        pd.testing.assert_frame_equal(found, table)


def test_pyarrow_reads_by_the_file_system(team_fs, table):
    expected = pa.Table.from_pandas(table)

    one = pq.read_table(f"{FILES}/t.parquet", filesystem=team_fs)
    many = ds.dataset([f"{FILES}/t.parquet"], filesystem=team_fs).to_table()

    assert one.equals(expected)
    assert many.equals(expected)


def test_somebody_else_reads_as_themselves(tree):
    fs = fsspec.filesystem("team", user="bob")

    assert isinstance(fs, TeamFileSystem)
    assert fs.team.me == "bob"
    assert fs.cat_file(f"{FILES}/a.txt") == b"0123456789"
