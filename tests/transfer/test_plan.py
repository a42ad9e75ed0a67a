import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.errors import (
    ArtifactsError,
    Conflict,
    InvalidPath,
    NoSpace,
    NotFound,
    NotWritable,
    WouldOverwrite,
)
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.records.transfers import Overwrite, Verdict
from jupyter_artifacts.transfer.names import Names
from jupyter_artifacts.transfer.partial import Partial
from jupyter_artifacts.transfer.plan import check_plan, make_plan

A = "alice:mnist-exp0"


def _listed(*paths: str, size: int = 3) -> list[StoredAsset]:
    return [
        StoredAsset(
            asset=Asset(path=path, size=size, digest="blake3:" + "0" * 64), key=path
        )
        for path in paths
    ]


def _verdicts(plan) -> dict[str, tuple[str, Verdict]]:
    return {file.path: (file.target, file.verdict) for file in plan.files}


def test_a_plan_says_what_each_file_will_be(stock, tmp_path):
    """New, the same and other bytes are told apart by digest, not by size."""
    to = tmp_path / "to"
    (to / "sub").mkdir(parents=True)
    (to / "same").write_bytes(b"abc")
    (to / "sub" / "other").write_bytes(b"xyz")
    assets = stock({"new": b"12345", "same": b"abc", "sub/other": b"abc"})
    plan = make_plan(A, assets, to)
    assert _verdicts(plan) == {
        "new": ("new", Verdict.NEW),
        "same": ("same", Verdict.SAME),
        "sub/other": ("sub/other", Verdict.WOULD_OVERWRITE),
    }
    assert plan.bytes == 5
    assert plan.to == str(to)
    assert plan.free > 0
    assert plan.files[0].modified == assets[0].asset.modified


@pytest.mark.parametrize(
    ("overwrite", "verdict", "target"),
    [
        (Overwrite.SKIP, Verdict.SKIP, "d/model.tar.gz"),
        (Overwrite.REPLACE, Verdict.REPLACE, "d/model.tar.gz"),
        (Overwrite.RENAME, Verdict.RENAME, "d/model.tar-2.gz"),
    ],
)
def test_the_policy_decides_of_other_bytes(stock, tmp_path, overwrite, verdict, target):
    """Renaming finds the first name that neither disk nor plan has taken."""
    to = tmp_path / "to"
    (to / "d").mkdir(parents=True)
    (to / "d" / "model.tar.gz").write_bytes(b"other")
    (to / "d" / "model.tar-1.gz").write_bytes(b"taken")
    assets = stock({"d/model.tar.gz": b"new"})
    plan = make_plan(A, assets, to, overwrite=overwrite)
    assert _verdicts(plan) == {"d/model.tar.gz": (target, verdict)}
    assert plan.bytes == (0 if verdict is Verdict.SKIP else 3)


def test_renaming_leaves_names_the_plan_needs(stock, tmp_path):
    """A file that is itself called name-1 keeps its name."""
    to = tmp_path / "to"
    to.mkdir()
    (to / ".env").write_bytes(b"other")
    (to / "a").write_bytes(b"other")
    assets = stock({"a": b"new", "a-1": b"new", ".env": b"new"})
    plan = make_plan(A, assets, to, overwrite=Overwrite.RENAME)
    targets = {path: target for path, (target, _) in _verdicts(plan).items()}
    assert targets == {"a": "a-2", "a-1": "a-1", ".env": ".env-1"}


def test_without_a_recorded_digest_nothing_is_said_to_be_the_same(stock, tmp_path):
    """Equal sizes prove nothing."""
    to = tmp_path / "to"
    to.mkdir()
    (to / "a").write_bytes(b"abc")
    (stored,) = stock({"a": b"abc"})
    bare = msgspec.structs.replace(
        stored, asset=msgspec.structs.replace(stored.asset, digest="")
    )
    plan = make_plan(A, [bare], to)
    assert plan.files[0].verdict is Verdict.WOULD_OVERWRITE


def test_files_in_the_way_are_named_and_counted(stock, tmp_path):
    """The refusal names three and says how many there are."""
    to = tmp_path / "to"
    to.mkdir()
    for name in "abcde":
        (to / name).write_bytes(b"other")
    plan = make_plan(A, stock(dict.fromkeys("abcdef", b"new")), to)
    with pytest.raises(WouldOverwrite) as caught:
        check_plan(plan)
    assert "5 of 6 files" in caught.value.message
    assert caught.value.message.endswith("a, b, c and 2 more")
    assert caught.value.address == A


def test_nothing_matching_is_an_error(tmp_path):
    """A download of no file is not taken for one that worked."""
    with pytest.raises(NotFound, match="none of its 2 files matches"):
        make_plan(A, _listed("a.txt", "b.txt"), tmp_path / "to", include=["*.csv"])


def test_include_and_exclude_choose(tmp_path):
    """Only what is asked for is planned."""
    assets = _listed("a.txt", "b.csv", "old/b.csv")
    plan = make_plan(A, assets, tmp_path / "to", include=["*.csv"], exclude=["old/"])
    assert [file.path for file in plan.files] == ["b.csv"]


@pytest.mark.parametrize(
    "path",
    [
        "../../.bashrc",
        "/abs",
        "a/../../b",
        "..",
        "a//b",
        "",
        "a\\b",
        "a\x1bb",
        "a\nb",
        "x" * 300,
        "é" * 128,
        "/".join(["long"] * 1000),
        ".jupyter_artifacts/receipt.json",
        ".Jupyter_ARTIFACTS/receipt.json",
    ],
)
def test_a_hostile_name_from_the_store_is_refused(tmp_path, path):
    """Nothing is made, not even the target folder."""
    with pytest.raises(InvalidPath):
        make_plan(A, _listed("fine", path), tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_file_that_is_also_a_folder_is_refused(tmp_path):
    """Object stores can hold both; a folder cannot."""
    with pytest.raises(InvalidPath, match="'a' is a file and a folder at once"):
        make_plan(A, _listed("a", "a/b"), tmp_path / "to")


def test_names_that_this_file_system_tells_apart_are_fine(tmp_path):
    """Twins by capitals or accents, reversed writing and CON are names like others."""
    paths = ["a/Loss", "a/loss", "é", "e\u0301", "\u202egnp.exe", "CON", "a b", "50%"]
    plan = make_plan(A, _listed(*paths), tmp_path)
    assert [file.target for file in plan.files] == paths
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("one", "other"), [("a/Loss", "a/loss"), ("é", "e\u0301"), ("ß", "SS")]
)
def test_twins_are_found(one, other):
    """Both spellings come up for the file system to judge."""
    names, paths, judged = Names("/to", A), [one, "else", other], []
    for path in paths:
        names.add(path)

    def one_file(*pair: str) -> bool:
        judged.append(pair)
        return True

    with pytest.raises(InvalidPath, match="would be the same file in /to"):
        names.check(paths, one_file)
    assert judged == [(one, other)]


def test_too_little_space_is_said_with_both_figures(tmp_path):
    """Before a byte moves."""
    with pytest.raises(NoSpace, match=r"needs 4,000 bytes and 3,999 are free"):
        make_plan(A, _listed("a", size=4000), tmp_path, free=3999)
    assert make_plan(A, _listed("a", size=4000), tmp_path, free=4000).bytes == 4000


def test_a_target_that_is_a_file_is_refused(tmp_path):
    """Also when it stands further up."""
    (tmp_path / "file").write_bytes(b"")
    for to in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Conflict, match="a file stands"):
            make_plan(A, _listed("a"), to)


def test_a_folder_in_a_files_place_and_the_reverse_are_refused(tmp_path):
    """Neither is replaced, whatever the policy."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Conflict, match="a folder stands where the file"):
        make_plan(A, _listed("folder"), tmp_path, overwrite=Overwrite.REPLACE)
    with pytest.raises(Conflict, match="a file stands where the folder"):
        make_plan(A, _listed("file/a"), tmp_path, overwrite=Overwrite.REPLACE)


@pytest.mark.parametrize("path", ["link/a", "link/sub/new", "link/new/new"])
def test_a_link_inside_the_target_is_not_followed(tmp_path, path):
    """A download stays below the folder that was named."""
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "a").write_bytes(b"secret")
    to = tmp_path / "to"
    to.mkdir()
    (to / "link").symlink_to(outside)
    with pytest.raises(Conflict, match="link"):
        make_plan(A, _listed(path), to, overwrite=Overwrite.REPLACE)


def test_a_link_in_a_files_place_is_no_known_bytes(stock, tmp_path):
    """What it points to is not looked at: the link is what stands there."""
    to = tmp_path / "to"
    to.mkdir()
    (tmp_path / "same").write_bytes(b"abc")
    (to / "a").symlink_to(tmp_path / "same")
    plan = make_plan(A, stock({"a": b"abc"}), to)
    assert plan.files[0].verdict is Verdict.WOULD_OVERWRITE


def test_a_target_reached_by_a_link_is_meant(tmp_path):
    """The person named it; the plan shows where it leads."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    plan = make_plan(A, _listed("a"), tmp_path / "data" / "new")
    assert plan.to == str(tmp_path / "disk" / "new")


def test_a_target_that_may_not_be_written_is_said():
    """For an ordinary user, before a byte moves."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        (place / "to").mkdir()
        (place / "to").chmod(0o555)
        said = said_to_an_ordinary_user(
            lambda: make_plan(A, _listed("a"), place / "to" / "new")
        )
    assert said == NotWritable.__name__


def said_to_an_ordinary_user(act: Callable[[], object]) -> str:
    """Return the name of what `act` raises in a child process that is not root."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = "nothing"
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            act()
        except ArtifactsError as error:
            said = type(error).__name__
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def test_what_came_before_a_kill_needs_no_more_space(tmp_path):
    """Else nobody could go on with a file that fills most of the disk."""
    size = 40 * 1024 * 1024
    (file,) = _listed("big", size=size)
    planned = next(iter(make_plan(A, [file], tmp_path, free=size).files))
    incoming = os.open(tmp_path, os.O_RDONLY)
    partial = Partial(str(tmp_path), planned, incoming)
    partial.write(0, memoryview(b"x" * (8 * 1024 * 1024)))
    partial.note(0)
    partial.close()
    os.close(incoming)
    left = size - 8 * 1024 * 1024
    make_plan(A, [file], tmp_path, free=left)
    with pytest.raises(NoSpace, match=f"needs {left:,} bytes"):
        make_plan(A, [file], tmp_path, free=left - 1)
