"""Artifacts on the command line."""

import msgspec
import pytest

from jupyter_artifacts.records.artifacts import Artifact, ArtifactDiff, ArtifactVersion
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.transfer.saving import ToSave

LINK = Asset(path="data.csv", size=0, kind=AssetKind.LINK, link="https://example.org/x")


def log(carrier, files, **said):
    lines = [ToSave(path=p, content=c, size=len(c)) for p, c in files.items()]
    lines.append(ToSave(path=LINK.path, asset=LINK))
    return carrier.log_artifact(lines, name="my-model", **said)


@pytest.fixture
def model(alice):
    log(alice, {"sub/a.bin": b"a" * 1000}, type="model", aliases=["best"])
    log(alice, {"sub/a.bin": b"b" * 1500, "more.txt": b"more"}, tags=["good"])


def names(record):
    return {field.name for field in msgspec.structs.fields(record)}


def test_ls_shows_artifacts_versions_and_files(model, ja):
    assert ja("ls", "artifacts").lines[1].split()[:4] == [
        "artifacts/my-model",
        "model",
        "v1",
        "2",
    ]
    versions = ja("ls", "artifacts/my-model").lines
    assert [line.split()[:2] for line in versions[1:]] == [
        ["my-model@v1", "latest"],
        ["my-model@v0", "best"],
    ]
    files = ja("ls", "my-model@latest").lines
    assert [line.split()[0] for line in files] == [
        "NAME",
        "sub/",
        "data.csv",
        "more.txt",
    ]
    assert files[2].endswith("https://example.org/x")
    assert ja("ls", "my-model@best/sub").lines[1].startswith("a.bin")
    assert ja("ls", "artifacts/my-model/v0/sub").out == ja("ls", "my-model@v0/sub").out


def test_ls_prints_names_that_work_as_typed(model, ja):
    assert ja("cat", "my-model@best/sub/a.bin").raw == b"a" * 1000
    assert ja("cat", "artifacts/my-model/latest/more.txt").raw == b"more"


def test_listings_are_records_as_json(model, ja):
    (artifact,) = ja("ls", "artifacts", "--json").json
    assert set(artifact) == names(Artifact)
    newest, _ = ja("ls", "artifacts/my-model", "--json").json
    assert set(newest) == names(ArtifactVersion)
    found = ja("diff", "my-model@v0", "my-model@v1", "--json").json
    assert set(found) == names(ArtifactDiff)


def test_without_artifacts_ls_says_so(alice, ja):
    ended = ja("ls", "artifacts")
    assert (ended.status, ended.out) == (0, "")
    assert "no artifacts" in ended.err


def test_diff_shows_what_differs(model, ja):
    shown = ja("diff", "my-model@best", "latest").lines
    assert [line.split() for line in shown[1:-1]] == [
        ["+", "more.txt", "4", "B"],
        ["~", "sub/a.bin", "1.0", "KB", "→", "1.5", "KB"],
    ]
    assert shown[-1] == (
        "my-model@v0 → my-model@v1: 1 added, 0 removed, 1 changed, 1 the same"
    )
    same = ja("diff", "my-model@v0", "best")
    assert same.out == "my-model@v0 and my-model@v0 have the same files\n"


def test_download_fetches_a_version_into_a_folder_of_its_own(model, ja, home):
    ended = ja("download", "my-model@latest")
    assert "my-model@v1 →" in ended.out
    folder = home.parent / "work/jupyter_artifacts_downloads/my-model/v1"
    assert (folder / "sub/a.bin").read_bytes() == b"b" * 1500
    assert not (folder / "data.csv").exists()
    ja("download", "my-model@v0/sub", "--to", "there")
    assert (home.parent / "work/there/sub/a.bin").read_bytes() == b"a" * 1000


def test_alias_names_another_version(model, ja):
    assert ja("alias", "my-model@v1", "best", "new").out == (
        "my-model@v1: latest, best, new\n"
    )
    assert ja("alias", "my-model@v1", "new", "--remove").out == (
        "my-model@v1: latest, best\n"
    )
    assert ja("alias", "my-model@v0").out == "my-model@v0: no aliases\n"
    assert "looks like a version" in ja("alias", "my-model@v0", "v7").err


@pytest.mark.parametrize("remove", [[], ["--remove"]])
def test_of_several_aliases_all_are_moved_or_none(model, alice, ja, remove):
    ended = ja("alias", "my-model@v1", "best", "latest", *remove)
    assert (ended.status, "by itself" in ended.err) == (1, True)
    assert alice.call("artifacts.get", name="my-model").aliases == {"best": "v0"}


def test_of_several_aliases_all_are_taken_away_or_none(model, alice, ja):
    ended = ja("alias", "my-model@v0", "best", "none", "--remove")
    assert (ended.status, "has no alias 'none'" in ended.err) == (1, True)
    assert alice.call("artifacts.get", name="my-model").aliases == {"best": "v0"}


def test_tag_adds_and_takes_away(model, ja):
    assert ja("tag", "my-model@v1", "fast").out == "my-model@v1: fast, good\n"
    assert ja("tag", "my-model@v1", "good", "--remove").out == "my-model@v1: fast\n"
    ended = ja("tag", "my-model@v1", "slow", "--remove")
    assert (ended.status, "no tag 'slow'" in ended.err) == (1, True)


def test_lineage_is_drawn(alice, ja):
    alice.call("runs.start", name="mnist")
    log(alice, {"x": b"x"}, experiment="mnist-exp0")
    drawn = ja("lineage", "my-model@v0").lines
    assert drawn == ["my-model@v0", "  ← alice:mnist-exp0 (output)"]
    assert ja("lineage", "my-model@v0", "--json").json["cut"] is False


def test_delete_takes_a_version_or_all_of_them(model, alice, ja):
    refused = ja("delete", "my-model@v1")
    assert (refused.status, "--yes" in refused.err) == (1, True)
    assert ja("delete", "my-model@v1", "--yes").out == (
        "deleted my-model@v1: 3 files, 1.5 KB\n"
    )
    needed = ja("delete", "my-model@v0", "--yes")
    assert (needed.status, "alias 'best'" in needed.err) == (1, True)
    assert ja("delete", "artifacts/my-model", "--yes").out == (
        "deleted artifacts/my-model: 1 version\n"
    )
    assert alice.call("artifacts.list").items == []


@pytest.mark.parametrize("address", ["my-model@v0/sub", "artifacts"])
def test_a_file_of_a_version_is_not_deleted_alone(model, ja, address):
    ended = ja("delete", address, "--yes")
    assert (ended.status, "deleted whole" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        ["delete", "my-model@v0", "--yes", "--reason", "space"],
        ["delete", "artifacts/my-model", "--yes", "--reason", "space"],
        ["alias", "my-model@v1", "best"],
        ["tag", "my-model@v1", "x"],
    ],
)
def test_others_artifacts_are_not_changed(model, alice, bob, ja, command):
    before = alice.call("versions.list", name="my-model")
    ended = ja(*command, user="bob")
    assert (ended.status, "only alice can" in ended.err) == (1, True)
    assert alice.call("versions.list", name="my-model") == before


def test_a_bare_name_is_told_how_to_be_written(model, ja):
    ended = ja("download", "my-model")
    assert ended.err == (
        "error: alice:my-model: alice has no run my-model "
        "(the artifact is my-model@latest, or artifacts/my-model)\n"
    )


def test_a_bare_name_tells_nothing_of_what_is_private_to_others(alice, bob, ja):
    log(alice, {"x": b"x"}, visibility="private")
    assert "artifact" not in ja("ls", "my-model", user="bob").err.lower()
    assert "my-model@latest" in ja("ls", "my-model").err


def test_a_datastore_is_told_by_its_bare_name(alice, ja, tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats/a").write_text("a")
    ja("datastore", "create", "cats", str(tmp_path / "cats"))
    assert "(the datastore is datastores/cats)" in ja("ls", "cats").err


def test_ls_says_who_sees_an_artifact_and_when_a_version_ends(alice, ja):
    log(alice, {"x": b"x"}, visibility="private", ttl=3600.0)
    (artifact,) = ja("ls", "artifacts").lines[1:]
    (version,) = ja("ls", "artifacts/my-model").lines[1:]
    assert artifact.split()[-1] == "alice"
    assert version.split()[-2:] != ja("ls", "artifacts/my-model").lines[0].split()[-2:]
    assert ja("ls", "artifacts/my-model").lines[0].split()[-1] == "ENDS"
    assert version.count(":") == 2


def test_the_lineage_of_an_experiment_is_drawn(alice, ja):
    alice.call("runs.start", name="mnist")
    log(alice, {"x": b"x"}, experiment="mnist-exp0")
    drawn = ["alice:mnist-exp0", "  → my-model@v0 (output)"]
    assert ja("lineage", "mnist-exp0").lines == drawn
    assert "write alice:mnist-exp0" in ja("lineage", "alice:mnist").err


def test_a_link_is_said_not_to_be_followed(model, ja):
    ended = ja("download", "my-model@v0", "--to", "there")
    assert "checked  1 blake3\n" in ended.out
    assert "links are not followed: `jupyter artifacts ls my-model@v0`" in ended.err


def test_a_plan_counts_what_it_would_write(model, ja):
    shown = ja("download", "my-model@v0", "--to", "there", "--dry-run").lines
    assert shown[-1].startswith("1 file of my-model@v0, 1.0 KB would be written to ")


def test_damage_in_a_pack_is_told_by_what_was_asked_for(model, ja, home):
    (pack, *_) = sorted((home / "storage").rglob("packs/*"))
    pack.chmod(0o600)
    pack.write_bytes(b"?" * pack.stat().st_size)
    ended = ja("download", "my-model@v0", "--to", "there")
    assert ended.err.splitlines()[-1].startswith(
        "error: my-model@v0: 'sub/a.bin' is not what was recorded"
    )
    assert "`verify`" in ended.err


def test_an_artifact_has_no_path_in_a_bucket(model, ja):
    ended = ja("bucket-path", "my-model@v0")
    assert (ended.status, "packs" in ended.err) == (1, True)


@pytest.mark.parametrize("address", ["secret@v0", "artifacts/secret"])
def test_an_admin_deletes_what_is_private_to_others(alice, bob, ja, address):
    line = ToSave(path="s", content=b"s", size=1)
    bob.log_artifact([line], name="secret", visibility="private")
    alice.acting_as("carol")
    hidden = ja("delete", address, "--yes", "--reason", "space", user="carol")
    assert (hidden.status, "not available" in hidden.err) == (1, True)
    assert ja("delete", address, "--yes").status == 1
    ended = ja("delete", address, "--yes", "--reason", "it is too large")
    assert ended.out == f"deleted {address}, which is private to others\n"
    (left,) = bob.call("artifacts.list").items or [None]
    assert left is None or left.versions == 0


def test_a_version_that_is_not_there_is_said_before_the_question(model, ja):
    ended = ja("delete", "my-model@v7")
    assert (ended.status, "v7" in ended.err, "--yes" in ended.err) == (1, True, False)
