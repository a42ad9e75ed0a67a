"""Artifacts in Python, as the README shows them."""

import pytest

from jupyter_artifacts.errors import (
    InvalidAddress,
    InvalidPath,
    InvalidRequest,
    NoCredentials,
    NotFound,
)
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.storage import remote
from jupyter_artifacts.team.drafts import Artifact
from jupyter_artifacts.tracking.artifacts import log_artifact


@pytest.fixture(name="log")
def _log(alice):
    def log(artifact, team=alice, **said):
        given = {"aliases": (), "tags": (), "ttl": None, **said}
        more = {"sha256": False, "progress": None}
        return log_artifact(team.carrier, "", artifact, **{**more, **given})

    return log


@pytest.fixture(name="folder")
def _folder(tmp_path):
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "config.json").write_text('{"depth": 2}')
    (folder / "sub/w.bin").write_bytes(b"w" * 300_000)
    return folder


def paths(version):
    return [asset.path for asset in version.files()]


def test_a_folder_a_file_and_bytes_become_a_version(log, folder, tmp_path):
    art = Artifact("my-model", type="model", metadata={"f1": float("inf")})
    art.add(folder)
    art.add(folder / "config.json", name="copy.json")
    art.add(str(folder), name="again")
    art.add(b"hello", name="notes/a.txt")
    version = log(art, aliases="best", tags="good", ttl="30d")
    assert paths(version) == [
        "config.json",
        "copy.json",
        "empty",
        "again/config.json",
        "again/empty",
        "again/sub/w.bin",
        "notes/a.txt",
        "sub/w.bin",
    ]
    assert (version.address, version.is_new) == ("my-model@v0", True)
    assert (version.aliases, version.tags) == (["latest", "best"], ["good"])
    assert version.metadata == {"f1": float("inf")}
    record = version.record
    assert record.expires == pytest.approx(record.created + 30 * 86400)


def test_a_version_reads_and_downloads(log, bob, folder, tmp_path):
    art = Artifact("my-model")
    art.add(folder)
    log(art, aliases=["best"])
    version = bob.artifact("my-model")
    assert version.load("config.json") == {"depth": 2}
    assert version.open("sub/w.bin").read(3) == b"www"
    assert bob.load("my-model@best/config.json") == {"depth": 2}
    receipt = version.download(tmp_path / "there", include="*.json")
    assert receipt.checks == {"blake3": 1}
    bob.download("my-model@v0", tmp_path / "all")
    assert (tmp_path / "all/sub/w.bin").read_bytes() == b"w" * 300_000
    assert (tmp_path / "all/empty").is_dir()
    assert bob.digests("my-model@v0") == bob.digests("artifacts/my-model/v0")


def test_logged_again_it_is_the_version_that_is_there(log, folder):
    art = Artifact("my-model")
    art.add(folder)
    first, again = log(art), log(art)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.address == "my-model@v0"
    (folder / "config.json").write_text("{}")
    assert log(art).address == "my-model@v1"


def test_a_version_is_described_diffed_and_deleted(log, alice):
    art = Artifact("my-model")
    art.add(b"1", name="a")
    first = log(art)
    art.add(b"2", name="b")
    second = log(art)
    for other in (second, "v1", "latest", "my-model@v1", "artifacts/my-model/latest"):
        assert [line.path for line in first.diff(other).lines] == ["b"]
    second.edit(description="better", metadata={"f1": 0.5})
    second.edit(metadata={"depth": 2})
    assert second.description == "better"
    assert second.metadata == {"f1": 0.5, "depth": 2}
    first.tag("x", "y")
    first.untag("x")
    first.alias("old")
    assert (first.tags, first.aliases) == (["y"], ["old"])
    first.unalias("old")
    first.delete()
    assert [each.versions for each in alice.artifacts()] == [1]
    with pytest.raises(NotFound):
        alice.artifact("my-model@v0")


def test_what_names_no_version_is_refused(alice):
    for address in ("alice:mnist", "my-model@v0/file", "datastores/cats/v1"):
        with pytest.raises(InvalidAddress, match="no version of an artifact"):
            alice.artifact(address)


def test_hidden_files_are_left_out_and_said_so(log, folder):
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("secret")
    (folder / "sub/.env").write_text("secret")
    art = Artifact("my-model")
    art.add(folder)
    with pytest.warns(UserWarning, match="left out 2 hidden files"):
        version = log(art)
    assert ".git/config" not in paths(version)
    everything = Artifact("whole")
    everything.add(folder, hidden=True)
    assert {".git/config", "sub/.env"} <= set(paths(log(everything)))


@pytest.mark.parametrize(
    ("added", "error"),
    [
        (("missing",), NotFound),
        ((b"x",), InvalidRequest),
        ((b"x", "../x"), InvalidPath),
        ((b"x", "/x"), InvalidPath),
    ],
)
def test_what_cannot_be_added_is_refused_at_once(tmp_path, added, error):
    with pytest.raises(error):
        Artifact("my-model").add(*added)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("a", "a", "a: this path is there twice"),
        ("a", "a/b/c", "a: this path is a file and a folder"),
        ("a/b/c", "a/b", "a/b: this path is a file and a folder"),
    ],
)
def test_paths_that_cannot_be_side_by_side_are_refused_at_once(first, second, why):
    art = Artifact("my-model")
    art.add(b"1", name=first)
    with pytest.raises(InvalidPath, match=why):
        art.add(b"2", name=second)
    with pytest.raises(InvalidPath, match=why):
        art.add_remote("https://example.org/x", name=second)


def test_a_file_that_was_refused_leaves_the_artifact_as_it_was(log, folder):
    art = Artifact("my-model")
    art.add(folder / "config.json")
    with pytest.raises(InvalidPath, match=r"config\.json: this path is there twice"):
        art.add(folder / "config.json")
    assert paths(log(art)) == ["config.json"]


def test_a_path_that_a_folder_has_is_refused_when_it_is_logged(log, folder):
    art = Artifact("my-model")
    art.add(folder)
    art.add(b"2", name="config.json")
    with pytest.raises(InvalidPath, match="twice"):
        log(art)


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"f1": 0.9, "x": object()}, "metadata 'x' cannot be kept as JSON"),
        ({1: 2}, "metadata has the key 1, which is no text"),
        ({"x": "x" * 100_000}, "metadata is 100,0.* bytes of JSON"),
    ],
)
def test_metadata_that_cannot_be_kept_is_refused_at_once(metadata, why):
    with pytest.raises(InvalidRequest, match=why):
        Artifact("my-model", metadata=metadata)


def test_metadata_that_cannot_be_kept_describes_no_version(log):
    art = Artifact("my-model")
    art.add(b"1", name="a")
    version = log(art)
    with pytest.raises(InvalidRequest, match="the key 1, which is no text"):
        version.edit(metadata={1: 2})
    assert version.metadata == {}


class FakeBucket:
    """What `add_remote` needs of a bucket: its objects, or the want of credentials."""

    def __init__(self, objects=(), *, error=None):
        self.objects = objects
        self.error = error

    def expand(self, uri, cap):
        if self.error:
            raise self.error
        for number, (path, size) in enumerate(self.objects):
            if number == cap:
                msg = f"there are more than {cap} objects"
                raise InvalidRequest(msg, address=uri)
            at = uri if uri.endswith(path) else f"{uri}{path}"
            kind = AssetKind.REMOTE
            yield Asset(path=path, size=size, uri=at, kind=kind, checksum="md5:0")


@pytest.fixture(name="bucket")
def _bucket(monkeypatch):
    def use(bucket):
        monkeypatch.setattr(remote, "remote_of", lambda _: bucket)

    return use


def test_a_prefix_becomes_one_line_for_each_object(log, bucket):
    bucket(FakeBucket([("a.bin", 5), ("empty", 0), ("sub/b", 7)]))
    art = Artifact("my-data")
    art.add_remote("s3://bucket/data/", name="raw")
    version = log(art)
    assert [(f.path, f.size, f.uri) for f in version.files()] == [
        ("raw/a.bin", 5, "s3://bucket/data/a.bin"),
        ("raw/empty", 0, "s3://bucket/data/empty"),
        ("raw/sub/b", 7, "s3://bucket/data/sub/b"),
    ]
    assert (version.record.remote, version.record.bytes) == (3, 12)
    bucket(FakeBucket([("a.bin", 5)]))
    one = Artifact("one")
    one.add_remote("gs://bucket/data/a.bin", name="x.bin")
    assert paths(log(one)) == ["x.bin"]


def test_objects_one_of_whose_names_is_taken_are_refused_and_none_is_added(log, bucket):
    art = Artifact("my-data")
    art.add(b"1", name="sub/b")
    bucket(FakeBucket([("a.bin", 5), ("sub/b", 7)]))
    with pytest.raises(InvalidPath, match="sub/b: this path is there twice"):
        art.add_remote("s3://bucket/data/")
    art.add(b"2", name="a.bin")
    assert paths(log(art)) == ["a.bin", "sub/b"]


def test_more_objects_than_the_cap_are_an_error(bucket):
    bucket(FakeBucket([(str(number), 1) for number in range(5)]))
    art = Artifact("my-data")
    with pytest.raises(InvalidRequest, match="more than 3"):
        art.add_remote("s3://bucket/", cap=3)
    bucket(FakeBucket())
    with pytest.raises(NotFound, match="no object"):
        art.add_remote("s3://bucket/none/")


def test_without_credentials_a_uri_is_kept_as_a_link(log, bucket, bob):
    bucket(FakeBucket(error=NoCredentials("there are no credentials for it")))
    art = Artifact("my-data")
    with pytest.warns(UserWarning, match="kept as a plain link"):
        art.add_remote("s3://bucket/data/")
    log(art)
    (line,) = bob.artifact("my-data").files()
    assert (line.path, line.kind, line.link) == ("data", "link", "s3://bucket/data/")


def test_any_other_uri_is_a_link_and_nothing_is_asked(log, bucket):
    bucket(FakeBucket(error=AssertionError("asked")))
    art = Artifact("my-data")
    art.add_remote("https://example.org/a/data.csv?version=3#x")
    art.add_remote("s3://bucket/data", sync=False, name="far/data")
    art.add_remote("warehouse:table", name="table")
    assert {(f.path, f.link) for f in log(art).files()} == {
        ("data.csv", "https://example.org/a/data.csv?version=3#x"),
        ("far/data", "s3://bucket/data"),
        ("table", "warehouse:table"),
    }


@pytest.mark.parametrize(
    "uri",
    [
        "https://bucket.s3.amazonaws.com/a?X-Amz-Signature=abc",
        "https://user:password@example.org/a",
        "s3://bucket/a?X-Amz-Security-Token=abc",
    ],
)
@pytest.mark.parametrize("sync", [True, False])
def test_a_uri_that_lets_somebody_in_is_refused(uri, sync):
    with pytest.raises(InvalidRequest) as caught:
        Artifact("my-data").add_remote(uri, sync=sync)
    assert "abc" not in str(caught.value)


def test_what_is_no_artifact_is_refused_with_how_to_make_one(log):
    with pytest.raises(InvalidRequest, match=r"'model.pkl' is no ja.Artifact \(make"):
        log("model.pkl")


def test_a_bad_name_is_refused_in_good_english():
    with pytest.raises(InvalidAddress, match="cannot be the name of an artifact"):
        Artifact("my model")


def test_a_warning_names_the_line_that_logs(log, folder):
    (folder / ".env").write_text("x")
    art = Artifact("my-model")
    art.add(folder)
    with pytest.warns(UserWarning, match="left out 1 hidden file") as warned:
        log(art)
    assert warned[0].filename == __file__


def test_the_team_deletes_a_version_and_a_whole_artifact(alice, log):
    for content in (b"1", b"2", b"3"):
        art = Artifact("my-model")
        art.add(content, "a")
        log(art)
    alice.delete("my-model@v0")
    with pytest.raises(NotFound):
        alice.artifact("my-model@v0")
    alice.delete("artifacts/my-model")
    assert alice.artifacts() == []
    with pytest.raises(InvalidAddress, match="deleted whole"):
        alice.delete("my-model@v1/a")


def test_who_may_see_it_is_told_the_choices():
    with pytest.raises(InvalidRequest, match="team or private, not 'bogus'"):
        Artifact("draft", visibility="bogus")


def test_one_reader_is_given_without_a_list(alice, bob, log):
    art = Artifact("draft", visibility="private", readers="bob")
    art.add(b"x", "x")
    log(art)
    assert [each.readers for each in bob.artifacts()] == [["bob"]]
    assert alice.edit_artifact("draft", readers="alice").readers == ["alice"]


def test_the_owner_opens_a_private_artifact_to_the_team(alice, bob, log):
    art = Artifact("draft", visibility="private")
    art.add(b"x", "x")
    log(art)
    assert bob.artifacts() == []
    alice.edit_artifact("draft", readers=["bob"])
    assert [each.name for each in bob.artifacts()] == ["draft"]
    alice.edit_artifact("draft", readers=[])
    assert bob.artifacts() == []
    assert alice.edit_artifact("draft", visibility="team").visibility == "team"
    assert [each.name for each in bob.artifacts()] == ["draft"]


def test_a_reader_nobody_knows_is_told_how_to_be_added(log):
    art = Artifact("draft", visibility="private", readers=["zoe"])
    art.add(b"x", "x")
    with pytest.raises(NotFound, match="by an admin: jupyter artifacts team add zoe"):
        log(art)
